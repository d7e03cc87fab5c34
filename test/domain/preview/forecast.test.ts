import type { ChangeControl } from '../../../contracts/rollout';
import type { CalendarReading, Interval, Opening } from '../../../contracts/window';
import { forecast, type Forecast, type ForecastInput } from '../../../domain/preview';
import { createRandom, durationsFrom } from '../../../domain/preview/draws';
import { runOf, stateAt, type Course } from '../../../domain/preview/forecast-run';
import type { RolloutPlan } from '../../../domain/rollout';
import {
  controlledPlan,
  nights,
  opening,
  approvals,
  someCalendar,
  type ControlledPlan,
} from '../rollout/controlled-scenario';
import { assessedAs, day, hour, minute, names, setOf } from '../rollout/scenario';

const start = Date.UTC(2026, 11, 1, 12);

const readingOf =
  (openings: readonly Opening[]) =>
  ({ from, until }: Interval): CalendarReading => ({
    openings: openings.filter((each) => each.from < until && each.until > from),
    blackouts: [],
    until,
  });

const planned = (
  hosts: number,
  policy: ControlledPlan['policy'] = {},
  control: Partial<ChangeControl> = {},
  sets: ControlledPlan['sets'] = [],
): RolloutPlan => controlledPlan(hosts, { policy: { maxErrors: 0, ...policy }, sets, control });

const inputOf = (plan: RolloutPlan, changes: Partial<ForecastInput> = {}): ForecastInput => ({
  plan,
  verdicts: [],
  seenMs: Array.from({ length: 5 }, () => 10 * minute),
  quietForMs: 0,
  calendar: null,
  now: start,
  runs: 5,
  ...changes,
});

const said = (input: ForecastInput): Forecast => {
  const found = forecast(input);
  if (found === null) throw new Error('nothing was forecast');
  return found;
};

/** The assessment of up to 200 hosts. */
const looked = 15_000;
const minutesOf = (at: number | null): number | null =>
  at === null ? null : (at - start - looked) / minute;

describe('a forecast', () => {
  test('adds up assessment, waves by their slowest hosts, and soaks', () => {
    const plan = planned(6, { serial: [1, 5], pause: { durationMs: hour }, maxConcurrency: 2 });
    const { finish, waves, hostsToBeChanged, windows } = said(inputOf(plan));
    expect(minutesOf(finish.p50)).toBe(10 + 60 + 30);
    expect(finish.p95).toBe(finish.p50);
    expect({ waves, hostsToBeChanged, windows }).toEqual({
      waves: 2,
      hostsToBeChanged: 6,
      windows: null,
    });
  });

  test('adds the quiet time once per wave, and lets the next host of the wave begin meanwhile', () => {
    const plan = planned(3, { serial: [1, 2], maxConcurrency: 1 });
    const { finish } = said(inputOf(plan, { quietForMs: 20 * minute }));
    expect(minutesOf(finish.p50)).toBe(10 + 20 + 10 + 10 + 20);
  });

  test('of hosts that need nothing takes no time for them', () => {
    const plan = planned(3, { serial: [3], maxConcurrency: 1 });
    const verdicts = [assessedAs(plan.hosts[1]!, { state: 'already-fixed' })];
    const found = said(inputOf(plan, { verdicts }));
    expect(found.hostsToBeChanged).toBe(2);
    expect(minutesOf(found.finish.p50)).toBe(20);
  });

  test('counts waits for a person, and not how long the person takes', () => {
    const plan = planned(3, { serial: [1], pause: 'until-resumed' });
    const found = said(inputOf(plan));
    expect(minutesOf(found.finish.p50)).toBe(30);
    expect(found.waitsForAPerson).toBe(2);
  });

  test('takes it for approved, and is of the waits after that only', () => {
    const plan = planned(1, {}, { approvals: approvals() });
    expect(minutesOf(said(inputOf(plan)).finish.p50)).toBe(10);
  });

  test('says the same twice, and something else of another seed', () => {
    const plan = planned(10, { serial: [1, 3] });
    const seenMs = [10, 12, 15, 20, 30, 45, 60].map((n) => n * minute);
    const input = inputOf(plan, { seenMs, runs: 20 });
    expect(forecast(input)).toEqual(forecast(input));
    expect(said({ ...input, seed: 2 }).finish).not.toEqual(said(input).finish);
  });

  test('without earlier rollouts takes the plan’s word, half of it for the median', () => {
    const plan = planned(1, { hostDurationMs: hour });
    const found = said(inputOf(plan, { seenMs: [minute], runs: 200 }));
    expect(found.seen).toBe(0);
    expect(minutesOf(found.finish.p50)).toBeGreaterThan(26);
    expect(minutesOf(found.finish.p50)).toBeLessThan(34);
    expect(minutesOf(found.finish.p95)).toBeGreaterThan(50);
    expect(minutesOf(found.finish.p95)).toBeLessThan(72);
  });
});

describe('a forecast of windows', () => {
  const windows = nights(5, start + 10 * hour);
  const plan = planned(
    20,
    { serial: [20], maxConcurrency: 1, hostDurationMs: hour },
    { calendar: someCalendar },
  );

  test('says how many there are, how many hosts fit the first, and when the last of them is done', () => {
    const found = said(
      inputOf(plan, { calendar: readingOf(windows), seenMs: Array(5).fill(hour) as number[] }),
    );
    expect(found.windows).toEqual({ p50: 3, p95: 3, first: 7 });
    expect(found.finish.p50).toBe(start + 10 * hour + 2 * day + looked + 6 * hour);
    expect(found.course).toEqual([
      { from: windows[0]?.from, until: windows[0]?.until, window: 'night', done: 7, before: 0 },
      { from: windows[1]?.from, until: windows[1]?.until, window: 'night', done: 14, before: 7 },
      { from: windows[2]?.from, until: windows[2]?.until, window: 'night', done: 20, before: 14 },
    ]);
  });

  test('that end too early knows no finish', () => {
    const found = said(
      inputOf(plan, {
        calendar: readingOf(windows.slice(0, 1)),
        seenMs: Array(5).fill(hour) as number[],
      }),
    );
    expect(found.finish).toEqual({ p50: null, p95: null });
    expect(found.windows).toMatchObject({ p95: 1, first: 7 });
  });

  test('packages that go ahead, and hosts that take no part of the window for them', () => {
    const once = [opening(start + hour, 2 * hour)];
    const ahead = planned(
      1,
      { hostDurationMs: hour, stageAhead: true },
      { calendar: someCalendar },
    );
    const found = said(inputOf(ahead, { calendar: readingOf(once) }));
    expect(found.finish.p50).toBe(start + hour + looked + 10 * minute);
  });
});

test('most hosts down at once of a set: those at work, and those that were found down', () => {
  const sets = [setOf('dag1', 2, 'ex1', 'ex2', 'ex3', 'ex4'), setOf('dag2', 1, 'ex5', 'ex6')];
  const plan = planned(6, { serial: [6] }, {}, sets);
  const verdicts = [assessedAs(plan.hosts[3]!, { state: 'already-fixed', health: 'unhealthy' })];
  expect(said(inputOf(plan, { verdicts })).mostDown).toEqual([
    { set: 'dag1', hosts: 2, maxUnavailable: 2 },
    { set: 'dag2', hosts: 1, maxUnavailable: 1 },
  ]);
});

describe('the blast radius', () => {
  it.each([
    { what: 'a canary of one', policy: { serial: [1, 10] }, most: 1 },
    { what: 'a canary of three side by side', policy: { serial: [3, 10] }, most: 3 },
    {
      what: 'one after the other',
      policy: { serial: [10], maxConcurrency: 1, maxErrors: 2 },
      most: 3,
    },
    { what: 'no canary, all side by side', policy: { serial: [20] }, most: 20 },
  ])('of a package that breaks every host, with $what: $most', ({ policy, most }) => {
    const { everyHost } = said(inputOf(planned(20, policy))).blast;
    expect(everyHost).toEqual({ p50: most, most, stopped: 1 });
  });

  test('of one that breaks one in five is larger, and differs from run to run', () => {
    const plan = planned(40, { serial: [1, 5], maxConcurrency: 1 });
    const { oneInFive } = said(inputOf(plan, { runs: 60 })).blast;
    expect(oneInFive.p50).toBeGreaterThan(1);
    expect(oneInFive.p50).toBeLessThan(10);
    expect(oneInFive.most).toBeGreaterThan(oneInFive.p50);
    expect(oneInFive.stopped).toBeGreaterThan(0.95);
  });

  test('is all hosts where the budget never stops it', () => {
    const plan = planned(10, { serial: [10], maxErrors: '100%' });
    const { everyHost } = said(inputOf(plan)).blast;
    expect(everyHost).toEqual({ p50: 10, most: 10, stopped: 0 });
  });
});

describe('the 95th percentile', () => {
  const sets = [setOf('dag1', 1, ...names(4)), setOf('dag2', 1, 'ex5', 'ex6', 'ex7')];
  const slow = durationsFrom([], 40 * minute);
  const random = createRandom(7);
  const seenMs = Array.from({ length: 60 }, () => slow(random));

  it.each([
    {
      what: 'at any time, from what was seen',
      plan: planned(9, { serial: [1, 4] }, {}, sets),
      seenMs,
    },
    {
      what: 'at any time, by the plan',
      plan: planned(7, { serial: [2, 8], maxConcurrency: 3, hostDurationMs: 40 * minute }),
      seenMs: [],
    },
    {
      what: 'in windows',
      plan: planned(
        10,
        { serial: [1, 4], hostDurationMs: 40 * minute, maxConcurrency: 3 },
        { calendar: someCalendar },
        sets,
      ),
      seenMs,
      openings: Array.from({ length: 12 }, (_, n) => opening(start + n * day + hour, 2.5 * hour)),
    },
    {
      what: 'in one window that is just long enough',
      plan: planned(
        6,
        { serial: [2, 4], hostDurationMs: 30 * minute, maxConcurrency: 2 },
        { calendar: someCalendar },
      ),
      seenMs,
      openings: Array.from({ length: 6 }, (_, n) => opening(start + n * day, 3 * hour)),
    },
  ])(
    'holds in at least 93 % of 500 rollouts whose hosts end well: $what',
    ({ plan, seenMs: seen, openings }) => {
      const calendar = openings === undefined ? null : readingOf(openings);
      const { finish } = said(inputOf(plan, { seenMs: seen, calendar, runs: 200 }));
      if (finish.p95 === null) throw new Error('no finish is known');
      const course: Course = {
        from: stateAt(plan, start),
        now: start,
        seen: (id) => assessedAs(id, { state: 'affected' }),
        durations: durationsFrom(seen, plan.policy.hostDurationMs ?? 30 * minute),
        assessmentMs: looked,
        quietForMs: 0,
        calendar,
      };
      // Seeds that the forecast itself never has.
      const runs = 500;
      const ends = Array.from(
        { length: runs },
        (_, run) => runOf(course, 900_000_000 + run).finishedAt,
      );
      const held = ends.filter((end) => end !== null && end <= (finish.p95 ?? 0)).length;
      expect(held / ends.length).toBeGreaterThanOrEqual(0.93);
      // Nor is it so far away that it would say nothing.
      expect(held / ends.length).toBeLessThan(1);
    },
  );
});

test('random numbers are spread evenly, and the same for the same seed', () => {
  const draw = (seed: number): number[] => {
    const random = createRandom(seed);
    return Array.from({ length: 2000 }, () => random());
  };
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
  const all = draw(3);
  expect(Math.min(...all)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...all)).toBeLessThan(1);
  const perTenth = Array.from({ length: 10 }, (_, n) =>
    all.filter((x) => Math.floor(x * 10) === n),
  );
  for (const tenth of perTenth) expect(tenth.length).toBeGreaterThan(140);
});
