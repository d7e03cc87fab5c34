import { rolloutId, hostId } from '../../../contracts/ids';
import { hour, minute, planOf, scenario, setOf } from './scenario';

const plan = planOf(3, { serial: ['100%'], holdTimeoutMs: hour, takenRetryMs: 10 * minute });

describe('a host that another rollout has (rule 7)', () => {
  test('waits, is told who holds it, is no error, and the others go on', () => {
    const rollout = scenario({ ...plan, policy: { ...plan.policy, maxConcurrency: 1 } });
    rollout.assess();
    rollout.send({ type: 'hostTaken', hostId: hostId('ex1'), by: rolloutId('CHG-other') });
    expect(rollout.host('ex1')).toMatchObject({
      standing: 'taken',
      attempts: 0,
      reason: { code: 'held-by', message: 'held by rollout CHG-other', facts: { by: 'CHG-other' } },
    });
    expect(rollout.started()).toEqual(['ex1', 'ex2']);
    rollout.finish('ex2');
    expect(rollout.started()).toEqual(['ex3']);
    rollout.finish('ex3');
    expect(rollout.state()).toMatchObject({
      phase: 'progressing',
      phaseReason: { code: 'held-by' },
      stopping: null,
    });
  });

  test('is tried again every takenRetryMs', () => {
    const rollout = scenario(plan);
    rollout.assess();
    rollout.taken('ex1');
    rollout.forget();
    rollout.pass(10 * minute - 1);
    expect(rollout.started()).toEqual([]);
    rollout.pass(1);
    expect(rollout.started()).toEqual(['ex1']);
    rollout.finish('ex1');
    expect(rollout.host('ex1')).toMatchObject({ outcome: 'fixed', attempts: 1 });
  });

  test('is not tried without a slot, and as soon as there is one', () => {
    const sets = [setOf('dag1', 1, 'ex1', 'ex2')];
    const rollout = scenario({ ...plan, sets });
    rollout.assess();
    rollout.taken('ex1');
    expect(rollout.started()).toEqual(['ex1', 'ex3', 'ex2']);
    rollout.pass(20 * minute);
    expect(rollout.started()).toEqual([]);
    rollout.finish('ex2');
    expect(rollout.started()).toEqual(['ex1']);
  });

  test('ends not-started, with who holds it, when it was taken for as long as a hold may last', () => {
    const rollout = scenario(plan);
    rollout.assess();
    rollout.taken('ex1');
    for (let tries = 0; tries < 5; tries += 1) {
      rollout.pass(10 * minute);
      rollout.taken('ex1');
    }
    expect(rollout.host('ex1').standing).toBe('taken');
    rollout.pass(10 * minute);
    expect(rollout.host('ex1')).toMatchObject({
      outcome: 'not-started',
      reason: { code: 'held-by' },
    });
  });

  test('its wave is over only when it is final', () => {
    const rollout = scenario({ ...plan, policy: { ...plan.policy, serial: [2, 1] } });
    rollout.assess();
    rollout.taken('ex1');
    rollout.finish('ex2');
    expect(rollout.started()).toEqual(['ex1', 'ex2']);
    rollout.ask('skip', 'ex1');
    expect(rollout.started()).toEqual(['ex3']);
  });

  test('is not tried while the rollout is paused, but its time runs', () => {
    const rollout = scenario(plan);
    rollout.assess();
    rollout.taken('ex1');
    rollout.forget();
    rollout.ask('pause');
    rollout.pass(hour);
    expect(rollout.started()).toEqual([]);
    expect(rollout.host('ex1').outcome).toBe('not-started');
  });
});
