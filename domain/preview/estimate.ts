import { reason } from '../../contracts/reason';
import type { AssessedHost, EstimateStatus } from '../../contracts/rollout';
import type { HostId } from '../../contracts/ids';
import type { CalendarReading } from '../../contracts/window';
import { percentile, type RolloutState } from '../rollout';
import { boundOf } from './bound';
import { calendarOf } from './calendar-once';
import { durationsFrom, enoughSeen } from './draws';
import { assumed, runOf, type Course } from './forecast-run';
import { runsWithin } from './run-count';
import { thin } from './thin';

const defaultHostMs = 30 * 60_000;

/**
 * When a rollout that is under way will be over, as far as its decisions go on as they are: hosts end well, and people do
 * at once what is waited for. Null before its assessment, and once it is done.
 */
export const estimate = (
  state: RolloutState,
  reading: CalendarReading | null,
  now: number,
  /** Asked between two runs; whoever waits for the answer has no more time. @default never */
  isOver: () => boolean = () => false,
): EstimateStatus | null => {
  if (state.toBeChanged === null || state.result !== null) return null;
  const thinned = thin(assumed(state), (index) => isOpen(state, index));
  if (thinned === null) return { p50: null, p95: null };
  const from = thinned.state;
  const course: Course = {
    from,
    now,
    seen: seenIn(from),
    durations: durationsFrom(seenMs(state), state.plan.policy.hostDurationMs ?? defaultHostMs),
    assessmentMs: 15_000,
    quietForMs: quietOf(state),
    calendar: calendarFrom(state, reading, now),
  };
  const open = from.hosts.filter((_, index) => isOpen(from, index)).length;
  const runs = runsWithin(500, Math.max(open, from.hosts.length / 4), 40);
  const ends: number[] = [];
  do {
    const { finishedAt } = runOf(course, ends.length + 1);
    ends.push(finishedAt ?? Number.POSITIVE_INFINITY);
  } while (ends.length < runs && !isOver());
  return { p50: isoOf(percentile(ends, 50)), p95: isoOf(boundOf(ends, 95)) };
};

const isoOf = (at: number): string | null =>
  Number.isFinite(at) ? new Date(at).toISOString() : null;

const waiting: ReadonlySet<string> = new Set(['unassessed', 'queued', 'running', 'taken', 'held']);

const isOpen = ({ hosts }: RolloutState, index: number): boolean =>
  waiting.has(hosts[index]?.is ?? '');

/** A host is found again as it was found last. */
const seenIn = ({ plan, hosts, verdicts }: RolloutState) => {
  const indexOf = new Map<HostId, number>(plan.hosts.map((id, index) => [id, index]));
  return (hostId: HostId): Omit<AssessedHost, 'hostId'> => {
    const verdict = verdicts[hosts[indexOf.get(hostId) ?? -1]?.verdict ?? -1];
    const why = reason('seen-before', 'as it was found last');
    return verdict === undefined
      ? { state: null, applicable: 'unknown', health: 'unknown', reason: why }
      : { ...verdict, reason: why };
  };
};

const ranMs = ({ hosts }: RolloutState): number[] =>
  hosts.flatMap(({ is, startedMs, finishedMs }) =>
    startedMs === undefined || finishedMs === undefined || waiting.has(is)
      ? []
      : [finishedMs - startedMs],
  );

/** Until hosts were back in service; rollouts of earlier releases know only when they ended. */
const seenMs = (state: RolloutState): readonly number[] =>
  state.control === undefined ? ranMs(state) : state.control.durations;

/** How much longer they were watched than they were in work. */
const quietOf = (state: RolloutState): number => {
  const inWork = state.control?.durations ?? [];
  const whole = ranMs(state);
  if (inWork.length === 0 || whole.length < Math.min(enoughSeen, inWork.length)) return 0;
  return Math.max(0, percentile(whole, 50) - percentile(inWork, 50));
};

const calendarFrom = (
  { plan, control }: RolloutState,
  reading: CalendarReading | null,
  now: number,
): Course['calendar'] => {
  if (plan.control?.hasCalendar !== true) return null;
  const nothing = { openings: [], blackouts: [], until: now };
  const known = reading ?? control?.reading ?? nothing;
  return calendarOf(() => known, now);
};
