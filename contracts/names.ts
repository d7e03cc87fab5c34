/** Names under which client, worker and server find each other. */

/** Workflows; the activities have queues of their own, so that a slow fleet never delays decisions. */
export const rolloutQueue = 'rollout';
/** Read-only activities: short, many at once. */
export const probeQueue = 'host-probe';
/** Activities that change hosts or wait for them: long, with heartbeats. */
export const changeQueue = 'host-change';

export const workflowTypes = {
  rollout: 'rolloutWorkflow',
  host: 'hostWorkflow',
  assess: 'assessWorkflow',
} as const;

export const messages = {
  /** Update: OperatorRequest → OperatorAnswer. */
  operate: 'operate',
  /** Query of a rollout → RolloutStatus. */
  rolloutStatus: 'rolloutStatus',
  /** Query of a host workflow → HostProgress. */
  hostStatus: 'hostStatus',
  /** Signal of a host's workflow to its rollout: HostId. It is back in service and only watched: its slots are free. */
  hostWatched: 'hostWatched',
  /** Signal of a host's workflow to its rollout: HostId. The symptom is back: it wants its slots again. */
  slotsWanted: 'slotsWanted',
  /** Signal of a rollout to a host's workflow: it has its slots. */
  slotsGiven: 'slotsGiven',
  /** Query of an assessment: index of a piece → HostAssessment[]. */
  assessmentPiece: 'assessmentPiece',
  /** Query of an assessment → { done, total, hosts: AssessedHost[] }. */
  assessmentProgress: 'assessmentProgress',
} as const;

/** Custom search attributes, all keywords, that a namespace must have. */
export const searchAttributes = {
  rolloutId: 'RolloutId',
  hotfix: 'Hotfix',
  rolloutPhase: 'RolloutPhase',
  hostId: 'HostId',
} as const;

/**
 * Hosts of one plan. The status of a rollout is one payload, which may have 2 MB: of more hosts it could not be told,
 * and a rollout whose result is refused never ends.
 */
export const planHosts = 6000;
/** Hosts that one assessing activity asks. */
export const assessmentBatch = 25;
/** Bytes of JSON that one piece of an assessment may have. */
export const assessmentPieceBytes = 1_000_000;
/** Bytes of JSON that one host's evidence may have. */
export const evidenceBytes = 32 * 1024;
