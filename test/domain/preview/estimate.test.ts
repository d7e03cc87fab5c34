import { estimate, forecast } from '../../../domain/preview';
import { createRandom, durationsFrom } from '../../../domain/preview/draws';
import { runOf, stateAt, type Course } from '../../../domain/preview/forecast-run';
import { thin } from '../../../domain/preview/thin';
import type { RolloutPlan, RolloutState } from '../../../domain/rollout';
import { simulate, type World } from '../../../domain/simulator';
import {
  approvals,
  by,
  controlled,
  controlledPlan,
  nights,
  someCalendar,
} from '../rollout/controlled-scenario';
import { assessedAs, day, hour, minute, names, planOf, scenario, setOf } from '../rollout/scenario';

const minutesOf = (iso: string | null | undefined): number | null =>
  iso === null || iso === undefined ? null : Date.parse(iso) / minute;

const plan = (hosts: number, policy = {}, control = {}): RolloutPlan =>
  controlledPlan(hosts, { policy: { hostDurationMs: 20 * minute, ...policy }, control });

describe('the estimate of a rollout that is under way', () => {
  const underWay = () => {
    const rollout = controlled(plan(8, { serial: [8], maxConcurrency: 1, maxErrors: 8 }));
    rollout.assess();
    for (const host of ['ex1', 'ex2', 'ex3', 'ex4', 'ex5']) {
      rollout.pass(10 * minute);
      took(rollout, host);
    }
    return rollout;
  };
  const took = (rollout: ReturnType<typeof controlled>, host: string): void => {
    const why = { code: 'fixed', message: 'fixed', facts: {} };
    const id = rollout.plan.hosts.find((each) => each === host)!;
    rollout.send({
      type: 'hostFinished',
      hostId: id,
      outcome: 'fixed',
      reason: why,
      available: true,
    });
    for (const next of rollout.started())
      rollout.send({
        type: 'hostStarted',
        hostId: rollout.plan.hosts.find((each) => each === next)!,
        runId: 'r',
      });
  };

  test('adds the rest of the hosts, with what this rollout has seen', () => {
    const rollout = underWay();
    expect(rollout.state().control?.durations).toEqual([10, 10, 10, 10].map((n) => n * minute));
    rollout.pass(10 * minute);
    took(rollout, 'ex6');
    const found = estimate(rollout.state(), null, rollout.now());
    expect(minutesOf(found?.p50)).toBe(60 + 20);
    expect(found?.p95).toBe(found?.p50);
  });

  test('counts of a host in flight only what is left, and moves on as time passes', () => {
    const rollout = underWay();
    rollout.pass(10 * minute);
    took(rollout, 'ex6');
    rollout.pass(4 * minute);
    expect(minutesOf(estimate(rollout.state(), null, rollout.now())?.p50)).toBe(60 + 20);
    // Longer than any that was seen: it is about to end.
    rollout.pass(20 * minute);
    expect(minutesOf(estimate(rollout.state(), null, rollout.now())?.p50)).toBe(84 + 1 + 10);
  });

  test('is not there before the assessment, nor when it is done', () => {
    const rollout = controlled(plan(1, {}, { approvals: approvals({ minApprovals: 1 }) }));
    rollout.assess();
    expect(estimate(rollout.state(), null, 0)).toBeNull();
    rollout.request(by('ben').approve());
    expect(estimate(rollout.state(), null, 0)).not.toBeNull();
    rollout.finish('ex1');
    expect(estimate(rollout.state(), null, 0)).toBeNull();
  });

  test('ends in the window in which the rest fits, and is unknown where none is known', () => {
    const policy = { serial: [10], maxConcurrency: 1, hostDurationMs: 2 * hour };
    const rollout = controlled(plan(6, policy, { calendar: someCalendar }), {
      openings: nights(3),
    });
    rollout.assess();
    rollout.pass(7 * hour);
    rollout.finish('ex1');
    const found = estimate(rollout.state(), null, rollout.now());
    expect(Date.parse(found?.p50 ?? '')).toBeGreaterThan(day);
    expect(Date.parse(found?.p95 ?? '')).toBeLessThan(2 * day + 8 * hour);
    const first = { openings: nights(1), blackouts: [], until: 30 * day };
    expect(estimate(rollout.state(), first, rollout.now())).toEqual({ p50: null, p95: null });
  });

  test('takes what waits for people as done at once', () => {
    const rollout = controlled(plan(2, { serial: [1], pause: 'until-resumed' }));
    rollout.assess();
    rollout.finish('ex1');
    expect(rollout.phase()).toBe('held');
    const found = estimate(rollout.state(), null, rollout.now());
    expect(minutesOf(found?.p50)).toBeLessThan(60);
    rollout.ask('pause');
    expect(minutesOf(estimate(rollout.state(), null, rollout.now())?.p50)).toBeLessThan(60);
  });

  test('of a rollout of an earlier release goes by how long its hosts took', () => {
    const rollout = scenario(planOf(8, { serial: [8], maxConcurrency: 1, maxErrors: 8 }), 0);
    rollout.assess();
    rollout.pass(minute);
    rollout.finish('ex1');
    expect(estimate(rollout.state(), null, rollout.now())).toMatchObject({
      p50: expect.any(String),
      p95: expect.any(String),
    });
  });

  test('goes on from any moment of a rollout, and always ends', () => {
    const sets = [setOf('dag1', 1, 'ex1', 'ex2', 'ex3'), setOf('dag2', 1, 'ex4', 'ex5')];
    const whole = controlledPlan(7, {
      policy: {
        serial: [1, 3],
        pause: { durationMs: hour },
        hostDurationMs: hour,
        stageAhead: true,
      },
      sets,
      control: { calendar: someCalendar, fleetFile: '/f.yaml' },
    });
    const openings = nights(20, 3 * hour);
    const world: World = {
      assess: (id) => assessedAs(id, { state: id === 'ex7' ? 'suspect' : 'affected' }),
      attempt: () => ({
        durationMs: 50 * minute,
        outcome: 'fixed',
        watched: { forMs: 20 * minute },
      }),
      calendar: ({ from, until }) => ({
        openings: openings.filter((each) => each.from < until && each.until > from),
        blackouts: [],
        until,
      }),
    };
    const { steps, durationMs } = simulate(whole, world);
    // Every fifth is enough: each is a simulation of its own.
    const chosen = steps.filter((_, index) => index % 5 === 0 || index > steps.length - 4);
    const estimates = chosen.map(({ after, atMs }) => estimate(after, null, atMs));
    expect(estimates[0]).toBeNull();
    const known = estimates.filter((each) => each !== null);
    expect(known.length).toBeGreaterThan(chosen.length / 2);
    for (const each of known) expect(each.p50).not.toBeNull();
    // The nearer the end, the nearer the estimate.
    const last = Date.parse(known.at(-2)?.p50 ?? '');
    expect(Math.abs(last - durationMs)).toBeLessThan(hour);
  });

  test('survives JSON, as it comes from a query', () => {
    const { plan: _plan, ...rollout } = underWay();
    const carried = JSON.parse(JSON.stringify(rollout.state())) as RolloutState;
    expect(estimate(carried, null, rollout.now())).toEqual(
      estimate(rollout.state(), null, rollout.now()),
    );
  });
});

describe('a rollout of many hosts', () => {
  const hosts = names(420);
  const sets = Array.from({ length: 105 }, (_, set) =>
    setOf(`dag${set}`, 1, ...hosts.slice(set * 4, set * 4 + 4)),
  );
  const many = controlledPlan(hosts, {
    policy: { serial: [1, 40, '50%'], maxConcurrency: 20, hostDurationMs: 20 * minute },
    sets,
    control: {},
  });
  const whole = stateAt(many, 0);
  const courseOf = (from: RolloutState): Course => ({
    from,
    now: 0,
    seen: (id) => assessedAs(id, { state: 'affected' }),
    durations: durationsFrom([], 20 * minute),
    assessmentMs: minute,
    quietForMs: 0,
    calendar: null,
  });

  test('is simulated with a part of its sets, and takes as long as all of it', () => {
    const thinned = thin(whole, () => true);
    expect(thinned?.oneIn).toBeCloseTo(2, 0);
    const part = thinned?.state.plan.hosts.length ?? 0;
    expect(part).toBeGreaterThan(180);
    expect(part).toBeLessThan(220);
    expect(thinned?.state.plan.sets.every(({ members }) => members.length === 4)).toBe(true);
    const exact = runOf(courseOf(whole), 1).finishedAt ?? 0;
    const roughly = runOf(courseOf(thinned!.state), 1).finishedAt ?? 0;
    expect(Math.abs(roughly / exact - 1)).toBeLessThan(0.12);
  });

  test('says so in its forecast, whose numbers are of all of it', () => {
    const found = forecast({
      plan: many,
      verdicts: [],
      seenMs: [],
      quietForMs: 0,
      calendar: null,
      now: 0,
      runs: 2,
    });
    expect(found).toMatchObject({ hostsToBeChanged: 420 });
    expect(found?.course.at(-1)?.done).toBe(420);
  });

  test('one after the other is not simulated: nobody would wait for it', () => {
    const slow = controlledPlan(names(1200), { policy: { maxConcurrency: 1 }, control: {} });
    expect(thin(stateAt(slow, 0), () => true)).toBeNull();
  });
});

test('what was seen is drawn from, and too little of it is not', () => {
  const random = createRandom(1);
  const seen = durationsFrom([1, 2, 3, 4, 5], 1000);
  const drawn = new Set(Array.from({ length: 100 }, () => seen(random)));
  expect(drawn).toEqual(new Set([1, 2, 3, 4, 5]));
  const little = durationsFrom([1, 2, 3, 4], hour);
  const all = Array.from({ length: 1000 }, () => little(random)).toSorted((a, b) => a - b);
  expect(all[500]! / minute).toBeCloseTo(30, -1);
  expect(all[950]! / minute).toBeCloseTo(60, -1);
  expect(Math.max(...all)).toBeLessThanOrEqual(3 * hour);
});
