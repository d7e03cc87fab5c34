import type { HostId } from '../../contracts/ids';
import { reason } from '../../contracts/reason';
import type { RolloutCommand, RolloutEvent } from '../rollout';
import type { Agenda } from './agenda';
import type { Attempt, World } from './world';

/** What is under way outside; `run` tells a finish that was overtaken by a cancellation. */
export interface Coming {
  readonly event: RolloutEvent;
  readonly run?: number;
}

interface Run {
  readonly number: number;
  readonly endsAt: number;
  readonly attempt: Attempt;
}

/** Plays the part of the workflow: carries commands out and feeds back what comes of them. */
export interface Carrier {
  readonly carryOut: (command: RolloutCommand, now: number) => void;
  /** Whether an event that has come still holds. */
  readonly accepts: (coming: Coming) => boolean;
}

export const createCarrier = (world: World, begunAt: number, agenda: Agenda<Coming>): Carrier => {
  const attempts = new Map<HostId, number>();
  const runs = new Map<HostId, Run>();
  const startMs = world.startMs ?? 10;
  let runCount = 0;

  const assess = (round: number, hosts: readonly HostId[], now: number): void => {
    const answers = hosts.map((hostId) => ({ hostId, ...world.assess(hostId, round) }));
    const event = { type: 'assessed', round, hosts: answers } as const;
    agenda.put(now + (world.assessmentMs ?? 1000), { event });
  };

  const plan = (hostId: HostId, endsAt: number, attempt: Attempt, end: Ending): void => {
    runCount += 1;
    runs.set(hostId, { number: runCount, endsAt, attempt });
    const { outcome } = end;
    const why = end.reason ?? reason(outcome, `ended ${outcome}`);
    const available = end.available ?? true;
    const event = { type: 'hostFinished', hostId, outcome, reason: why, available } as const;
    agenda.put(endsAt, { event, run: runCount });
  };

  const start = (hostId: HostId, now: number): void => {
    const there = now + startMs;
    const taken = world.taken?.(hostId);
    if (taken !== undefined && there < begunAt + taken.untilMs) {
      agenda.put(there, { event: { type: 'hostTaken', hostId, by: taken.by } });
      return;
    }
    const number = (attempts.get(hostId) ?? 0) + 1;
    attempts.set(hostId, number);
    const attempt = world.attempt(hostId, number);
    const event = { type: 'hostStarted', hostId, runId: `${hostId}-run-${number}` } as const;
    agenda.put(there, { event });
    plan(hostId, there + attempt.durationMs, attempt, attempt);
  };

  const cancel = (hostId: HostId, now: number): void => {
    const run = runs.get(hostId);
    const cancelled = run?.attempt.cancelled;
    if (run === undefined || cancelled === undefined) return;
    const endsAt = now + startMs + cancelled.afterMs;
    if (endsAt < run.endsAt) plan(hostId, endsAt, run.attempt, cancelled);
  };

  return {
    carryOut: (command, now) => {
      if (command.type === 'assess') assess(command.round, command.hosts, now);
      if (command.type === 'startHost') start(command.hostId, now);
      if (command.type === 'cancelHost') cancel(command.hostId, now);
    },
    accepts: ({ event, run }) =>
      event.type !== 'hostFinished' || runs.get(event.hostId)?.number === run,
  };
};

type Ending = Pick<Attempt, 'outcome' | 'reason' | 'available'>;
