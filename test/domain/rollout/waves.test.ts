import type { CountOrPercent, RolloutPolicy } from '../../../contracts/plan';
import { hour, minute, names, planOf, scenario, setOf, type Scenario } from './scenario';

/** Finishes everything that is in flight, wave after wave, and tells which hosts each wave had. */
const wavesOf = (rollout: Scenario): string[][] => {
  const waves: string[][] = [];
  for (let started = rollout.started(); started.length > 0; started = rollout.started()) {
    waves.push(started);
    for (const host of started) rollout.finish(host);
  }
  return waves;
};

describe('waves (rule 2)', () => {
  it.each<{ serial: CountOrPercent[]; hosts: number; sizes: number[] }>([
    { serial: [1], hosts: 3, sizes: [1, 1, 1] },
    { serial: [1, 5, '20%'], hosts: 20, sizes: [1, 5, 4, 4, 4, 2] },
    { serial: ['20%'], hosts: 9, sizes: [1, 1, 1, 1, 1, 1, 1, 1, 1] },
    { serial: ['1%'], hosts: 2, sizes: [1, 1] },
    { serial: [2, '100%'], hosts: 7, sizes: [2, 5] },
  ])('serial $serial walks $hosts hosts in waves of $sizes', ({ serial, hosts, sizes }) => {
    const rollout = scenario(planOf(hosts, { serial }));
    rollout.assess();
    const waves = wavesOf(rollout);
    expect(waves.map((wave) => wave.length)).toEqual(sizes);
    expect(waves.flat()).toEqual(names(hosts));
    expect(rollout.host(`ex${hosts}`).wave).toBe(sizes.length);
  });

  test('percentages are of the hosts to be changed, not of the plan', () => {
    const rollout = scenario(planOf(10, { serial: ['50%'] }));
    rollout.assess(
      Object.fromEntries(names(6).map((name) => [name, { state: 'already-fixed' }] as const)),
    );
    expect(rollout.started()).toEqual(['ex7', 'ex8']);
  });

  test('the second wave waits for all of the first', () => {
    const rollout = scenario(planOf(3, { serial: [2, 1], maxErrors: 5 }));
    rollout.assess();
    rollout.finish('ex1');
    expect(rollout.started()).toEqual(['ex1', 'ex2']);
    rollout.finish('ex2', 'failed');
    expect(rollout.started()).toEqual(['ex3']);
    expect(rollout.state().wave).toBe(2);
  });

  it.each(['failed', 'mitigated', 'not-affected', 'unreachable'] as const)(
    'a canary that ends %s does not open the second wave: the next host takes its place',
    (outcome) => {
      const rollout = scenario(planOf(4, { serial: [1, 2], maxErrors: 5 }));
      rollout.assess();
      rollout.finish('ex1', outcome);
      expect(rollout.started()).toEqual(['ex1', 'ex2']);
      expect(rollout.state().wave).toBe(1);
      rollout.finish('ex2');
      expect(rollout.started()).toEqual(['ex3', 'ex4']);
      expect(rollout.state().wave).toBe(2);
    },
  );

  describe('the pause between two waves', () => {
    const soaking = (pause: RolloutPolicy['pause'], hosts = 2): Scenario => {
      const rollout = scenario(planOf(hosts, { serial: [1], pause, maxErrors: 9 }));
      rollout.assess();
      rollout.forget();
      return rollout;
    };

    test('a soak lasts as long as the plan says', () => {
      const rollout = soaking({ durationMs: 30 * minute });
      rollout.finish('ex1');
      expect(rollout.state()).toMatchObject({ phase: 'soaking', phaseReason: { code: 'soak' } });
      rollout.pass(30 * minute - 1);
      expect(rollout.started()).toEqual([]);
      rollout.pass(1);
      expect(rollout.started()).toEqual(['ex2']);
    });

    test('a wave that was not passed is not soaked', () => {
      const rollout = soaking({ durationMs: 30 * minute });
      rollout.finish('ex1', 'failed');
      expect(rollout.started()).toEqual(['ex2']);
    });

    test('until-resumed holds each time until a person resumes', () => {
      const rollout = soaking('until-resumed', 3);
      expect(rollout.refuses('resume')).toBe('not-paused');
      rollout.finish('ex1');
      expect(rollout.state()).toMatchObject({ phase: 'held', phaseReason: { code: 'wave-pause' } });
      expect(rollout.state().nextLookAt).toBeNull();
      expect(rollout.refuses('resume')).toBeNull();
      rollout.ask('resume');
      expect(rollout.started()).toEqual(['ex2']);
      rollout.finish('ex2');
      expect(rollout.state().phaseReason.code).toBe('wave-pause');
    });

    test.each([{ durationMs: hour }, 'until-resumed' as const])(
      'after the last wave there is none (%j)',
      (pause) => {
        const rollout = soaking(pause, 1);
        rollout.finish('ex1');
        expect(rollout.state().result).toBe('completed');
      },
    );

    test('a soak goes on while a person pauses, but starts nothing', () => {
      const rollout = soaking({ durationMs: 30 * minute });
      rollout.finish('ex1');
      rollout.ask('pause');
      rollout.pass(hour);
      expect(rollout.started()).toEqual([]);
      rollout.ask('resume');
      expect(rollout.started()).toEqual(['ex2']);
    });
  });

  test('a wave passes over hosts whose set is full of hosts that are down; they keep their place', () => {
    const sets = [setOf('dag1', 1, 'ex1', 'ex2', 'ex3')];
    const rollout = scenario(planOf(5, { serial: [1, 2], maxErrors: 9 }, sets));
    rollout.assess();
    rollout.finish('ex1', 'failed');
    expect(rollout.started()).toEqual(['ex1', 'ex4']);
    rollout.finish('ex4');
    expect(rollout.started()).toEqual(['ex5']);
    rollout.ask('retry', 'ex1');
    rollout.finish('ex5');
    expect(rollout.started()).toEqual(['ex1']);
    rollout.finish('ex1');
    expect(rollout.started()).toEqual(['ex2']);
  });

  test('members that become blocked go back to the queue and the wave shrinks', () => {
    const sets = [setOf('dag1', 1, 'ex2', 'ex3')];
    const rollout = scenario(planOf(4, { serial: [1, 2], maxErrors: 9 }, sets));
    rollout.assess();
    rollout.finish('ex1');
    expect(rollout.started()).toEqual(['ex1', 'ex2']);
    rollout.finish('ex2', 'failed');
    expect(rollout.host('ex3')).toMatchObject({ standing: 'queued', wave: null });
    expect(rollout.started()).toEqual(['ex4']);
    expect(rollout.state().wave).toBe(2);
  });
});
