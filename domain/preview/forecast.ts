import type { HostId } from '../../contracts/ids';
import { reason } from '../../contracts/reason';
import type { AssessedHost } from '../../contracts/rollout';
import type { CalendarReading, Interval } from '../../contracts/window';
import { percentile, type RolloutPlan } from '../rollout';
import { blastRadius, type BlastRadius } from './blast-radius';
import { boundOf } from './bound';
import { calendarOf } from './calendar-once';
import { courseOf, type ForecastPiece } from './course';
import { downOf, type MostDown } from './down';
import { durationsFrom, enoughSeen } from './draws';
import { runOf, stateAt, type Course, type Run } from './forecast-run';
import { runsWithin } from './run-count';
import { thin } from './thin';

export interface ForecastInput {
  readonly plan: RolloutPlan;
  /** Hosts without one are taken for affected and well. */
  readonly verdicts: readonly AssessedHost[];
  /** How long hosts were out of service that earlier rollouts of the same hotfix changed; empty: the plan's word. */
  readonly seenMs: readonly number[];
  /** How long a host is watched before it ends. */
  readonly quietForMs: number;
  /** Null: hosts may be changed at any time. */
  readonly calendar: ((span: Interval) => CalendarReading) | null;
  readonly now: number;
  /** @default as many as a few seconds allow, at most 200 */
  readonly runs?: number;
  /** @default 1 */
  readonly seed?: number;
}

/** Two points of a distribution; null lies beyond what is known of the windows. */
export interface Spread<T = number> {
  readonly p50: T;
  readonly p95: T;
}

export interface Forecast {
  readonly runs: number;
  /** One host stood for so many: more than a few hundred are not all simulated. */
  readonly oneIn: number;
  /** Durations that were seen before; 0: the plan's word was taken. */
  readonly seen: number;
  readonly hostsToBeChanged: number;
  readonly waves: number;
  /** Waits for a person, which no time contains. */
  readonly waitsForAPerson: number;
  /** Epoch milliseconds. */
  readonly finish: Spread<number | null>;
  /** Windows in which hosts are begun, and hosts that are begun in the first of them; null without a calendar. */
  readonly windows: (Spread & { readonly first: number }) | null;
  readonly mostDown: readonly MostDown[];
  readonly blast: { readonly everyHost: BlastRadius; readonly oneInFive: BlastRadius };
  /** Of the run that lies in the middle. */
  readonly course: readonly ForecastPiece[];
}

const defaultHostMs = 30 * 60_000;
const batch = { hosts: 200, ms: 15_000 };

/**
 * What the engine's own decisions make of the plan under a clock, many times, with durations drawn at random. All hosts
 * end as they should; what is said of failures is in `blast`. Null when there are too many hosts for it.
 */
export const forecast = (input: ForecastInput): Forecast | null => {
  const { plan, now, seed = 1 } = input;
  const whole = stateAt(plan, now);
  const thinned = thin(whole, () => true);
  if (thinned === null) return null;
  const course = courseFrom(input);
  const runs = input.runs ?? runsWithin(3000, thinned.state.plan.hosts.length, 200);
  const sampled: Course = { ...course, from: thinned.state };
  const all = Array.from({ length: runs }, (_, run) => runOf(sampled, seed * 100_003 + run));
  const byFinish = all.toSorted((a, b) => endOf(a) - endOf(b));
  const middle = byFinish[Math.ceil(runs / 2) - 1];
  if (middle === undefined) return null;
  const { oneIn } = thinned;
  return {
    runs,
    oneIn,
    seen: input.seenMs.length >= enoughSeen ? input.seenMs.length : 0,
    hostsToBeChanged: Math.round((middle.state.toBeChanged ?? 0) * oneIn),
    waves: middle.state.wave,
    waitsForAPerson: middle.waitsForAPerson,
    finish: { p50: known(endOf(middle)), p95: known(boundOf(all.map(endOf), 95)) },
    windows: windowsOf(all, course, oneIn),
    mostDown: downOf(thinned.state, all),
    blast: {
      everyHost: blastRadius({ ...course, from: whole }, 1, { runs, seed }),
      oneInFive: blastRadius({ ...course, from: whole }, 0.2, { runs, seed }),
    },
    course: courseOf(middle, { now, oneIn, openings: openingsOf(course) }),
  };
};

const endOf = ({ finishedAt }: Run): number => finishedAt ?? Number.POSITIVE_INFINITY;
const known = (at: number): number | null => (Number.isFinite(at) ? at : null);

const courseFrom = (input: ForecastInput): Omit<Course, 'from'> => {
  const { plan, now, quietForMs } = input;
  const byId = new Map(input.verdicts.map((verdict) => [verdict.hostId, verdict]));
  return {
    now,
    quietForMs,
    seen: (hostId) => byId.get(hostId) ?? unseen(plan),
    durations: durationsFrom(input.seenMs, plan.policy.hostDurationMs ?? defaultHostMs),
    assessmentMs: batch.ms * Math.ceil(plan.hosts.length / batch.hosts),
    calendar: input.calendar === null ? null : calendarOf(input.calendar, now),
  };
};

const unseen = ({ action }: RolloutPlan): Omit<AssessedHost, 'hostId'> => ({
  state: 'affected',
  applicable: 'yes',
  health: 'healthy',
  ...(action === 'rollback' ? { package: 'installed' as const } : {}),
  reason: reason('not-assessed', 'taken for affected'),
});

const year = 366 * 86_400_000;

const openingsOf = ({ calendar, now }: Omit<Course, 'from'>): CalendarReading['openings'] =>
  calendar?.({ from: now, until: now + year }).openings ?? [];

const windowsOf = (
  runs: readonly Run[],
  course: Omit<Course, 'from'>,
  oneIn: number,
): Forecast['windows'] => {
  if (course.calendar === null) return null;
  const openings = openingsOf(course);
  const perRun = runs.map(({ changed }) => {
    const hosts = new Map<number, Set<HostId>>();
    for (const { at, hostId } of changed) {
      const from = openings.find((each) => each.from <= at && at < each.until)?.from ?? at;
      hosts.set(from, (hosts.get(from) ?? new Set()).add(hostId));
    }
    const first = hosts.size === 0 ? 0 : (hosts.get(Math.min(...hosts.keys()))?.size ?? 0);
    return { count: hosts.size, first };
  });
  const counts = perRun.map(({ count }) => count);
  return {
    p50: percentile(counts, 50),
    p95: boundOf(counts, 95),
    first: Math.round(
      percentile(
        perRun.map(({ first }) => first),
        50,
      ) * oneIn,
    ),
  };
};
