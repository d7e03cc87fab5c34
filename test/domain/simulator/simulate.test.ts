import { hostId, rolloutId } from '../../../contracts/ids';
import { reason } from '../../../contracts/reason';
import { simulate, type World } from '../../../domain/simulator';
import { controlledPlan, nights, someCalendar } from '../rollout/controlled-scenario';
import { hour, minute, planOf, requestOf } from '../rollout/scenario';

const well: World = {
  assess: () => ({
    state: 'affected',
    applicable: 'yes',
    health: 'healthy',
    reason: reason('burst', 'a burst was seen'),
  }),
  attempt: () => ({ durationMs: 10 * minute, outcome: 'fixed' }),
  assessmentMs: minute,
  startMs: 0,
};
const plan = planOf(3, { serial: [1, 2], pause: { durationMs: hour } });

const types = (trace: ReturnType<typeof simulate>): string[] =>
  trace.steps.map(({ event }) => event.type);

test('time passes as the world and the plan say: assessment, canary, soak, second wave', () => {
  const trace = simulate(plan, well);
  expect(trace).toMatchObject({
    finished: true,
    durationMs: minute + 10 * minute + hour + 10 * minute,
  });
  expect(trace.steps.map(({ atMs, event }) => [atMs / minute, event.type])).toEqual([
    [0, 'admitted'],
    [1, 'assessed'],
    [1, 'hostStarted'],
    [11, 'hostFinished'],
    [71, 'timerFired'],
    [71, 'hostStarted'],
    [71, 'hostStarted'],
    [81, 'hostFinished'],
    [81, 'hostFinished'],
  ]);
  expect(trace.steps.at(5)?.inFlight).toEqual(['ex2', 'ex3']);
});

test('the same world gives the same trace', () => {
  expect(simulate(plan, well)).toEqual(simulate(plan, well));
});

test('without steps the end is the same', () => {
  const { steps, ...whole } = simulate(plan, well);
  expect(simulate(plan, well, { keepSteps: false })).toEqual({ ...whole, steps: [] });
  expect(steps).not.toEqual([]);
});

test('a rollout that nobody resumes does not finish, and says so', () => {
  const held = planOf(2, { serial: [1], pause: 'until-resumed' });
  expect(simulate(held, well)).toMatchObject({ finished: false, state: { phase: 'held' } });
  expect(simulate(held, well, { resumeAfterMs: minute })).toMatchObject({ finished: true });
  expect(simulate(held, well, { resumeAfterMs: 0 })).toMatchObject({ finished: true });
});

test('a taken host is tried until its owner lets it go', () => {
  const taken: World = {
    ...well,
    taken: (host) =>
      host === 'ex1' ? { untilMs: 30 * minute, by: rolloutId('CHG-other') } : undefined,
  };
  const trace = simulate(planOf(1, { takenRetryMs: 10 * minute }), taken);
  expect(types(trace).filter((type) => type === 'hostTaken')).toHaveLength(3);
  expect(trace.state.hosts[0]?.is).toBe('fixed');
});

test('what a person asks comes at its time; what would be refused is not sent', () => {
  const trace = simulate(plan, well, {
    script: [
      { atMs: 5 * minute, request: requestOf('resume') },
      { atMs: 6 * minute, request: requestOf('skip', 'ex2'), updateId: 'skip-ex2' },
    ],
  });
  expect(trace.refused.map(({ code }) => code)).toEqual(['not-paused']);
  expect(trace.state.requests.map(({ id }) => id)).toEqual(['skip-ex2']);
  expect(trace.steps.find(({ event }) => event.type === 'operator')).toMatchObject({
    atMs: 6 * minute,
    answer: { message: 'ex2 is skipped' },
  });
});

test('a cancelled host ends as the world says, once', () => {
  const cancelled: World = {
    ...well,
    attempt: () => ({
      durationMs: hour,
      outcome: 'fixed',
      cancelled: { afterMs: minute, outcome: 'mitigated', available: false },
    }),
  };
  const trace = simulate(plan, cancelled, {
    script: [{ atMs: 5 * minute, request: requestOf('abort') }],
  });
  expect(trace.durationMs).toBe(6 * minute);
  expect(types(trace).filter((type) => type === 'hostFinished')).toHaveLength(1);
  expect(trace.state.hosts[0]).toMatchObject({ is: 'mitigated', down: true });
});

describe('a host that is watched before it ends', () => {
  const watched = (symptom?: { afterMs: number; workMs: number; outcome: 'mitigated' }): World => ({
    ...well,
    attempt: () => ({
      durationMs: 10 * minute,
      outcome: 'fixed',
      watched: { forMs: hour, ...(symptom === undefined ? {} : { symptom }) },
      cancelled: { afterMs: minute, outcome: 'failed' },
    }),
  });
  const one = planOf(1, { maxErrors: 1 });
  const symptom = { afterMs: 30 * minute, workMs: 5 * minute, outcome: 'mitigated' } as const;
  const times = (trace: ReturnType<typeof simulate>): [number, string][] =>
    trace.steps.slice(3).map(({ atMs, event }) => [atMs / minute, event.type]);

  test('ends as it was going to when nothing shows', () => {
    const trace = simulate(one, watched());
    expect(times(trace)).toEqual([
      [11, 'hostWatched'],
      [71, 'hostFinished'],
    ]);
    expect(trace.state.hosts[0]?.is).toBe('fixed');
  });

  test('asks for its slots when the symptom is back, and goes on once it has them', () => {
    const trace = simulate(one, watched(symptom));
    expect(times(trace)).toEqual([
      [11, 'hostWatched'],
      [41, 'slotsWanted'],
      [46, 'hostFinished'],
    ]);
    expect(trace.state.hosts[0]?.is).toBe('mitigated');
  });

  test('is watched no more when it was called off before', () => {
    const script = [{ atMs: 5 * minute, request: requestOf('abort') }];
    const trace = simulate(one, watched(symptom), { script });
    expect(times(trace)).toEqual([
      [5, 'operator'],
      [6, 'hostFinished'],
    ]);
  });
});

test('a second attempt goes as the world says of the second attempt', () => {
  const asked: [string, number][] = [];
  const twice: World = {
    ...well,
    attempt: (host, attempt) => {
      asked.push([host, attempt]);
      return { durationMs: minute, outcome: attempt === 1 ? 'failed' : 'fixed' };
    },
  };
  const trace = simulate(
    planOf([hostId('ex1'), hostId('ex2')], { serial: [2], maxErrors: 3, maxConcurrency: 1 }),
    twice,
    {
      script: [{ atMs: 2 * minute + 1, request: requestOf('retry', 'ex1') }],
    },
  );
  expect(asked).toEqual([
    ['ex1', 1],
    ['ex2', 1],
    ['ex1', 2],
  ]);
  expect(trace.state.hosts.map(({ is }) => is)).toEqual(['fixed', 'failed']);
});

test('a forced new run begins after so many events and nothing in flight', () => {
  const trace = simulate(plan, well, { eventsPerRun: [3] });
  expect(trace.runs).toBe(2);
  expect(types(trace)).toContain('continued');
  expect(trace.finished).toBe(true);
});

test('a rollout that takes too many events is given up', () => {
  expect(simulate(plan, well, { maxEvents: 3 })).toMatchObject({ finished: false, events: 3 });
});

test('taken over at any moment, it goes on as it would have gone on', () => {
  const openings = nights(9);
  const world: World = {
    ...well,
    startMs: 0,
    assess: (id) => ({
      ...well.assess(id, 1),
      state: id === 'ex4' ? 'suspect' : 'affected',
    }),
    attempt: () => ({
      durationMs: 70 * minute,
      outcome: 'fixed',
      watched: { forMs: 20 * minute },
    }),
    calendar: ({ from, until }) => ({
      openings: openings.filter((each) => each.from < until && each.until > from),
      blackouts: [],
      until,
    }),
  };
  const whole = controlledPlan(6, {
    policy: { serial: [1, 2], pause: { durationMs: hour }, hostDurationMs: hour },
    control: { calendar: someCalendar, fleetFile: '/fleet.yaml' },
  });
  const { steps, state, durationMs } = simulate(whole, world);
  expect(state.result).toBe('completed');
  for (const { after, atMs } of steps) {
    const taken = JSON.parse(JSON.stringify(after)) as typeof after;
    const rest: World = {
      ...world,
      rest: (id, sinceMs) => {
        const isBack = taken.hosts[whole.hosts.indexOf(id)]?.watched === true;
        const left = Math.max(0, 70 * minute - sinceMs);
        const quiet = isBack ? 90 * minute - sinceMs : 20 * minute;
        return { durationMs: left, outcome: 'fixed', watched: { forMs: quiet } };
      },
    };
    const again = simulate(whole, rest, { from: taken, startAt: atMs, keepSteps: false });
    expect(again.state.hosts.map(({ is }) => is)).toEqual(state.hosts.map(({ is }) => is));
    // Looking that was under way begins anew, which takes a minute each time.
    expect(Math.abs(atMs + again.durationMs - durationMs)).toBeLessThanOrEqual(3 * minute);
  }
});

test('a host that waits for slots of others begins later, and is called off untouched', () => {
  const waits = (forMs: number | null): World => ({
    ...well,
    attempt: () => ({
      durationMs: 10 * minute,
      outcome: 'fixed',
      awaits: { stuck: forMs === null, forMs },
      drained: { prior: { state: 'active', drainedBy: null }, restored: true },
    }),
  });
  const one = controlledPlan(1, { policy: { holdTimeoutMs: hour }, control: {} });
  expect(types(simulate(one, waits(5 * minute)))).toEqual([
    'admitted',
    'assessed',
    'hostStarted',
    'slotsAwaited',
    'slotsHeld',
    'hostDrained',
    'hostRestored',
    'hostFinished',
  ]);
  const stuck = simulate(one, waits(null));
  expect(stuck.durationMs).toBe(minute + hour);
  expect(stuck.state.hosts[0]?.is).toBe('not-started');
});

test('what cannot be read is asked again', () => {
  const openings = nights(1);
  const late: World = {
    ...well,
    calendar: ({ until }, atMs) => (atMs < hour ? null : { openings, blackouts: [], until }),
    changed: (atMs) => (atMs < 2 * hour ? null : []),
  };
  const plan1 = controlledPlan(1, {
    policy: { takenRetryMs: 10 * minute },
    control: { calendar: someCalendar, fleetFile: '/fleet.yaml' },
  });
  const trace = simulate(plan1, late);
  expect(trace.state.hosts[0]?.is).toBe('fixed');
  expect(trace.durationMs).toBeGreaterThan(2 * hour);
  expect(types(trace).filter((type) => type === 'calendarUnread').length).toBeGreaterThan(3);
  expect(types(trace).filter((type) => type === 'fleetUnread').length).toBeGreaterThan(3);
});
