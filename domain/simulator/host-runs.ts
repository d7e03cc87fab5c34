import type { HostId } from '../../contracts/ids';
import { reason } from '../../contracts/reason';
import type { RolloutEvent } from '../rollout';
import type { Attempt } from './world';

/** What comes of a host's workflow, unless it is overtaken. */
type Put = (at: number, event: RolloutEvent, run: number) => void;

interface Run {
  readonly number: number;
  /** When it ends or, when it is watched afterwards, is back in service. */
  readonly endsAt: number;
  readonly attempt: Attempt;
}

type Ending = Pick<Attempt, 'outcome' | 'reason' | 'available'>;

/** The host's workflows: how each goes, is called off, or goes on once it has its slots. */
export interface HostRuns {
  readonly begin: (hostId: HostId, at: number, attempt: Attempt) => void;
  readonly cancel: (hostId: HostId, at: number) => void;
  readonly giveSlots: (hostId: HostId, at: number) => void;
  /** Number of the host's last run; what belongs to another one never comes. */
  readonly numberOf: (hostId: HostId) => number | undefined;
}

export const createHostRuns = (put: Put): HostRuns => {
  const runs = new Map<HostId, Run>();
  let count = 0;

  const open = (hostId: HostId, endsAt: number, attempt: Attempt): number => {
    count += 1;
    runs.set(hostId, { number: count, endsAt, attempt });
    return count;
  };
  return {
    begin: (hostId, at, attempt) => {
      const backAt = at + attempt.durationMs;
      const run = open(hostId, backAt, attempt);
      for (const coming of courseOf(hostId, attempt))
        put(backAt + coming.afterMs, coming.event, run);
    },
    cancel: (hostId, at) => {
      const run = runs.get(hostId);
      const cancelled = run?.attempt.cancelled;
      if (run === undefined || cancelled === undefined) return;
      const endsAt = at + cancelled.afterMs;
      if (endsAt >= run.endsAt) return;
      put(endsAt, finished(hostId, cancelled), open(hostId, endsAt, run.attempt));
    },
    giveSlots: (hostId, at) => {
      const run = runs.get(hostId);
      const symptom = run?.attempt.watched?.symptom;
      if (run === undefined || symptom === undefined) return;
      put(at + symptom.workMs, finished(hostId, symptom), run.number);
    },
    numberOf: (hostId) => runs.get(hostId)?.number,
  };
};

interface Later {
  readonly afterMs: number;
  readonly event: RolloutEvent;
}

/** What comes after the change, up to the end or to where it waits for its slots. */
const courseOf = (hostId: HostId, attempt: Attempt): Later[] => {
  const { watched } = attempt;
  if (watched === undefined) return [{ afterMs: 0, event: finished(hostId, attempt) }];
  const { symptom, forMs } = watched;
  return [
    { afterMs: 0, event: { type: 'hostWatched', hostId } },
    symptom === undefined
      ? { afterMs: forMs, event: finished(hostId, attempt) }
      : { afterMs: symptom.afterMs, event: { type: 'slotsWanted', hostId } },
  ];
};

const finished = (hostId: HostId, { outcome, reason: why, available }: Ending): RolloutEvent => ({
  type: 'hostFinished',
  hostId,
  outcome,
  reason: why ?? reason(outcome, `ended ${outcome}`),
  available: available ?? true,
});
