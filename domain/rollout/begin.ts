import { reason } from '../../contracts/reason';
import type { RolloutPlan, RolloutState } from './state';

export const begin = (input: RolloutPlan, now: number): RolloutState => {
  const index = new Map(input.hosts.map((id, position) => [id, position]));
  const sets = input.sets.map((set) => ({
    name: set.name,
    maxUnavailable: set.maxUnavailable,
    members: set.hosts.flatMap((id) => index.get(id) ?? []),
  }));
  return {
    plan: {
      hosts: [...input.hosts],
      sets: sets.filter((set) => set.members.length > 0),
      policy: input.policy,
      ...(input.action === undefined ? {} : { action: input.action }),
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
  };
};
