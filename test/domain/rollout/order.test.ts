import type { OrderRule } from '../../../contracts/plan';
import { hostId } from '../../../contracts/ids';
import type { AvailabilitySet } from '../../../contracts/fleet';
import { by, controlled, controlledPlan } from './controlled-scenario';
import { names, setOf } from './scenario';

const rule = (
  hosts: readonly string[],
  kind: 'after' | 'notWhile',
  others: readonly string[],
): OrderRule => ({
  hosts: hosts.map((name) => hostId(name)),
  [kind]: others.map((name) => hostId(name)),
});

const ordered = (
  order: readonly OrderRule[],
  { hosts = names(4), sets = [] as readonly AvailabilitySet[], policy = {}, seen = {} } = {},
) => {
  const plan = controlledPlan(hosts, {
    policy: { serial: [10], maxErrors: 5, ...policy },
    sets,
    control: { order },
  });
  const rollout = controlled(plan, { seen });
  rollout.assess();
  return rollout;
};

describe('a host that comes after others', () => {
  test('begins when the last of them has its outcome, whatever it is', () => {
    const rollout = ordered([rule(['ex3'], 'after', ['ex1', 'ex2'])]);
    expect(rollout.started()).toEqual(['ex1', 'ex2', 'ex4']);
    rollout.finish('ex1');
    expect(rollout.started()).toEqual([]);
    rollout.finish('ex2', 'failed');
    expect(rollout.started()).toEqual(['ex3']);
  });

  test('a named host last: the others are all done before', () => {
    const rollout = ordered([rule(['ex1'], 'after', ['ex2', 'ex3', 'ex4'])], {
      policy: { serial: [1] },
    });
    const all: string[] = [];
    for (let next = rollout.started(); next.length > 0; next = rollout.started()) {
      all.push(...next);
      next.forEach((name) => rollout.finish(name));
    }
    expect(all).toEqual(['ex2', 'ex3', 'ex4', 'ex1']);
    expect(rollout.state().result).toBe('completed');
  });

  test('waits for one that a person holds, and begins once it is skipped', () => {
    const rollout = ordered([rule(['ex1'], 'after', ['ex2'])], {
      seen: { ex2: { state: 'suspect' } },
    });
    expect(rollout.started()).toEqual(['ex3', 'ex4']);
    rollout.finish('ex3');
    rollout.finish('ex4');
    expect(rollout.started()).toEqual([]);
    expect(rollout.state().result).toBeNull();
    rollout.request(by('ben').host('skip', 'ex2'));
    expect(rollout.started()).toEqual(['ex1']);
  });

  test('that waits for a held one for too long ends with its hold, and neither was touched', () => {
    const rollout = ordered([rule(['ex1'], 'after', ['ex2'])], {
      hosts: names(2),
      seen: { ex2: { state: 'suspect' } },
      policy: { holdTimeoutMs: 1000 },
    });
    expect(rollout.state()).toMatchObject({ phase: 'held', phaseReason: { code: 'set-full' } });
    rollout.pass(1000);
    expect(rollout.places()).toEqual({ ex1: 'not-started', ex2: 'undecided' });
    expect(rollout.state().result).toBe('completed');
  });

  test('goes back to the queue when the one before it does', () => {
    const rollout = ordered([rule(['ex3'], 'after', ['ex2'])], {
      sets: [setOf('dag', 1, 'ex1', 'ex2')],
    });
    expect(rollout.started()).toEqual(['ex1', 'ex4']);
    expect(rollout.host('ex3').wave).toBe(1);
    rollout.finish('ex1', 'failed');
    rollout.finish('ex4');
    expect(rollout.places()).toMatchObject({ ex2: 'queued', ex3: 'queued' });
    expect(rollout.host('ex3').wave).toBeNull();
    expect(rollout.state()).toMatchObject({ phase: 'held', phaseReason: { code: 'set-full' } });
    rollout.request(by('ben').host('skip', 'ex2'));
    expect(rollout.started()).toEqual(['ex3']);
    rollout.finish('ex3');
    expect(rollout.state().result).toBe('completed');
  });

  test('does not keep a wave of one from taking the host behind it', () => {
    const rollout = ordered([rule(['ex1'], 'after', ['ex4'])], { policy: { serial: [1] } });
    expect(rollout.started()).toEqual(['ex2']);
  });

  test('after each other, nothing could ever begin: they end not started', () => {
    const rollout = ordered([rule(['ex1'], 'after', ['ex2']), rule(['ex2'], 'after', ['ex1'])], {
      hosts: names(2),
      policy: { holdTimeoutMs: 1000 },
    });
    expect(rollout.started()).toEqual([]);
    expect(rollout.phase()).toBe('held');
    rollout.pass(1000);
    expect(rollout.places()).toEqual({ ex1: 'not-started', ex2: 'not-started' });
    expect(rollout.state().result).toBe('completed');
  });
});

describe('hosts that are not to be in work at once', () => {
  const dcs = names(2, 'dc');
  const exchange = names(2, 'ex');
  const rules = [rule(dcs, 'notWhile', exchange)];

  test('wait for each other, in both directions', () => {
    const rollout = ordered(rules, { hosts: [...dcs, ...exchange] });
    expect(rollout.started()).toEqual(['dc1', 'dc2']);
    rollout.finish('dc1');
    expect(rollout.started()).toEqual([]);
    rollout.finish('dc2');
    expect(rollout.started()).toEqual(['ex1', 'ex2']);
    const other = ordered(rules, { hosts: [...exchange, ...dcs] });
    expect(other.started()).toEqual(['ex1', 'ex2']);
  });

  test('one that is back in service and only watched keeps nobody', () => {
    const rollout = ordered(rules, { hosts: [...dcs, ...exchange] });
    rollout.watched('dc1');
    expect(rollout.all('startHost')).toHaveLength(2);
    rollout.watched('dc2');
    expect(rollout.all('startHost')).toHaveLength(4);
  });

  test('a host on both sides of a rule keeps the others away as they keep it away', () => {
    const rollout = ordered([rule(['ex1', 'ex2'], 'notWhile', ['ex2'])], { hosts: names(2) });
    expect(rollout.started()).toEqual(['ex1']);
    rollout.finish('ex1');
    expect(rollout.started()).toEqual(['ex2']);
  });

  test('a rule between hosts of one group keeps each from the others, and none from itself', () => {
    const rollout = ordered([rule(exchange, 'notWhile', exchange)], { hosts: exchange });
    expect(rollout.started()).toEqual(['ex1']);
    rollout.finish('ex1');
    expect(rollout.started()).toEqual(['ex2']);
  });
});

describe('slots that other rollouts have', () => {
  const waiting = (policy = {}) => ordered([], { hosts: names(2), policy });
  const awaits = (rollout: ReturnType<typeof waiting>, name: string, stuck: boolean) =>
    rollout.send({
      type: 'slotsAwaited',
      hostId: hostId(name),
      stuck,
      message: `${name} waits for a slot of dag1`,
    });

  test('are waited for in work: the rollout is not held while one of them will come free', () => {
    const rollout = waiting({ holdTimeoutMs: 1000 });
    awaits(rollout, 'ex1', true);
    awaits(rollout, 'ex2', false);
    expect(rollout.phase()).toBe('progressing');
    rollout.pass(5000);
    expect(rollout.places()).toEqual({ ex1: 'running', ex2: 'running' });
  });

  test('of hosts that nobody works on hold the rollout, and end what waits when nobody helps', () => {
    const rollout = waiting({ holdTimeoutMs: 1000 });
    awaits(rollout, 'ex1', true);
    awaits(rollout, 'ex2', true);
    expect(rollout.state()).toMatchObject({
      phase: 'held',
      phaseReason: { code: 'set-full', message: expect.stringMatching(/slot of dag1/) },
    });
    rollout.pass(1000);
    expect(rollout.all('cancelHost').map(({ hostId: id }) => id)).toEqual(['ex1', 'ex2']);
    rollout.finish('ex1', 'not-started');
    rollout.finish('ex2', 'not-started');
    expect(rollout.state().result).toBe('completed');
  });

  test('that came free let it go on, and the hold is over', () => {
    const rollout = waiting({ holdTimeoutMs: 1000 });
    awaits(rollout, 'ex1', true);
    awaits(rollout, 'ex2', true);
    rollout.send({ type: 'slotsHeld', hostId: hostId('ex1') });
    expect(rollout.phase()).toBe('progressing');
    rollout.pass(5000);
    expect(rollout.all('cancelHost')).toEqual([]);
    rollout.finish('ex1');
    expect(rollout.phase()).toBe('held');
  });

  test('the time that a host waited for them says nothing of how long the next one takes', () => {
    const rollout = waiting();
    rollout.send({ type: 'hostStarted', hostId: hostId('ex1'), runId: 'r' });
    awaits(rollout, 'ex1', false);
    rollout.pass(100_000);
    rollout.send({ type: 'slotsHeld', hostId: hostId('ex1') });
    rollout.send({
      type: 'hostFinished',
      hostId: hostId('ex1'),
      outcome: 'fixed',
      reason: { code: 'fixed', message: 'fixed', facts: {} },
      available: true,
    });
    expect(rollout.state().control?.durations).toEqual([]);
  });

  test('a host that ends down is told to its sets at once', () => {
    const rollout = ordered([], { hosts: names(2), sets: [setOf('dag', 2, 'ex1', 'ex2')] });
    rollout.finish('ex1', 'failed');
    rollout.finish('ex2');
    expect(rollout.all('tellSets').slice(1)).toEqual([
      {
        type: 'tellSets',
        cause: 'left-down',
        healthy: [],
        down: [{ hostId: 'ex1', why: 'ended failed' }],
      },
    ]);
  });

  test('what an assessment found is told to them: who is up, and who is down and why', () => {
    const rollout = ordered([], {
      hosts: names(3),
      sets: [setOf('dag', 2, 'ex1', 'ex2')],
      seen: { ex2: { state: 'affected', health: 'unhealthy' } },
    });
    expect(rollout.all('tellSets')).toEqual([
      {
        type: 'tellSets',
        cause: 'found-down',
        healthy: ['ex1'],
        down: [{ hostId: 'ex2', why: 'ex2 is affected' }],
      },
    ]);
  });
});
