import { hostId } from '../../../contracts/ids';
import { controlled, controlledPlan } from './controlled-scenario';

test('a host that says it waits for slots before its start is known is waited for all the same', () => {
  const rollout = controlled(controlledPlan(1, { control: {} }));
  rollout.assess();
  const ex1 = hostId('ex1');
  // Both in one task of the workflow: signals are handed over first, whatever their place in the history.
  rollout.send({ type: 'slotsAwaited', hostId: ex1, stuck: true, message: 'waits for dag1' });
  rollout.send({ type: 'hostStarted', hostId: ex1, runId: 'run-of-ex1' });
  expect(rollout.phase()).toBe('held');
  expect(rollout.host('ex1')).toMatchObject({ attempts: 1, reason: { code: 'slots-awaited' } });
});
