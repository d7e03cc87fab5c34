import { hostId } from '../../../contracts/ids';
import type { OperatorRequest } from '../../../contracts/rollout';
import { decide, type RolloutState } from '../../../domain/rollout';
import { by, controlled, controlledPlan, nights, someCalendar } from './controlled-scenario';
import { hour, minute, scenario, planOf, type Seen } from './scenario';

const ben = by('ben');
const steered = (
  hosts = 4,
  policy = {},
  seen: { readonly [host: string]: Seen } = {},
  control = {},
) => {
  const plan = controlledPlan(hosts, { policy: { serial: [1, 10], ...policy }, control });
  const rollout = controlled(plan, { seen });
  rollout.assess();
  return rollout;
};

describe('holding a host', () => {
  test('takes it out of its wave until it is unheld; the others go on', () => {
    const rollout = steered(4, { serial: [10], maxConcurrency: 1 });
    rollout.request(ben.host('hold', 'ex2'));
    rollout.finish('ex1');
    expect(rollout.started()).toEqual(['ex1', 'ex3']);
    rollout.request(ben.host('unhold', 'ex2'));
    rollout.finish('ex3');
    rollout.finish('ex4');
    expect(rollout.started()).toEqual(['ex4', 'ex2']);
    expect(rollout.host('ex2').wave).toBe(2);
  });

  test('that nobody unholds ends undecided when all others are done', () => {
    const rollout = steered(2);
    rollout.request(ben.host('hold', 'ex2'));
    rollout.finish('ex1');
    expect(rollout.state().result).toBe('completed');
    expect(rollout.host('ex2')).toMatchObject({
      outcome: 'undecided',
      reason: { message: expect.stringMatching(/held by ben: tested/) },
    });
  });

  test('in time only: the hold runs out', () => {
    const rollout = steered(3, { holdTimeoutMs: hour });
    rollout.request(ben.host('hold', 'ex2'));
    rollout.pass(hour);
    expect(rollout.host('ex2').outcome).toBe('undecided');
  });

  it.each([
    { what: 'one in flight', host: 'ex1', operation: 'hold', code: 'cannot-hold' },
    { what: 'one of another rollout', host: 'ex9', operation: 'hold', code: 'not-in-plan' },
    { what: 'one that is held', host: 'ex4', operation: 'hold', code: 'cannot-hold' },
    { what: 'one that is not held', host: 'ex2', operation: 'unhold', code: 'cannot-unhold' },
    { what: 'one that is done', host: 'ex3', operation: 'unhold', code: 'cannot-unhold' },
    { what: 'one in flight', host: 'ex1', operation: 'skip', code: 'cannot-skip' },
    { what: 'one in flight', host: 'ex1', operation: 'retry', code: 'cannot-retry' },
  ] as const)('is refused: $operation $what', ({ host, operation, code }) => {
    const rollout = steered(4, {}, { ex3: { state: 'already-fixed' }, ex4: { state: 'suspect' } });
    expect(rollout.refusesRequest(ben.host(operation, host))).toBe(code);
  });
});

describe.each(['suspect', 'unknown'] as const)('unholding a host that is %s', (state) => {
  test('lets it be changed as if it were affected', () => {
    const rollout = steered(2, {}, { ex2: { state, applicable: 'yes' } });
    const answer = rollout.request(ben.host('unhold', 'ex2'));
    expect(answer?.message).toMatch(/will be changed as if it were affected/);
    rollout.finish('ex1');
    expect(rollout.all('startHost').at(-1)).toMatchObject({
      hostId: 'ex2',
      treatAsAffected: true,
    });
    expect(rollout.all('startHost')[0]).toMatchObject({ treatAsAffected: false });
  });

  it.each(['no', 'unknown'] as const)(
    'is refused where the hotfix applies to it: %s',
    (applicable) => {
      const rollout = steered(2, {}, { ex2: { state, applicable } });
      expect(rollout.places()).toMatchObject({ ex2: 'held' });
      expect(rollout.refusesRequest(ben.host('unhold', 'ex2'))).toBe('cannot-unhold');
    },
  );
});

test('a host that another entry of the fleet describes now cannot be unheld, only looked at anew', () => {
  const rollout = steered(3);
  rollout.send({
    type: 'hostChanged',
    hostId: hostId('ex1'),
    reason: { code: 'changed-since-approval', message: 'another address', facts: {} },
  });
  expect(rollout.host('ex1').reason?.code).toBe('changed-since-approval');
  expect(rollout.started()).toEqual(['ex1', 'ex2']);
  expect(rollout.refusesRequest(ben.host('unhold', 'ex1'))).toBe('cannot-unhold');
  expect(rollout.refusesRequest(ben.host('retry', 'ex1'))).toBeNull();
  expect(rollout.refusesRequest(ben.host('skip', 'ex1'))).toBeNull();
});

describe('retrying all', () => {
  const ended = () => {
    const rollout = steered(4, { serial: [10], maxErrors: 9 });
    rollout.finish('ex1', 'failed');
    rollout.finish('ex2', 'mitigated');
    rollout.request(ben.plainly('pause'));
    rollout.forget();
    return rollout;
  };

  test('that failed: they are queued again, and no longer errors', () => {
    const rollout = ended();
    expect(rollout.request(ben.retryAll('failed'))?.message).toBe('2 hosts are tried again');
    rollout.request(ben.plainly('resume'));
    expect(rollout.started()).toEqual(['ex1', 'ex2']);
    rollout.finish('ex3');
    rollout.finish('ex4');
    rollout.finish('ex1');
    rollout.finish('ex2');
    expect(rollout.outcomes()).toEqual({ ex1: 'fixed', ex2: 'fixed', ex3: 'fixed', ex4: 'fixed' });
  });

  test('that were not started', () => {
    const rollout = steered(2, { serial: [10], holdTimeoutMs: hour, takenRetryMs: 2 * hour });
    rollout.taken('ex2');
    rollout.pass(hour);
    expect(rollout.places()).toEqual({ ex1: 'running', ex2: 'not-started' });
    expect(rollout.refusesRequest(ben.retryAll('failed'))).toBe('nothing-to-retry');
    rollout.forget();
    rollout.request(ben.retryAll('not-started'));
    expect(rollout.started()).toEqual(['ex2']);
  });

  it.each(['failed', 'not-started', 'all'] as const)(
    'is refused when there are none: %s',
    (which) => {
      expect(steered(2).refusesRequest(ben.retryAll(which))).toBe('nothing-to-retry');
    },
  );

  test('of a mitigation leaves those alone that are mitigated', () => {
    const plan = controlledPlan(2, {
      policy: { serial: [10], maxErrors: 9 },
      action: 'mitigate',
      control: {},
    });
    const rollout = controlled(plan);
    rollout.assess();
    rollout.finish('ex1', 'mitigated');
    expect(rollout.refusesRequest(ben.retryAll('all'))).toBe('nothing-to-retry');
  });
});

describe('limits', () => {
  test('of concurrency may go up and down; what is in flight stays', () => {
    const rollout = steered(6, { serial: [10], maxConcurrency: 1 });
    rollout.request(ben.limits({ maxConcurrency: 3 }));
    expect(rollout.started()).toEqual(['ex1', 'ex2', 'ex3']);
    rollout.request(ben.limits({ maxConcurrency: 1 }));
    rollout.finish('ex1');
    rollout.finish('ex2');
    expect(rollout.started()).toEqual([]);
    expect(rollout.all('cancelHost')).toEqual([]);
    rollout.finish('ex3');
    expect(rollout.started()).toEqual(['ex4']);
  });

  test('of the budget hold from the next failure on', () => {
    const rollout = steered(6, { serial: [10], maxErrors: 0, maxConcurrency: 2 });
    const answer = rollout.request(ben.limits({ maxErrors: 1 }));
    expect(answer?.message).toBe('stops at the 2nd failure, from now on');
    rollout.finish('ex1', 'failed');
    expect(rollout.state().stopping).toBeNull();
    rollout.finish('ex2', 'failed');
    expect(rollout.state().stopping?.result).toBe('stopped-by-budget');
  });

  test('of the budget may be narrowed below what is spent: the next host that ends stops it', () => {
    const rollout = steered(6, { serial: [10], maxErrors: 5, maxConcurrency: 2 });
    rollout.finish('ex1', 'failed');
    rollout.request(ben.limits({ maxErrors: 0 }));
    rollout.finish('ex2');
    expect(rollout.state().stopping?.result).toBe('stopped-by-budget');
  });

  test('of errors in a row can be taken away, and are told by the status', () => {
    const rollout = steered(6, { serial: [10], maxErrors: 5, maxConsecutiveErrors: 0 });
    rollout.request(ben.limits({ maxConsecutiveErrors: null }));
    rollout.finish('ex1', 'failed');
    expect(rollout.state().stopping).toBeNull();
    expect(rollout.state().control?.steered).toEqual({ maxConsecutiveErrors: null });
  });

  it.each<{ what: string; request: OperatorRequest }>([
    { what: 'no host at once', request: ben.limits({ maxConcurrency: 0 }) },
    { what: 'half a host', request: ben.limits({ maxConcurrency: 1.5 }) },
    { what: 'too many', request: ben.limits({ maxConcurrency: 1001 }) },
    { what: 'less than nothing', request: ben.limits({ maxErrors: -1 }) },
    { what: 'more than all', request: ben.limits({ maxErrors: '101%' }) },
    { what: 'no number', request: ben.limits({ maxErrors: 'many' as never }) },
    { what: 'a broken row', request: ben.limits({ maxConsecutiveErrors: 0.5 }) },
    { what: 'nothing at all', request: ben.limits({}) },
  ])('are refused: $what', ({ request }) => {
    expect(steered(2).refusesRequest(request)).toBe('bad-limit');
  });

  test('of a rollout of an earlier release stay as they are', () => {
    const earlier = scenario(planOf(2));
    earlier.assess();
    expect(earlier.refusesRequest(ben.limits({ maxConcurrency: 3 }))).toBe('earlier-release');
    expect(earlier.refusesRequest(ben.limits({ maxErrors: 3 }))).toBe('earlier-release');
    expect(earlier.refusesRequest(ben.host('hold', 'ex2'))).toBeNull();
  });
});

describe('ending waits', () => {
  test('aborts, and ends the waits of all hosts in flight, also of those that are watched', () => {
    const rollout = steered(4, { serial: [10], maxConcurrency: 2 });
    rollout.watched('ex1');
    rollout.forget();
    rollout.request(ben.plainly('abort-now'));
    const types = rollout.commands().map((each) => [each.type, 'hostId' in each && each.hostId]);
    expect(types).toEqual([
      ['cancelHost', 'ex2'],
      ['cancelHost', 'ex3'],
      ['endWaits', 'ex1'],
      ['endWaits', 'ex2'],
      ['endWaits', 'ex3'],
    ]);
    expect(rollout.places()).toMatchObject({ ex4: 'not-started' });
    expect(rollout.state().result).toBeNull();
  });

  test('may follow an abort: nobody is called off twice', () => {
    const rollout = steered(2);
    rollout.ask('abort');
    rollout.forget();
    expect(rollout.refusesRequest(ben.plainly('abort-now'))).toBeNull();
    rollout.request(ben.plainly('abort-now'));
    expect(rollout.commands()).toEqual([{ type: 'endWaits', hostId: 'ex1' }]);
    rollout.finish('ex1', 'failed');
    expect(rollout.state().result).toBe('aborted');
  });

  test('is refused when the rollout is done', () => {
    const rollout = steered(1);
    rollout.finish('ex1');
    expect(rollout.refusesRequest(ben.plainly('abort-now'))).toBe('already-done');
  });
});

describe('while it stops', () => {
  const requests: OperatorRequest[] = [
    ben.host('hold', 'ex2'),
    ben.host('unhold', 'ex2'),
    ben.retryAll('all'),
    ben.limits({ maxConcurrency: 5 }),
    ben.limits({ maxErrors: 5 }),
    ben.windowUntil(hour),
    ben.askGate('g'),
    ben.plainly('pause'),
    ben.plainly('abort'),
  ];
  it.each(requests)('$operation is refused', (request) => {
    const rollout = steered(2);
    rollout.ask('abort');
    expect(rollout.refusesRequest(request)).toBe('already-stopping');
  });
});

describe('a request that arrives again under its id', () => {
  const once: { request: OperatorRequest; world?: Parameters<typeof steered> }[] = [
    { request: ben.host('hold', 'ex2') },
    { request: ben.host('unhold', 'ex2'), world: [4, {}, { ex2: { state: 'suspect' } }] },
    { request: ben.host('skip', 'ex2') },
    { request: ben.limits({ maxConcurrency: 2 }) },
    { request: ben.limits({ maxErrors: 3 }) },
    { request: ben.plainly('pause') },
    { request: ben.plainly('abort-now') },
  ];
  it.each(once)('is carried out once: $request.operation', ({ request, world = [] }) => {
    const rollout = steered(...world);
    const first = rollout.request(request, 'the-update');
    expect(rollout.state().requests).toHaveLength(1);
    expect(rollout.state().requests[0]).toMatchObject({ author: 'ben', reason: 'tested' });
    const carried = JSON.parse(JSON.stringify(rollout.state())) as RolloutState;
    expect(carried).toStrictEqual(rollout.state());
    const event = { type: 'operator', request, updateId: 'the-update' } as const;
    const again = decide(carried, event, rollout.now() + minute);
    expect(again.answer).toEqual(first);
    expect(again.state).toBe(carried);
    expect(again.commands).toEqual([]);
  });

  test('is carried out once: the end of the window', () => {
    const plan = controlledPlan(2, { control: { calendar: someCalendar } });
    const rollout = controlled(plan, { openings: nights(1) });
    rollout.assess();
    const first = rollout.request(ben.windowUntil(4 * hour), 'the-update');
    const moved = rollout.state();
    rollout.request(ben.windowUntil(4 * hour), 'the-update');
    expect(rollout.state()).toBe(moved);
    expect(first?.message).toMatch(/ends 1970-01-01T04:00:00.000Z instead of/);
  });
});

test('what was asked, by whom and why, is kept with its details', () => {
  const rollout = steered(4, {}, { ex2: { state: 'suspect' } }, { calendar: someCalendar });
  rollout.request(ben.limits({ maxErrors: 3, maxConsecutiveErrors: null }));
  rollout.request(ben.limits({ maxConcurrency: 2 }));
  expect(rollout.state().requests).toMatchObject([
    { operation: 'set-budget', author: 'ben', detail: 'maxErrors 3, maxConsecutiveErrors none' },
    { operation: 'set-concurrency', reason: 'tested', detail: 'at most 2 at once' },
  ]);
});
