import fc from 'fast-check';
import type { HostId } from '../../../contracts/ids';
import type { AssessedHost } from '../../../contracts/rollout';
import { previewWaves, wavesOf } from '../../../domain/preview';
import { assessedAs, names, planOf, policy, scenario, setOf } from '../rollout/scenario';
import type { Seen } from '../rollout/scenario';

const verdictsOf = (
  hosts: readonly HostId[],
  seen: { readonly [host: string]: Seen } = {},
): AssessedHost[] => hosts.map((id) => assessedAs(id, seen[id] ?? { state: 'affected' }));

describe('an assessment laid over a plan', () => {
  const hosts = names(8);

  test('shows which hosts would be changed, in which waves, and both numbers', () => {
    const verdicts = verdictsOf(hosts, {
      ex2: { state: 'already-fixed' },
      ex4: { state: 'suspect' },
      ex6: { state: null },
    });
    const preview = previewWaves(hosts, verdicts, { ...policy, serial: [1, '50%'] }, []);
    expect(preview).toMatchObject({
      hostsInPlan: 8,
      hostsToBeChanged: 5,
      waves: [['ex1'], ['ex3', 'ex5'], ['ex7', 'ex8']],
      held: [{ hostId: 'ex4' }],
      unassessed: [{ hostId: 'ex6' }],
      blocked: [],
      stops: null,
    });
  });

  test('a pause of the plan does not keep the later waves from being shown', () => {
    const paused = { ...policy, serial: [4], pause: 'until-resumed' } as const;
    expect(previewWaves(hosts, verdictsOf(hosts), paused, []).waves).toHaveLength(2);
  });

  test('hosts whose set is full of hosts that are down are blocked', () => {
    const verdicts = verdictsOf(hosts, { ex1: { state: 'already-fixed', health: 'unhealthy' } });
    const sets = [setOf('dag1', 1, 'ex1', 'ex2', 'ex3')];
    const preview = previewWaves(hosts, verdicts, policy, sets);
    expect(preview.blocked.map(({ hostId }) => hostId)).toEqual(['ex2', 'ex3']);
    expect(preview.waves.flat()).toEqual(['ex4', 'ex5', 'ex6', 'ex7', 'ex8']);
  });

  test('too many silent hosts: nothing would be started, and why', () => {
    const verdicts = verdictsOf(hosts).slice(0, 5);
    const preview = previewWaves(hosts, verdicts, policy, []);
    expect(preview.waves).toEqual([]);
    expect(preview.stops?.code).toBe('too-many-unassessed');
  });

  test('of a rollback has the hosts that have the package, whatever their verdict', () => {
    const verdicts = verdictsOf(hosts, {
      ex1: { state: 'already-fixed', package: 'installed' },
      ex2: { state: 'affected', package: 'absent' },
      ex3: { state: 'not-affected', package: 'install-pending' },
      ex4: { state: 'already-fixed', package: null },
    }).slice(0, 4);
    const preview = previewWaves(hosts.slice(0, 4), verdicts, policy, [], 'rollback');
    expect(preview).toMatchObject({ hostsToBeChanged: 2, waves: [['ex1'], ['ex3']] });
    expect(preview.held.map(({ hostId }) => hostId)).toEqual(['ex4']);
  });

  test('of a mitigation has the waves of a fix', () => {
    const verdicts = verdictsOf(hosts);
    const { waves } = previewWaves(hosts, verdicts, policy, [], 'mitigate');
    expect(waves).toHaveLength(8);
    expect(waves).toEqual(previewWaves(hosts, verdicts, policy, []).waves);
  });

  test('has the waves that the rollout then has, and the sizes that were printed', () => {
    const serial = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), serial, (count, sizes) => {
        const plan = planOf(count, { serial: sizes });
        const preview = previewWaves(plan.hosts, verdictsOf(plan.hosts), plan.policy, []);
        expect(preview.waves.map((wave) => wave.length)).toEqual(wavesOf(count, sizes));
        const rollout = scenario(plan);
        rollout.assess();
        for (const wave of preview.waves) {
          expect(rollout.started()).toEqual(wave);
          for (const host of wave) rollout.finish(host);
        }
        expect(rollout.state().result).toBe('completed');
      }),
      { numRuns: 50 },
    );
  });
});
