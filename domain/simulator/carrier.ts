import type { HostId } from '../../contracts/ids';
import type { RolloutCommand, RolloutEvent, RolloutState } from '../rollout';
import type { Agenda } from './agenda';
import { createHostRuns } from './host-runs';
import { changedIn, createOutside } from './outside';
import { restOf, underWay } from './under-way';
import type { World } from './world';

type StartHost = Extract<RolloutCommand, { type: 'startHost' }>;

/** What is under way outside; `run` tells what comes of a host's workflow and was overtaken by a cancellation. */
export interface Coming {
  readonly event: RolloutEvent;
  readonly run?: number;
}

/** Plays the part of the workflow: carries commands out and feeds back what comes of them. */
export interface Carrier {
  readonly carryOut: (command: RolloutCommand, now: number) => void;
  /** What was under way when the simulation took over comes to an end, too. */
  readonly takeUp: (state: RolloutState, now: number) => void;
  /** Whether an event that has come still holds. */
  readonly accepts: (coming: Coming) => boolean;
}

export const createCarrier = (world: World, begunAt: number, agenda: Agenda<Coming>): Carrier => {
  const attempts = new Map<HostId, number>();
  const runs = createHostRuns((at, event, run) => agenda.put(at, { event, run }));
  const startMs = world.startMs ?? 10;

  const assess = (round: number, hosts: readonly HostId[], now: number): void => {
    const answers = hosts.map((hostId) => ({ hostId, ...world.assess(hostId, round) }));
    const event = { type: 'assessed', round, hosts: answers } as const;
    agenda.put(now + (world.assessmentMs ?? 1000), { event });
  };

  const start = (command: StartHost, now: number): void => {
    const { hostId } = command;
    const there = now + startMs;
    const changed = changedIn(world, now - begunAt).get(hostId);
    if (changed !== undefined) {
      const event = { type: 'hostChanged', hostId, reason: changed } as const;
      agenda.put(there, { event });
      return;
    }
    if (command.restoreOnly === true) {
      agenda.put(there, { event: { type: 'hostRestored', hostId } });
      runs.begin(hostId, there, { durationMs: startMs, outcome: 'skipped' });
      return;
    }
    const taken = world.taken?.(hostId);
    if (taken !== undefined && there < begunAt + taken.untilMs) {
      agenda.put(there, { event: { type: 'hostTaken', hostId, by: taken.by } });
      return;
    }
    const number = (attempts.get(hostId) ?? 0) + 1;
    attempts.set(hostId, number);
    const event = { type: 'hostStarted', hostId, runId: `${hostId}-run-${number}` } as const;
    agenda.put(there, { event });
    runs.begin(hostId, there, world.attempt(hostId, number));
  };

  const outside = createOutside(world, begunAt, (at, event) => agenda.put(at, { event }));
  const carryOut = (command: RolloutCommand, now: number): void => {
    outside(command, now);
    if (command.type === 'assess') assess(command.round, command.hosts, now);
    if (command.type === 'startHost') start(command, now);
    if (command.type === 'endWaits') runs.endWaits(command.hostId, now + startMs);
    if (command.type === 'cancelHost') runs.cancel(command.hostId, now + startMs);
    if (command.type === 'giveSlots') runs.giveSlots(command.hostId, now + startMs);
  };
  return {
    carryOut,
    takeUp: (state, now) => {
      for (const command of underWay(state, now)) carryOut(command, now);
      for (const { hostId, attempt, isThere } of restOf(state, world, now)) {
        if (!isThere) {
          const runId = `${hostId}-run-0`;
          agenda.put(now, { event: { type: 'hostStarted', hostId, runId } });
        }
        runs.begin(hostId, now, attempt);
      }
    },
    accepts: ({ event, run }) =>
      run === undefined || ('hostId' in event && runs.numberOf(event.hostId) === run),
  };
};
