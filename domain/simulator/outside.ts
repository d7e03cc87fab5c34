import type { HostId } from '../../contracts/ids';
import { reason, type Reason } from '../../contracts/reason';
import type { RolloutCommand, RolloutEvent } from '../rollout';
import type { World } from './world';

type Put = (at: number, event: RolloutEvent) => void;

const minute = 60_000;

/** Calendar, fleet, gates and packages ahead: what is asked of the world beside its hosts. */
export const createOutside = (world: World, begunAt: number, put: Put) => {
  const { startMs = 10, stagingMs = minute } = world;
  const askGate = (
    { run, gate, hostId }: Extract<RolloutCommand, { type: 'askGate' }>,
    now: number,
  ): void => {
    const { afterMs, answer } = world.gate?.(gate, hostId, now - begunAt) ?? open;
    put(now + afterMs, { type: 'gateAnswered', run, answer: { ...answer, measurements: [] } });
  };
  return (command: RolloutCommand, now: number): void => {
    if (command.type === 'readCalendar') {
      const { from, until } = command;
      const nothing = { openings: [], blackouts: [], until };
      const reading =
        world.calendar === undefined ? nothing : world.calendar({ from, until }, now - begunAt);
      put(
        now + startMs,
        reading === null
          ? { type: 'calendarUnread', reason: unreadable('the calendar') }
          : { type: 'calendarRead', reading },
      );
    }
    if (command.type === 'readFleet') {
      const changed = world.changed === undefined ? [] : world.changed(now - begunAt);
      put(
        now + startMs,
        changed === null
          ? { type: 'fleetUnread', reason: unreadable('the fleet') }
          : { type: 'fleetRead', changed },
      );
    }
    if (command.type === 'stageAhead')
      put(Math.min(now + stagingMs, command.until), { type: 'staged' });
    if (command.type === 'askGate') askGate(command, now);
  };
};

const unreadable = (what: string): Reason => reason('unreadable', `${what} cannot be read`);

const open = {
  afterMs: 1000,
  answer: { phase: 'successful', reason: reason('gate-open', 'open') },
} as const;

export const changedIn = (world: World, atMs: number): ReadonlyMap<HostId, Reason> =>
  new Map(
    (world.changed?.(atMs) ?? []).map(({ hostId, why }) => [
      hostId,
      reason('changed-since-approval', why),
    ]),
  );
