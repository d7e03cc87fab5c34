import type { Identity } from '../../contracts/identity';
import { noticeEvents } from '../../contracts/notification';
import { reason } from '../../contracts/reason';
import type { ControlState, KeptControl } from './control-state';
import type { RolloutPlan, RolloutState } from './state';

export const begin = (input: RolloutPlan, now: number): RolloutState => {
  const index = new Map(input.hosts.map((id, position) => [id, position]));
  const indices = (hosts: readonly (typeof input.hosts)[number][]): number[] =>
    hosts.flatMap((id) => index.get(id) ?? []);
  const sets = input.sets.map((set) => ({
    name: set.name,
    maxUnavailable: set.maxUnavailable,
    members: indices(set.hosts),
  }));
  const control = controlOf(input, indices);
  return {
    plan: {
      hosts: [...input.hosts],
      sets: sets.filter((set) => set.members.length > 0),
      policy: input.policy,
      ...(input.action === undefined ? {} : { action: input.action }),
      ...(control === null ? {} : { control }),
    },
    startedAt: now,
    finishedAt: null,
    result: null,
    phase: 'assessing',
    phaseReason: reason('not-admitted', 'waits for a worker that has the preview and the package'),
    nextLookAt: null,
    admitted: false,
    hosts: input.hosts.map(() => ({ is: 'unassessed' as const })),
    verdicts: [],
    reasons: [],
    reasonsSize: 0,
    round: 0,
    openRounds: [],
    lookedAgain: false,
    toBeChanged: null,
    wave: 0,
    waveEndedAt: null,
    resumedWave: 0,
    fullSince: null,
    finishedCount: 0,
    lastFixed: 0,
    paused: null,
    stopping: null,
    moving: null,
    requests: [],
    ...(control === null ? {} : { control: nothingYet }),
  };
};

const notAsked = { askedAt: null, answeredAt: null, problem: null, retryAt: null } as const;

const nothingYet: ControlState = {
  approvals: [],
  approvedAt: null,
  begunAt: null,
  reading: null,
  calendar: notAsked,
  fleet: notAsked,
  lookedAt: null,
  lookingSince: null,
  moved: null,
  windowlessSince: null,
  toldOpen: null,
  stagedAhead: null,
  gates: [],
  lastRun: 0,
  durations: [],
  steered: {},
  toldHeld: null,
};

const controlOf = (
  { control, requestedBy = '', previewHash }: RolloutPlan,
  indices: (hosts: RolloutPlan['hosts']) => number[],
): KeptControl | null => {
  if (control === undefined) return null;
  const requester: Identity = { name: requestedBy, source: control.requester };
  const wanted = new Set(control.notify.flatMap(({ events }) => events));
  return {
    hash: previewHash ?? null,
    requester,
    approvals: control.approvals,
    hasCalendar: control.calendar !== null,
    hasFleet: control.fleetFile !== null,
    order: control.order.map(({ hosts, after = [], notWhile = [] }) => ({
      hosts: indices(hosts),
      after: indices(after),
      notWhile: indices(notWhile),
    })),
    gates: control.gates.map(({ name, when }) => ({ name, when })),
    notify: noticeEvents.filter((event) => wanted.has(event)),
    maxHosts: control.firing?.maxHosts ?? null,
  };
};
