import type { Outcome } from '../../../contracts/outcome';
import { hour, planOf, scenario, setOf } from './scenario';

const all = { serial: ['100%'] as const, maxErrors: 9, holdTimeoutMs: hour };

describe('slots of availability sets (rule 3)', () => {
  test('hosts start in plan order while there is concurrency and every set has a slot', () => {
    const sets = [setOf('dag1', 1, 'ex1', 'ex2'), setOf('site', 2, 'ex1', 'ex3', 'ex4')];
    const rollout = scenario(planOf(6, { ...all, maxConcurrency: 3 }, sets));
    rollout.assess();
    expect(rollout.started()).toEqual(['ex1', 'ex3', 'ex5']);
    expect(rollout.reasons()).toContain('ex2 waits: 1 of 1 down in set dag1');
    expect(rollout.reasons()).toContain('concurrency: 3 of 3 in flight, the others wait');
    rollout.finish('ex1');
    expect(rollout.started()).toEqual(['ex2']);
  });

  it.each<{ outcome: Outcome; available: boolean; frees: boolean }>([
    { outcome: 'fixed', available: true, frees: true },
    { outcome: 'mitigated', available: true, frees: true },
    { outcome: 'already-fixed', available: true, frees: true },
    { outcome: 'fixed', available: false, frees: false },
    { outcome: 'mitigated', available: false, frees: false },
    { outcome: 'failed', available: true, frees: false },
    { outcome: 'unreachable', available: true, frees: false },
  ])('$outcome with available $available frees its slot: $frees', (given) => {
    const rollout = scenario(planOf(2, all, [setOf('dag1', 1, 'ex1', 'ex2')]));
    rollout.assess();
    rollout.finish('ex1', given.outcome, given.available);
    expect(rollout.started()).toEqual(given.frees ? ['ex1', 'ex2'] : ['ex1']);
  });

  it.each<{ outcome: Outcome; frees: boolean }>([
    { outcome: 'fixed', frees: true },
    { outcome: 'mitigated', frees: false },
  ])(
    'an unhealthy host may be changed; $outcome it frees its slot: $frees',
    ({ outcome, frees }) => {
      const rollout = scenario(planOf(2, all, [setOf('dag1', 1, 'ex1', 'ex2')]));
      rollout.assess({ ex1: { state: 'affected', health: 'unhealthy' } });
      expect(rollout.started()).toEqual(['ex1']);
      rollout.finish('ex1', outcome);
      expect(rollout.started()).toEqual(frees ? ['ex2'] : []);
    },
  );

  test('an unhealthy host further down the plan is changed first when it is what blocks the others', () => {
    const rollout = scenario(planOf(2, { ...all, serial: [1] }, [setOf('dag1', 1, 'ex1', 'ex2')]));
    rollout.assess({ ex2: { state: 'affected', health: 'unhealthy' } });
    expect(rollout.started()).toEqual(['ex2']);
    rollout.finish('ex2');
    expect(rollout.started()).toEqual(['ex1']);
  });

  test('a host that was not assessed takes a slot', () => {
    const sets = [setOf('dag1', 1, 'ex1', 'ex2')];
    const rollout = scenario(planOf(4, { ...all, serial: [1] }, sets));
    rollout.assess({ ex1: { state: null } });
    expect(rollout.started()).toEqual(['ex3']);
  });

  test('members of a set outside the plan are not counted', () => {
    const rollout = scenario(planOf(1, all, [setOf('dag1', 1, 'elsewhere', 'ex1')]));
    rollout.assess();
    expect(rollout.started()).toEqual(['ex1']);
  });

  describe('when all that remain wait for slots of failed hosts', () => {
    const stuck = () => {
      const rollout = scenario(planOf(3, all, [setOf('dag1', 1, 'ex1', 'ex2', 'ex3')]));
      rollout.assess({ ex3: { state: 'already-fixed' } });
      rollout.finish('ex1', 'failed');
      rollout.forget();
      return rollout;
    };

    test('the rollout is held, and they end not-started when the hold times out', () => {
      const rollout = stuck();
      expect(rollout.state()).toMatchObject({ phase: 'held', phaseReason: { code: 'set-full' } });
      rollout.pass(hour - 1);
      expect(rollout.state().phase).toBe('held');
      rollout.pass(1);
      expect(rollout.host('ex2')).toMatchObject({
        outcome: 'not-started',
        reason: { code: 'set-full' },
      });
      expect(rollout.state().result).toBe('completed');
    });

    test('a retry of the failed host goes on, and frees the slot when it is fixed', () => {
      const rollout = stuck();
      rollout.ask('retry', 'ex1');
      expect(rollout.state().phase).toBe('progressing');
      expect(rollout.started()).toEqual(['ex1']);
      rollout.finish('ex1');
      expect(rollout.started()).toEqual(['ex2']);
      expect(rollout.host('ex1').attempts).toBe(2);
    });

    test('a retry that fails again holds again, for the whole time-out', () => {
      const rollout = stuck();
      rollout.pass(hour / 2);
      rollout.ask('retry', 'ex1');
      rollout.finish('ex1', 'failed');
      expect(rollout.state().phaseReason.code).toBe('set-full');
      rollout.pass(hour - 1);
      expect(rollout.host('ex2').standing).toBe('queued');
    });

    test('a look at another host that somebody asked for stops the clock of the hold', () => {
      const sets = [setOf('dag1', 1, 'ex1', 'ex2')];
      const rollout = scenario(planOf(3, all, sets));
      rollout.assess({ ex3: { state: 'suspect' } });
      rollout.finish('ex1', 'failed');
      rollout.pass(hour / 2);
      rollout.ask('retry', 'ex3');
      rollout.pass(hour / 2);
      expect(rollout.host('ex2').standing).toBe('queued');
      rollout.answer({ ex3: { state: 'not-affected' } });
      expect(rollout.state().phaseReason.code).toBe('set-full');
    });

    test('skipping what waits ends the rollout', () => {
      const rollout = stuck();
      rollout.ask('skip', 'ex2');
      expect(rollout.state().result).toBe('completed');
    });

    test('resume is refused: there is nothing that a person paused', () => {
      expect(stuck().refuses('resume')).toBe('not-paused');
    });
  });

  test('a failed host that waits for its retry still takes its slot', () => {
    const sets = [setOf('dag1', 1, 'ex1', 'ex2')];
    const rollout = scenario(planOf(3, { ...all, serial: [1], maxConcurrency: 1 }, sets));
    rollout.assess();
    rollout.finish('ex1', 'failed');
    expect(rollout.started()).toEqual(['ex1', 'ex3']);
    rollout.ask('retry', 'ex1');
    rollout.finish('ex3');
    expect(rollout.started()).toEqual(['ex1']);
  });
});
