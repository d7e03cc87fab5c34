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
  availability: 'availabilityWorkflow',
  notice: 'noticeWorkflow',
  gate: 'gateWorkflow',
  stage: 'stageWorkflow',
  standing: 'standingWorkflow',
} as const;

export const messages = {
  /** Update: OperatorRequest → OperatorAnswer. */
  operate: 'operate',
  /** Query of a rollout → RolloutStatus. */
  rolloutStatus: 'rolloutStatus',
  /** Query of a rollout → RolloutState of domain/rollout, from which clients go on in their minds. */
  rolloutState: 'rolloutState',
  /** Query of a host workflow → HostProgress. */
  hostStatus: 'hostStatus',
  /** Signal of a host's workflow to its rollout: HostId. It is back in service and only watched: its slots are free. */
  hostWatched: 'hostWatched',
  /** Signal of a host's workflow to its rollout: HostId. The symptom is back: it wants its slots again. */
  slotsWanted: 'slotsWanted',
  /** Signal of a rollout to a host's workflow: it has its slots. */
  slotsGiven: 'slotsGiven',
  /**
   * Signal of a host's workflow to its rollout: { hostId, prior: PriorState }. It is about to be drained, or was: until
   * `hostRestored` this has to be restored, by another run of its workflow if need be. What comes later replaces it.
   */
  hostDrained: 'hostDrained',
  /** Signal of a host's workflow to its rollout: { hostId }. Nothing is owed to it any more. */
  hostRestored: 'hostRestored',
  /** Update of a set's availability: SlotRequest → SlotAnswer. */
  askSlot: 'askSlot',
  /** Update of a set's availability: SlotNews[] → nothing. */
  tellSlots: 'tellSlots',
  /** Update of a set's availability: ReleaseRequest → what came of it, one sentence. */
  releaseSlot: 'releaseSlot',
  /** Query of a set's availability → SlotsStatus. */
  slotsStatus: 'slotsStatus',
  /** Signal of a set's availability to a host's workflow: name of the set. A slot of it came free: it asks again. */
  slotGranted: 'slotGranted',
  /** Signal of a host's workflow to its rollout: SlotsAwaited. It waits for a slot of one of its sets. */
  slotsAwaited: 'slotsAwaited',
  /** Signal of a host's workflow to its rollout: SlotsHeld. It had waited and goes on. */
  slotsHeld: 'slotsHeld',
  /** Signal of a rollout to a host's workflow: its waits for a reboot and for the symptom end, an installer's does not. */
  endWaits: 'endWaits',
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
