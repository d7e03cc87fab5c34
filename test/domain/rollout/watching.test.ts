import { simulate, type World } from '../../../domain/simulator';
import { reason } from '../../../contracts/reason';
import { mostOpen } from '../../../domain/rollout/history';
import { hour, minute, names, planOf, scenario, setOf } from './scenario';

const all = { serial: ['100%'] as const, maxErrors: 9, holdTimeoutMs: hour };
const pair = [setOf('dag1', 1, 'ex1', 'ex2')];

describe('a host that is back in service and only watched', () => {
  test('gives its slots back', () => {
    const rollout = scenario(planOf(2, all, pair));
    rollout.assess();
    expect(rollout.started()).toEqual(['ex1']);
    rollout.watched('ex1');
    expect(rollout.started()).toEqual(['ex2']);
  });

  test('gives its slots back also when it was found unhealthy before it was changed', () => {
    const rollout = scenario(planOf(3, all, [setOf('dag1', 2, 'ex1', 'ex2', 'ex3')]));
    rollout.assess({ ex1: { state: 'affected', health: 'unhealthy' } });
    expect(rollout.started()).toEqual(['ex1', 'ex2']);
    rollout.watched('ex1');
    expect(rollout.started()).toEqual(['ex3']);
  });

  test('gives its place in maxConcurrency back', () => {
    const rollout = scenario(planOf(3, { ...all, maxConcurrency: 1 }));
    rollout.assess();
    rollout.watched('ex1');
    rollout.watched('ex2');
    expect(rollout.started()).toEqual(['ex1', 'ex2', 'ex3']);
  });

  test('is still running, and says why it is not done', () => {
    const rollout = scenario(planOf(1));
    rollout.assess();
    rollout.watched('ex1');
    expect(rollout.host('ex1')).toMatchObject({
      standing: 'running',
      outcome: null,
      reason: { code: 'watching' },
    });
    expect(rollout.state().phaseReason.message).toContain('1 watched');
    rollout.finish('ex1');
    expect(rollout.host('ex1')).toMatchObject({ standing: 'done', reason: { code: 'fixed' } });
  });

  test('keeps its wave open, and the rollout from its end', () => {
    const rollout = scenario(planOf(2, { serial: [1] }));
    rollout.assess();
    rollout.watched('ex1');
    expect(rollout.started()).toEqual(['ex1']);
    rollout.finish('ex1');
    expect(rollout.started()).toEqual(['ex2']);
    rollout.watched('ex2');
    expect(rollout.state().result).toBeNull();
    rollout.finish('ex2');
    expect(rollout.state().result).toBe('completed');
  });

  test('keeps a new run from beginning', () => {
    const rollout = scenario(planOf(2, { serial: [1] }));
    rollout.assess();
    rollout.watched('ex1');
    rollout.forget();
    rollout.send({ type: 'historyFull' });
    expect(rollout.commands()).toEqual([]);
    rollout.finish('ex1');
    expect(rollout.commands()).toEqual([{ type: 'continueAsNew' }]);
  });

  test('is not called off by an abort, which waits for its end', () => {
    const rollout = scenario(planOf(3, all));
    rollout.assess();
    rollout.watched('ex1');
    rollout.watched('ex2');
    rollout.wantsSlots('ex2');
    rollout.forget();
    const answer = rollout.ask('abort');
    expect(rollout.commands()).toEqual([
      { type: 'cancelHost', hostId: 'ex2' },
      { type: 'cancelHost', hostId: 'ex3' },
    ]);
    expect(answer?.message).toContain('1 that are watched');
    rollout.finish('ex2', 'mitigated');
    rollout.finish('ex3', 'mitigated');
    expect(rollout.state().result).toBeNull();
    rollout.finish('ex1');
    expect(rollout.state().result).toBe('aborted');
    expect(rollout.outcomes()).toMatchObject({ ex1: 'fixed' });
  });

  test('does not change what others are counted by: the budget sees it when it ends', () => {
    const rollout = scenario(planOf(2, { ...all, maxErrors: 0 }));
    rollout.assess();
    rollout.watched('ex1');
    rollout.finish('ex2', 'failed');
    rollout.finish('ex1');
    expect(rollout.outcomes()).toEqual({ ex1: 'fixed', ex2: 'failed' });
    expect(rollout.state().result).toBe('stopped-by-budget');
  });
});

describe('a host with the symptom again', () => {
  /** Of two hosts of a set that may miss one: the first is watched, the second in work. */
  const secondInWork = (changes = {}) => {
    const rollout = scenario(
      planOf(3, { ...all, ...changes }, [setOf('dag1', 1, 'ex1', 'ex2', 'ex3')]),
    );
    rollout.assess();
    rollout.watched('ex1');
    rollout.forget();
    return rollout;
  };

  test('is given its slots at once when its sets have room', () => {
    const rollout = scenario(planOf(1, all, pair));
    rollout.assess();
    rollout.watched('ex1');
    rollout.wantsSlots('ex1');
    expect(rollout.given()).toEqual(['ex1']);
    expect(rollout.host('ex1').reason?.code).toBe('slots-given');
  });

  test('waits while another host of its set is in work, and goes before hosts of the queue', () => {
    const rollout = secondInWork();
    rollout.wantsSlots('ex1');
    expect(rollout.given()).toEqual([]);
    expect(rollout.host('ex1').reason?.code).toBe('slots-wanted');
    expect(rollout.state().phaseReason.message).toContain('1 wait for slots');
    rollout.finish('ex2');
    expect(rollout.commands()).toEqual([{ type: 'giveSlots', hostId: 'ex1' }]);
    rollout.finish('ex1', 'mitigated');
    expect(rollout.started()).toEqual(['ex3']);
  });

  test('takes its slots at once, although it waits: no other host of its sets starts', () => {
    const sets = [setOf('dag1', 1, 'ex1', 'ex3'), setOf('site', 1, 'ex1', 'ex4')];
    const rollout = scenario(planOf(4, { ...all, maxConcurrency: 2 }, sets));
    rollout.assess();
    rollout.watched('ex1');
    expect(rollout.started()).toEqual(['ex1', 'ex2', 'ex3']);
    rollout.wantsSlots('ex1');
    rollout.finish('ex2');
    expect(rollout.commands()).toEqual([]);
    rollout.finish('ex3');
    expect(rollout.commands()).toEqual([{ type: 'giveSlots', hostId: 'ex1' }]);
    rollout.finish('ex1', 'mitigated');
    expect(rollout.started()).toEqual(['ex4']);
  });

  test('waits for a place in maxConcurrency too, in front of the queue', () => {
    const rollout = scenario(planOf(3, { ...all, maxConcurrency: 1 }));
    rollout.assess();
    rollout.watched('ex1');
    rollout.wantsSlots('ex1');
    rollout.forget();
    rollout.finish('ex2');
    expect(rollout.commands()).toEqual([{ type: 'giveSlots', hostId: 'ex1' }]);
    rollout.watched('ex1');
    expect(rollout.started()).toEqual(['ex3']);
  });

  test('of several the first that asked is the first to be given', () => {
    const rollout = scenario(planOf(4, { ...all, maxConcurrency: 1 }));
    rollout.assess();
    for (const host of ['ex1', 'ex2', 'ex3']) rollout.watched(host);
    for (const host of ['ex3', 'ex1', 'ex2']) rollout.wantsSlots(host);
    rollout.finish('ex4');
    expect(rollout.given()).toEqual(['ex3']);
    rollout.finish('ex3', 'mitigated');
    expect(rollout.given()).toEqual(['ex1']);
    rollout.finish('ex1', 'mitigated');
    expect(rollout.given()).toEqual(['ex2']);
  });

  test('two of one set do not wait for each other', () => {
    const rollout = secondInWork();
    rollout.watched('ex2');
    rollout.wantsSlots('ex1');
    rollout.wantsSlots('ex2');
    expect(rollout.given()).toEqual([]);
    rollout.finish('ex3');
    expect(rollout.given()).toEqual(['ex1']);
    rollout.finish('ex1', 'mitigated');
    expect(rollout.given()).toEqual(['ex2']);
  });

  test('does not wait for hosts that are down for good, which nothing brings back', () => {
    const rollout = secondInWork();
    rollout.wantsSlots('ex1');
    rollout.finish('ex2', 'failed');
    expect(rollout.given()).toEqual(['ex1']);
  });

  test('is given its slots while the rollout is paused, and while it stops', () => {
    const paused = secondInWork();
    paused.ask('pause');
    paused.wantsSlots('ex1');
    paused.finish('ex2');
    expect(paused.commands()).toEqual([{ type: 'giveSlots', hostId: 'ex1' }]);
    const stopping = secondInWork({ maxErrors: 0 });
    stopping.wantsSlots('ex1');
    stopping.finish('ex2', 'failed');
    expect(stopping.state().stopping).not.toBeNull();
    expect(stopping.commands()).toEqual([{ type: 'giveSlots', hostId: 'ex1' }]);
  });

  test('ends as ever: a failed one keeps its slot, a mitigated one gives it back', () => {
    const rollout = secondInWork();
    rollout.finish('ex2');
    rollout.watched('ex3');
    rollout.wantsSlots('ex1');
    expect(rollout.given()).toEqual(['ex1']);
    rollout.finish('ex1', 'failed');
    expect(rollout.host('ex1').outcome).toBe('failed');
    rollout.wantsSlots('ex3');
    rollout.finish('ex3', 'mitigated');
    expect(rollout.state().hosts.map(({ down }) => down)).toEqual([true, undefined, undefined]);
  });

  test('that never gave its slots back is told at once that it has them', () => {
    const rollout = scenario(planOf(1));
    rollout.assess();
    rollout.forget();
    rollout.wantsSlots('ex1');
    expect(rollout.given()).toEqual(['ex1']);
  });

  test('may be watched again', () => {
    const rollout = secondInWork();
    rollout.finish('ex2');
    rollout.forget();
    rollout.watched('ex3');
    rollout.wantsSlots('ex1');
    rollout.watched('ex1');
    rollout.wantsSlots('ex3');
    expect(rollout.given()).toEqual(['ex1', 'ex3']);
  });
});

describe('a signal that is late or repeated', () => {
  it.each([
    { host: 'ex2', why: 'ex2 is not in flight' },
    { host: 'elsewhere', why: 'elsewhere is not in the plan' },
  ])('of $host changes nothing, and it is said that $why', ({ host, why }) => {
    const rollout = scenario(planOf(2, { serial: [1] }));
    rollout.assess();
    const before = rollout.state();
    rollout.forget();
    rollout.watched(host);
    expect(rollout.reasons()).toContainEqual(expect.stringContaining(why));
    rollout.wantsSlots(host);
    expect(rollout.reasons()).toContainEqual(expect.stringContaining(why));
    expect(rollout.commands()).toEqual([]);
    expect(rollout.state()).toEqual(before);
  });

  test('of a host that is watched, or waits already, changes nothing', () => {
    const rollout = scenario(planOf(2, { ...all, maxConcurrency: 1 }));
    rollout.assess();
    rollout.watched('ex1');
    rollout.forget();
    const watched = rollout.state();
    rollout.watched('ex1');
    expect(rollout.state()).toEqual(watched);
    rollout.wantsSlots('ex1');
    const waiting = rollout.state();
    rollout.wantsSlots('ex1');
    rollout.watched('ex1');
    expect(rollout.state()).toEqual(waiting);
    expect(rollout.commands()).toEqual([]);
  });
});

describe('hosts that are each 10 minutes in work and 20 minutes watched', () => {
  const world: World = {
    assess: () => ({
      state: 'affected',
      applicable: 'yes',
      health: 'healthy',
      reason: reason('burst', 'a burst was seen'),
    }),
    attempt: () => ({
      durationMs: 10 * minute,
      outcome: 'fixed',
      watched: { forMs: 20 * minute },
    }),
    assessmentMs: 0,
    startMs: 0,
  };

  test('are done after 40 minutes when they are two of one set, not after 60: watching takes no slot', () => {
    expect(simulate(planOf(2, all, pair), world).durationMs).toBe(40 * minute);
  });

  test('are never more at once than can end in one history', () => {
    const count = mostOpen + 200;
    const plan = planOf(names(count), { ...all, maxConcurrency: 400 });
    const trace = simulate(plan, world);
    expect(trace.finished).toBe(true);
    const open = trace.steps.map(({ inFlight }) => inFlight.length);
    expect(Math.max(...open)).toBe(mostOpen);
  });
});
