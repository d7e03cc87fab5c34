import type { HostId } from '../../contracts/ids';
import type { AssessedHost } from '../../contracts/rollout';
import type { CalendarReading, Interval } from '../../contracts/window';
import { begin, successOf, type RolloutPlan, type RolloutState } from '../rollout';
import { simulate, type Attempt, type World } from '../simulator';
import { createRandom, type Durations, type Random } from './draws';

/** What every run of a forecast begins with. */
export interface Course {
  /** Where it goes on, at `now`; `seen` is how hosts are found when they are looked at. */
  readonly from: RolloutState;
  readonly now: number;
  readonly seen: (hostId: HostId) => Omit<AssessedHost, 'hostId'>;
  readonly durations: Durations;
  readonly assessmentMs: number;
  /** How long a host is watched before it ends. */
  readonly quietForMs: number;
  readonly calendar: ((span: Interval) => CalendarReading) | null;
  /** Part of the hosts that fail. @default 0 */
  readonly failing?: number;
}

/** One host of one run: when it was begun, epoch milliseconds, and when it was back in service. */
export interface ChangedHost {
  readonly hostId: HostId;
  readonly at: number;
  readonly backAt: number;
}

export interface Run {
  /** Epoch milliseconds; null when hosts were left that no known window had room for. */
  readonly finishedAt: number | null;
  readonly changed: readonly ChangedHost[];
  readonly waitsForAPerson: number;
  readonly state: RolloutState;
}

/**
 * As it would begin with everything given that people give: it is approved, and nobody is told of anything. Gates are
 * open; where one had no answer already, or the plan waits for a person, that is counted and takes no time.
 */
export const stateAt = (plan: RolloutPlan, now: number): RolloutState => assumed(begin(plan, now));

export const assumed = (state: RolloutState): RolloutState => {
  const { control } = state.plan;
  if (control === undefined) return state;
  const free = { ...control, approvals: null, hasFleet: false, notify: [] };
  return { ...state, plan: { ...state.plan, control: free } };
};

export const runOf = (course: Course, seed: number): Run => {
  const { from, now } = course;
  const took = new Map<HostId, number>();
  const world = worldOf(course, createRandom(seed), took);
  const nothing = { hosts: [], sets: [], policy: from.plan.policy };
  const trace = simulate(nothing, world, {
    from,
    startAt: now,
    keepSteps: false,
    resumeAfterMs: 0,
    waiveGates: true,
    maxEvents: from.plan.hosts.length * 20 + 1000,
  });
  const { state } = trace;
  const changed = state.plan.hosts.flatMap((hostId, index): ChangedHost[] => {
    const { startedMs } = state.hosts[index] ?? {};
    const durationMs = took.get(hostId);
    if (startedMs === undefined || durationMs === undefined) return [];
    // Of one that was in flight already only the rest was drawn.
    const at = Math.max(state.startedAt + startedMs, now);
    return [{ hostId, at, backAt: at + durationMs }];
  });
  return {
    finishedAt: trace.finished && !hasLeft(state) ? now + trace.durationMs : null,
    changed,
    waitsForAPerson: state.requests.length - from.requests.length,
    state,
  };
};

/** Whether hosts were left because no window is known in which they fit. */
const hasLeft = ({ hosts, reasons }: RolloutState): boolean =>
  hosts.some(
    ({ is, reason }) => is === 'not-started' && reasons[reason ?? -1]?.code === 'no-window',
  );

const worldOf = (course: Course, random: Random, took: Map<HostId, number>): World => {
  const { from, durations, quietForMs, failing = 0, calendar } = course;
  const success = successOf(from.plan.action);
  const attemptOf = (hostId: HostId, durationMs: number): Attempt => {
    took.set(hostId, durationMs);
    // The draw is there whether it is used or not: runs with and without failures take the same durations.
    if (random() < failing) return { durationMs, outcome: 'failed', available: false };
    return {
      durationMs,
      outcome: success,
      ...(quietForMs === 0 ? {} : { watched: { forMs: quietForMs } }),
    };
  };
  return {
    assess: course.seen,
    attempt: (hostId) => attemptOf(hostId, durations(random)),
    rest: (hostId, sinceMs) => attemptOf(hostId, restOf(durations, random, sinceMs)),
    assessmentMs: course.assessmentMs,
    startMs: 0,
    stagingMs: 0,
    ...(calendar === null ? {} : { calendar }),
  };
};

const minute = 60_000;
const tries = 16;

/** Of the durations that are longer than what has passed already; one that is beyond all of them is about to end. */
const restOf = (durations: Durations, random: Random, sinceMs: number): number => {
  for (let count = 0; count < tries; count += 1) {
    const whole = durations(random);
    if (whole > sinceMs) return whole - sinceMs;
  }
  return minute;
};
