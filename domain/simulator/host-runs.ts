import type { HostId } from '../../contracts/ids';
import { reason } from '../../contracts/reason';
import type { RolloutEvent } from '../rollout';
import type { Attempt } from './world';

/** What comes of a host's workflow, unless it is overtaken. */
type Put = (at: number, event: RolloutEvent, run: number) => void;

interface Run {
  readonly number: number;
  /** From when on something is done to it: until then it waits for slots. */
  readonly worksAt: number;
  /** When it ends or, when it is watched afterwards, is back in service. */
  readonly endsAt: number;
  readonly attempt: Attempt;
}

type Ending = Pick<Attempt, 'outcome' | 'reason' | 'available'>;

/** The host's workflows: how each goes, is called off, or goes on once it has its slots. */
export interface HostRuns {
  readonly begin: (hostId: HostId, at: number, attempt: Attempt) => void;
  readonly cancel: (hostId: HostId, at: number) => void;
  /** Only a host that is watched ends at once: of waits for reboots no script tells. */
  readonly endWaits: (hostId: HostId, at: number) => void;
  readonly giveSlots: (hostId: HostId, at: number) => void;
  /** Number of the host's last run; what belongs to another one never comes. */
  readonly numberOf: (hostId: HostId) => number | undefined;
}

export const createHostRuns = (put: Put): HostRuns => {
  const runs = new Map<HostId, Run>();
  let count = 0;

  const open = (hostId: HostId, run: Omit<Run, 'number'>): number => {
    count += 1;
    runs.set(hostId, { ...run, number: count });
    return count;
  };
  return {
    begin: (hostId, at, attempt) => {
      const { awaits } = attempt;
      const worksAt = at + (awaits === undefined ? 0 : (awaits.forMs ?? Number.POSITIVE_INFINITY));
      const backAt = worksAt + attempt.durationMs;
      const run = open(hostId, { worksAt, endsAt: backAt, attempt });
      if (awaits !== undefined) put(at, waitsForSlots(hostId, awaits.stuck), run);
      if (worksAt === Number.POSITIVE_INFINITY) return;
      if (awaits !== undefined) put(worksAt, { type: 'slotsHeld', hostId }, run);
      if (attempt.drained !== undefined)
        put(worksAt, { type: 'hostDrained', hostId, prior: attempt.drained.prior }, run);
      if (attempt.drained?.restored === true) put(backAt, { type: 'hostRestored', hostId }, run);
      for (const coming of courseOf(hostId, attempt))
        put(backAt + coming.afterMs, coming.event, run);
    },
    cancel: (hostId, at) => {
      const run = runs.get(hostId);
      if (run === undefined) return;
      const cancelled = at < run.worksAt ? calledOff : run.attempt.cancelled;
      if (cancelled === undefined) return;
      const endsAt = at + cancelled.afterMs;
      if (endsAt >= run.endsAt) return;
      put(endsAt, finished(hostId, cancelled), open(hostId, { ...run, endsAt }));
    },
    endWaits: (hostId, at) => {
      const run = runs.get(hostId);
      if (run?.attempt.watched === undefined || at < run.endsAt) return;
      put(at, finished(hostId, run.attempt), open(hostId, { ...run, endsAt: at }));
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

/** What becomes of a host that is called off before anything was done to it. */
const calledOff: NonNullable<Attempt['cancelled']> = { afterMs: 0, outcome: 'not-started' };

const waitsForSlots = (hostId: HostId, stuck: boolean): RolloutEvent => ({
  type: 'slotsAwaited',
  hostId,
  stuck,
  message: `${hostId} waits for a slot that another rollout has`,
});

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
