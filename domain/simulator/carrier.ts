import type { HostId } from '../../contracts/ids';
import type { RolloutCommand, RolloutEvent } from '../rollout';
import type { Agenda } from './agenda';
import { createHostRuns } from './host-runs';
import type { World } from './world';

/** What is under way outside; `run` tells what comes of a host's workflow and was overtaken by a cancellation. */
export interface Coming {
  readonly event: RolloutEvent;
  readonly run?: number;
}

/** Plays the part of the workflow: carries commands out and feeds back what comes of them. */
export interface Carrier {
  readonly carryOut: (command: RolloutCommand, now: number) => void;
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

  const start = (hostId: HostId, now: number): void => {
    const there = now + startMs;
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

  return {
    carryOut: (command, now) => {
      if (command.type === 'assess') assess(command.round, command.hosts, now);
      if (command.type === 'startHost') start(command.hostId, now);
      if (command.type === 'cancelHost') runs.cancel(command.hostId, now + startMs);
      if (command.type === 'giveSlots') runs.giveSlots(command.hostId, now + startMs);
    },
    accepts: ({ event, run }) =>
      run === undefined || ('hostId' in event && runs.numberOf(event.hostId) === run),
  };
};
