import type { Gate, GatePhase } from '../../../contracts/gate';
import { by, controlled, controlledPlan, nights, someCalendar } from './controlled-scenario';
import { day, hour, setOf } from './scenario';

const check: Gate['check'] = {
  kind: 'http',
  url: 'http://127.0.0.1/health',
  timeoutMs: 1000,
  status: [200],
  contains: null,
  caFile: null,
  credentialRef: null,
};
const gateOf = (name: string, when: Gate['when']): Gate => ({
  name,
  when,
  check,
  count: 1,
  intervalMs: 0,
  initialDelayMs: 0,
  failureLimit: 0,
  consecutiveErrorLimit: 4,
  inconclusiveLimit: 0,
});
const queue = gateOf('queue', { before: 'wave', fromWave: 1 });
const later = gateOf('later', { before: 'wave', fromWave: 2 });
const mail = gateOf('mail', { after: 'host' });

const gated = (gates: readonly Gate[], hosts = 3, policy = {}) => {
  const rollout = controlled(
    controlledPlan(hosts, { policy: { serial: [1], ...policy }, control: { gates } }),
  );
  rollout.assess();
  return rollout;
};
const asked = (rollout: ReturnType<typeof gated>) =>
  rollout.all('askGate').map(({ gate, hostId }) => [gate, hostId]);

describe('a gate before a wave', () => {
  test('is asked before the first, and nothing starts until it is open', () => {
    const rollout = gated([queue]);
    expect(asked(rollout)).toEqual([['queue', null]]);
    expect(rollout.started()).toEqual([]);
    rollout.gate('queue', 'successful');
    expect(rollout.started()).toEqual(['ex1']);
  });

  test('is asked again before each, since an old answer says nothing', () => {
    const rollout = gated([queue]);
    rollout.gate('queue', 'successful');
    rollout.finish('ex1');
    expect(rollout.started()).toEqual(['ex1']);
    expect(asked(rollout)).toHaveLength(2);
    rollout.gate('queue', 'successful');
    expect(rollout.started()).toEqual(['ex2']);
  });

  test('may leave the canary out', () => {
    const rollout = gated([later]);
    expect(rollout.started()).toEqual(['ex1']);
    rollout.finish('ex1');
    expect(asked(rollout)).toEqual([['later', null]]);
    expect(rollout.started()).toEqual([]);
  });

  test('opens nothing alone: all of them have to', () => {
    const rollout = gated([queue, gateOf('backup', { before: 'wave', fromWave: 1 })]);
    rollout.gate('backup', 'successful');
    expect(rollout.started()).toEqual([]);
    rollout.gate('queue', 'successful');
    expect(rollout.started()).toEqual(['ex1']);
  });

  test('is asked again in the next window', () => {
    const plan = controlledPlan(2, {
      policy: { serial: [1], hostDurationMs: hour },
      control: { gates: [queue], calendar: someCalendar },
    });
    const rollout = controlled(plan, { openings: nights(2) });
    rollout.assess();
    rollout.pass(7.5 * hour);
    rollout.gate('queue', 'successful');
    expect(rollout.started()).toEqual([]);
    rollout.pass(day - rollout.now());
    expect(asked(rollout)).toHaveLength(2);
    expect(rollout.started()).toEqual([]);
    rollout.gate('queue', 'successful');
    expect(rollout.started()).toEqual(['ex1']);
  });
});

describe('a gate after a host', () => {
  test('is asked about that host, and the next wave waits for it', () => {
    const rollout = gated([mail]);
    rollout.finish('ex1');
    expect(asked(rollout)).toEqual([['mail', 'ex1']]);
    expect(rollout.started()).toEqual(['ex1']);
    rollout.gate('mail', 'successful');
    expect(rollout.started()).toEqual(['ex2']);
  });

  test('keeps the rollout open after the last host', () => {
    const rollout = gated([mail], 1);
    rollout.finish('ex1');
    expect(rollout.state().result).toBeNull();
    rollout.gate('mail', 'successful');
    expect(rollout.state().result).toBe('completed');
  });

  test('that closes after the last host is no success', () => {
    const rollout = gated([mail], 1);
    rollout.finish('ex1');
    rollout.gate('mail', 'failed');
    expect(rollout.state().result).toBe('stopped-by-gate');
  });

  test('is not asked about a host that failed', () => {
    const rollout = gated([mail], 2, { maxErrors: 1 });
    rollout.finish('ex1', 'failed');
    expect(asked(rollout)).toEqual([]);
    expect(rollout.started()).toEqual(['ex1', 'ex2']);
  });

  test('lets others of its wave go on while it is asked, and none once it is closed', () => {
    const rollout = gated([mail], 4, { serial: [4], maxConcurrency: 1 });
    rollout.finish('ex1');
    expect(rollout.started()).toEqual(['ex1', 'ex2']);
    rollout.gate('mail', 'failed');
    rollout.finish('ex2');
    expect(rollout.started()).toEqual([]);
    expect(rollout.state()).toMatchObject({
      result: 'stopped-by-gate',
      phaseReason: { code: 'gate-closed', message: expect.stringMatching(/mail.*after ex1/) },
    });
  });
});

test('a closed gate stops the rollout: what is in flight is finished, the rest is not started', () => {
  const rollout = gated([queue, mail], 4, { serial: [1, 2] });
  rollout.gate('queue', 'successful');
  rollout.finish('ex1');
  rollout.gate('mail', 'successful');
  rollout.gate('queue', 'failed');
  expect(rollout.state()).toMatchObject({ result: 'stopped-by-gate' });
  expect(rollout.places()).toEqual({
    ex1: 'fixed',
    ex2: 'not-started',
    ex3: 'not-started',
    ex4: 'not-started',
  });
  expect(rollout.all('cancelHost')).toEqual([]);
});

describe.each<GatePhase>(['inconclusive', 'error'])('a gate that says %s', (phase) => {
  const held = () => {
    const rollout = gated([queue], 2, { holdTimeoutMs: hour });
    rollout.gate('queue', phase);
    return rollout;
  };

  test('holds the rollout for a person: nothing fails open', () => {
    const rollout = held();
    expect(rollout.state()).toMatchObject({
      phase: 'held',
      phaseReason: { code: 'gate-unanswered', facts: { gate: 'queue' } },
    });
    rollout.send({ type: 'timerFired' });
    expect(rollout.started()).toEqual([]);
  });

  test('is gone over by who resumes', () => {
    const rollout = held();
    expect(rollout.refusesRequest(by('ben').plainly('resume'))).toBeNull();
    const answer = rollout.request(by('ben').plainly('resume'));
    expect(answer?.message).toBe('goes on without an answer of queue');
    expect(rollout.started()).toEqual(['ex1']);
    expect(rollout.state().control?.gates.map(({ is }) => is)).toEqual(['waived']);
  });

  test('is asked again by a person, and opens then', () => {
    const rollout = held();
    rollout.request(by('ben').askGate('queue'));
    expect(asked(rollout)).toHaveLength(2);
    expect(rollout.started()).toEqual([]);
    rollout.gate('queue', 'successful');
    expect(rollout.started()).toEqual(['ex1']);
  });

  test('stops the rollout when nobody decides in time', () => {
    const rollout = held();
    rollout.pass(hour - 1);
    expect(rollout.state().result).toBeNull();
    rollout.pass(1);
    expect(rollout.state()).toMatchObject({
      result: 'stopped-by-gate',
      phaseReason: { code: 'gate-unanswered' },
    });
    expect(rollout.all('startHost')).toEqual([]);
  });
});

test('while one host has no answer no other host begins, whatever wave it is of', () => {
  const rollout = gated([mail], 4, { serial: [4], maxConcurrency: 2 });
  rollout.finish('ex1');
  rollout.gate('mail', 'error');
  rollout.finish('ex2');
  expect(rollout.started()).toEqual(['ex1', 'ex2', 'ex3']);
  expect(rollout.phase()).toBe('held');
  rollout.request(by('ben').plainly('resume'));
  expect(rollout.started()).toEqual(['ex4']);
});

it.each([
  { what: 'one that the plan has not', gate: 'nothing', code: 'no-such-gate' },
  { what: 'one that does not wait', gate: 'mail', code: 'gate-not-waiting' },
  { what: 'one that is asked just now', gate: 'queue', code: 'gate-not-waiting' },
])('a person cannot ask $what: $code', ({ gate, code }) => {
  expect(gated([queue, mail]).refusesRequest(by('ben').askGate(gate))).toBe(code);
});

test('an answer that nobody waits for changes nothing', () => {
  const rollout = gated([queue]);
  rollout.gate('queue', 'successful');
  const before = rollout.state();
  const answer = { phase: 'failed', reason: { code: 'x', message: 'x', facts: {} } } as const;
  rollout.send({ type: 'gateAnswered', run: 1, answer: { ...answer, measurements: [] } });
  rollout.send({ type: 'gateAnswered', run: 99, answer: { ...answer, measurements: [] } });
  expect(rollout.state().control).toEqual(before.control);
  expect(rollout.state().result).toBeNull();
});

test('an abort does not wait for an answer', () => {
  const rollout = gated([queue]);
  rollout.ask('abort');
  expect(rollout.state().result).toBe('aborted');
});

test('a wave whose slots are all taken asks no gate for nothing', () => {
  const plan = controlledPlan(2, {
    policy: { serial: [1] },
    sets: [setOf('dag', 1, 'ex1', 'ex2')],
    control: { gates: [queue] },
  });
  const seen = { ex1: { state: 'already-fixed', health: 'unhealthy' } } as const;
  const rollout = controlled(plan, { seen });
  rollout.assess();
  expect(asked(rollout)).toEqual([]);
  expect(rollout.phase()).toBe('held');
});
