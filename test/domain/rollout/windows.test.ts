import { hostId } from '../../../contracts/ids';
import type { RolloutPolicy } from '../../../contracts/plan';
import {
  by,
  controlled,
  controlledPlan,
  nights,
  opening,
  someCalendar,
  type Outside,
} from './controlled-scenario';
import { day, hour, minute } from './scenario';

const planned = (hosts: number, policy: Partial<RolloutPolicy> = {}) =>
  controlledPlan(hosts, {
    policy: { serial: [10], hostDurationMs: hour, maxConcurrency: 1, ...policy },
    control: { calendar: someCalendar, fleetFile: '/fleet.yaml' },
  });

const begun = (hosts: number, world: Partial<Outside>, policy: Partial<RolloutPolicy> = {}) => {
  const rollout = controlled(planned(hosts, policy), world);
  rollout.assess();
  return rollout;
};

describe('a window', () => {
  test('is waited for, and only then is anything looked at', () => {
    const rollout = begun(2, { openings: [opening(day, 4 * hour)] });
    expect(rollout.state()).toMatchObject({ phase: 'awaiting-window', nextLookAt: day });
    rollout.pass(day - 1);
    expect(rollout.commands().map(({ type }) => type)).toEqual(['readCalendar']);
    rollout.pass(1);
    expect(rollout.commands().map(({ type }) => type)).toEqual([
      'readCalendar',
      'readFleet',
      'assess',
      'startHost',
    ]);
  });

  test('closes with a host in flight, which is finished; the rest keeps its place for the next', () => {
    const rollout = begun(3, { openings: nights(2) });
    rollout.pass(7.5 * hour);
    rollout.finish('ex1');
    expect(rollout.started()).toEqual(['ex1']);
    expect(rollout.places()).toMatchObject({ ex1: 'fixed', ex2: 'queued', ex3: 'queued' });
    expect(rollout.host('ex2').wave).toBe(1);
    expect(rollout.phase()).toBe('awaiting-window');
    rollout.pass(16.5 * hour);
    expect(rollout.started()).toEqual(['ex2']);
    rollout.pass(9 * hour);
    expect(rollout.all('cancelHost')).toEqual([]);
    expect(rollout.places()).toMatchObject({ ex2: 'running' });
    rollout.finish('ex2');
    expect(rollout.started()).toEqual([]);
  });

  it.each([
    { what: 'its whole duration is left', leftMs: hour, starts: true },
    { what: 'a millisecond of it is missing', leftMs: hour - 1, starts: false },
  ])('begins a host when $what: $starts', ({ leftMs, starts }) => {
    const rollout = begun(2, { openings: [opening(0, 4 * hour)] });
    rollout.forget();
    rollout.pass(4 * hour - leftMs);
    rollout.finish('ex1');
    expect(rollout.started()).toEqual(starts ? ['ex2'] : []);
  });

  it.each([
    { atMs: 3 * hour - 1, starts: true },
    { atMs: 3 * hour, starts: false },
  ])('begins none from its cut-off on: $atMs ms in, $starts', ({ atMs, starts }) => {
    const rollout = begun(
      2,
      { openings: [opening(0, 4 * hour, hour)] },
      { hostDurationMs: minute },
    );
    rollout.forget();
    rollout.pass(atMs);
    rollout.send({
      type: 'hostFinished',
      hostId: hostId('ex1'),
      outcome: 'skipped',
      reason: { code: 'x', message: 'x', facts: {} },
      available: true,
    });
    expect(rollout.started()).toEqual(starts ? ['ex2'] : []);
  });

  it.each([
    { seenMs: 2 * hour, floorMs: hour, hostMs: 2 * hour },
    { seenMs: 10 * minute, floorMs: hour, hostMs: hour },
  ])(
    'has to hold what was seen, $seenMs ms, and never less than $floorMs ms',
    ({ seenMs, floorMs, hostMs }) => {
      const rollout = begun(3, { openings: nights(2) }, { hostDurationMs: floorMs });
      rollout.forget();
      rollout.send({ type: 'hostStarted', hostId: hostId('ex1'), runId: 'r' });
      rollout.pass(seenMs);
      rollout.send({
        type: 'hostFinished',
        hostId: hostId('ex1'),
        outcome: 'fixed',
        reason: { code: 'fixed', message: 'fixed', facts: {} },
        available: true,
      });
      expect(rollout.started()).toEqual(['ex2']);
      rollout.pass(8 * hour - hostMs + 1 - rollout.now());
      rollout.forget();
      rollout.finish('ex2');
      expect(rollout.started()).toEqual([]);
      expect(rollout.state().phaseReason.code).toBe('window-short');
    },
  );

  test('begins nothing while people have it paused, and sleeps on after it closed', () => {
    const rollout = begun(2, { openings: nights(2, hour) });
    rollout.ask('pause');
    rollout.pass(12 * hour);
    rollout.ask('resume');
    expect(rollout.all('startHost')).toEqual([]);
    expect(rollout.phase()).toBe('awaiting-window');
    rollout.pass(13 * hour);
    expect(rollout.started()).toEqual(['ex1']);
  });
});

describe('on waking in the next window', () => {
  const secondNight = (change: (outside: Outside) => void, policy: Partial<RolloutPolicy> = {}) => {
    const rollout = begun(4, { openings: nights(2) }, policy);
    rollout.pass(7.5 * hour);
    rollout.finish('ex1');
    rollout.forget();
    change(rollout.outside);
    rollout.pass(day - rollout.now());
    return rollout;
  };

  test('calendar, fleet and hosts are looked at again before anything is begun', () => {
    const rollout = secondNight(() => undefined);
    expect(rollout.commands()).toMatchObject([
      { type: 'readCalendar' },
      { type: 'readFleet', hosts: ['ex2', 'ex3', 'ex4'] },
      { type: 'assess', hosts: ['ex2', 'ex3', 'ex4'] },
      { type: 'startHost', hostId: 'ex2' },
    ]);
  });

  test('a blackout that somebody added meanwhile wins', () => {
    const rollout = secondNight((outside) => {
      outside.openings = [opening(2 * day, 8 * hour)];
      outside.blackouts = [{ from: day, until: day + 8 * hour }];
    });
    expect(rollout.started()).toEqual([]);
    expect(rollout.state()).toMatchObject({ phase: 'awaiting-window', nextLookAt: 2 * day });
  });

  test('a host that was fixed meanwhile is not changed any more', () => {
    const rollout = secondNight((outside) => {
      outside.seen = { ex2: { state: 'already-fixed' } };
    });
    expect(rollout.started()).toEqual(['ex3']);
    expect(rollout.host('ex2').outcome).toBe('already-fixed');
  });

  test('a host that answers nothing is asked once more before the last wave', () => {
    const rollout = secondNight(
      (outside) => {
        outside.seen = { ex2: { state: null } };
      },
      { serial: [1] },
    );
    expect(rollout.started()).toEqual(['ex3']);
    expect(rollout.places()).toMatchObject({ ex2: 'unassessed' });
    rollout.outside.seen = {};
    rollout.finish('ex3');
    expect(rollout.started()).toEqual(['ex2']);
    expect(rollout.places()).toMatchObject({ ex4: 'queued' });
  });

  test('a host whose entry is another one is held, the others go on', () => {
    const rollout = secondNight((outside) => {
      outside.changed = [{ hostId: hostId('ex2'), why: 'its address is another one' }];
    });
    expect(rollout.started()).toEqual(['ex3']);
    expect(rollout.host('ex2')).toMatchObject({
      standing: 'held',
      reason: { code: 'changed-since-approval' },
    });
  });

  test('nothing is begun before all of them have answered', () => {
    const rollout = secondNight((outside) => {
      outside.silent = true;
    });
    const answers = [
      () => rollout.send({ type: 'calendarRead', reading: readingOf(rollout.outside) }),
      () => rollout.send({ type: 'fleetRead', changed: [] }),
      () => rollout.answer({}),
    ];
    for (const answer of answers) {
      expect(rollout.started()).toEqual([]);
      answer();
    }
    expect(rollout.started()).toEqual(['ex2']);
  });
});

const readingOf = ({ openings, blackouts, knownUntil }: Outside) => ({
  openings,
  blackouts,
  until: knownUntil,
});

describe('a calendar', () => {
  test('that cannot be read holds the rollout and is asked again', () => {
    const rollout = begun(1, { openings: nights(1), unreadable: true });
    expect(rollout.state()).toMatchObject({
      phase: 'held',
      phaseReason: { code: 'calendar-unreadable', message: 'holidays.ics' },
      nextLookAt: minute,
    });
    rollout.pass(10 * minute);
    expect(rollout.started()).toEqual([]);
    rollout.outside.unreadable = false;
    rollout.pass(minute);
    expect(rollout.started()).toEqual(['ex1']);
  });

  test('that cannot be read again when the next window opens lets nothing begin', () => {
    const rollout = begun(2, { openings: nights(2) });
    rollout.pass(7.5 * hour);
    rollout.finish('ex1');
    rollout.forget();
    rollout.outside.unreadable = true;
    rollout.pass(day + hour - rollout.now());
    expect(rollout.started()).toEqual([]);
    expect(rollout.phase()).toBe('held');
  });

  test('that says nothing nearer is read for more than a year', () => {
    const rollout = begun(1, { openings: [opening(300 * day, 4 * hour)] });
    const spans = rollout.all('readCalendar').map(({ until }) => until / day);
    expect(spans).toEqual([62, 400]);
    expect(rollout.phase()).toBe('awaiting-window');
    rollout.pass(300 * day);
    expect(rollout.started()).toEqual(['ex1']);
  });

  it.each([
    { what: 'no window', openings: [] },
    {
      what: 'windows that are too short',
      openings: nights(20).map((each) => opening(each.from, minute)),
    },
  ])('with $what holds the rollout, which ends when nobody helps', ({ openings }) => {
    const rollout = begun(2, { openings }, { holdTimeoutMs: 6 * hour });
    expect(rollout.state()).toMatchObject({ phase: 'held', phaseReason: { code: 'no-window' } });
    rollout.pass(6 * hour - 1);
    expect(rollout.state().result).toBeNull();
    rollout.pass(1);
    expect(rollout.state().result).toBe('completed');
    expect(rollout.places()).toEqual({ ex1: 'not-started', ex2: 'not-started' });
  });
});

describe('the end of a window that a person moves', () => {
  test('later: more hosts fit', () => {
    const rollout = begun(2, { openings: [opening(0, 2 * hour)] });
    rollout.forget();
    rollout.request(by('ben').windowUntil(4 * hour));
    rollout.pass(2.5 * hour);
    rollout.finish('ex1');
    expect(rollout.started()).toEqual(['ex2']);
  });

  test('earlier: nothing begins that does not fit, what is in flight is finished', () => {
    const rollout = begun(2, { openings: [opening(0, 8 * hour)] });
    rollout.forget();
    rollout.request(by('ben').windowUntil(2 * hour));
    rollout.pass(1.5 * hour);
    rollout.finish('ex1');
    expect(rollout.started()).toEqual([]);
    expect(rollout.all('cancelHost')).toEqual([]);
    expect(rollout.host('ex1').outcome).toBe('fixed');
  });

  test('before it opens, and it stays moved when the calendar is read again at its start', () => {
    const rollout = begun(2, { openings: [opening(day, 2 * hour)] });
    rollout.request(by('ben').windowUntil(day + 6 * hour));
    rollout.pass(day + 4 * hour);
    rollout.finish('ex1');
    expect(rollout.started()).toEqual(['ex1', 'ex2']);
  });

  test('is cut by a blackout that was added since', () => {
    const rollout = begun(2, { openings: [opening(day, 2 * hour)] });
    rollout.request(by('ben').windowUntil(day + 6 * hour));
    rollout.outside.blackouts = [{ from: day + 3 * hour, until: day + 5 * hour }];
    rollout.pass(day);
    expect(rollout.started()).toEqual(['ex1']);
    rollout.pass(3.5 * hour);
    rollout.finish('ex1');
    expect(rollout.started()).toEqual([]);
  });

  test('is the end of that window only', () => {
    const rollout = begun(3, { openings: nights(2) });
    rollout.request(by('ben').windowUntil(2 * hour));
    rollout.pass(hour);
    rollout.finish('ex1');
    rollout.pass(day + 6 * hour);
    rollout.finish('ex2');
    expect(rollout.started()).toEqual(['ex1', 'ex2', 'ex3']);
  });

  it.each([
    { what: 'no time', until: 'tomorrow', code: 'bad-time' },
    { what: 'a time that has passed', until: minute, code: 'bad-time' },
    { what: 'beyond seven days', until: 7 * day + 1, code: 'bad-time' },
    { what: 'into a blackout', until: 12 * hour, code: 'blackout' },
    { what: 'into the next window', until: day + hour, code: 'next-window', free: true },
    { what: 'right up to the blackout', until: 10 * hour, code: null },
  ])('is refused: $what', ({ until, code, free }) => {
    const rollout = begun(2, {
      openings: nights(2),
      blackouts: free === true ? [] : [{ from: 10 * hour, until: 11 * hour }],
    });
    rollout.pass(hour);
    expect(rollout.refusesRequest(by('ben').windowUntil(until))).toBe(code);
  });

  test('is refused where there is no window', () => {
    const rollout = controlled(controlledPlan(1, { control: {} }));
    rollout.assess();
    expect(rollout.refusesRequest(by('ben').windowUntil(day))).toBe('no-window');
    const never = begun(1, {});
    expect(never.refusesRequest(by('ben').windowUntil(day))).toBe('no-window');
  });
});

describe('packages ahead', () => {
  const ahead = (world: Partial<Outside> = {}) =>
    begun(3, { openings: [opening(day, 4 * hour)], ...world }, { stageAhead: true });

  test('are brought before the window to the hosts that are to be changed, and nothing is begun', () => {
    const rollout = ahead({ seen: { ex2: { state: 'already-fixed' } } });
    expect(rollout.all('stageAhead')).toEqual([
      { type: 'stageAhead', hosts: ['ex1', 'ex3'], until: day },
    ]);
    rollout.send({ type: 'staged' });
    rollout.pass(day - 1);
    expect(rollout.all('stageAhead')).toHaveLength(1);
    expect(rollout.all('startHost')).toEqual([]);
    rollout.pass(1);
    expect(rollout.started()).toEqual(['ex1']);
  });

  test('that are still under way when the window opens are waited for', () => {
    const rollout = ahead();
    rollout.pass(day + minute);
    expect(rollout.started()).toEqual([]);
    rollout.send({ type: 'staged' });
    expect(rollout.started()).toEqual(['ex1']);
  });

  test('are not brought while the window is open', () => {
    const rollout = ahead({ openings: nights(2) });
    expect(rollout.all('stageAhead')).toEqual([]);
    expect(rollout.started()).toEqual(['ex1']);
  });
});
