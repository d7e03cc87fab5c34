import { historyIsFull } from '../../../domain/rollout';
import { hour, planOf, scenario } from './scenario';

describe('going on in a new run (rule 10)', () => {
  test('a full history starts nothing more; with nothing in flight the new run is asked for once', () => {
    const rollout = scenario(planOf(4, { serial: [2] }));
    rollout.assess();
    rollout.forget();
    rollout.send({ type: 'historyFull' });
    rollout.finish('ex1');
    expect(rollout.commands()).toEqual([]);
    expect(rollout.state().phaseReason.code).toBe('history-full');
    rollout.finish('ex2');
    expect(rollout.commands()).toEqual([{ type: 'continueAsNew' }]);
    rollout.send({ type: 'timerFired' });
    rollout.send({ type: 'historyFull' });
    expect(rollout.commands()).toEqual([]);
    rollout.send({ type: 'continued' });
    expect(rollout.started()).toEqual(['ex3', 'ex4']);
  });

  test('with nothing in flight it is asked for at once', () => {
    const rollout = scenario(planOf(2, { serial: [1], pause: { durationMs: hour } }));
    rollout.assess();
    rollout.finish('ex1');
    rollout.forget();
    rollout.send({ type: 'historyFull' });
    expect(rollout.commands()).toEqual([{ type: 'continueAsNew' }]);
  });

  test('an assessment that is under way is waited for', () => {
    const rollout = scenario(planOf(2));
    rollout.send({ type: 'admitted' });
    rollout.forget();
    rollout.send({ type: 'historyFull' });
    expect(rollout.commands()).toEqual([]);
    rollout.answer({});
    expect(rollout.commands()).toEqual([{ type: 'continueAsNew' }]);
  });

  test('no assessment is begun while the history is full', () => {
    const rollout = scenario(planOf(3, { serial: [1] }));
    rollout.assess({ ex3: { state: 'suspect' } });
    rollout.forget();
    rollout.send({ type: 'historyFull' });
    rollout.ask('retry', 'ex3');
    expect(rollout.commands()).toEqual([]);
    rollout.finish('ex1');
    rollout.send({ type: 'continued' });
    expect(rollout.commands().map(({ type }) => type)).toEqual([
      'continueAsNew',
      'assess',
      'startHost',
    ]);
  });

  test('what operators ask meanwhile is recorded; an abort finishes in the new run', () => {
    const rollout = scenario(planOf(2, { serial: [1], pause: { durationMs: hour } }));
    rollout.assess();
    rollout.finish('ex1');
    rollout.send({ type: 'historyFull' });
    rollout.forget();
    rollout.ask('abort');
    expect(rollout.commands()).toEqual([]);
    rollout.send({ type: 'continued' });
    expect(rollout.commands()).toEqual([{ type: 'finish', result: 'aborted' }]);
  });

  test('a rollout that is over needs no new run', () => {
    const rollout = scenario(planOf(1));
    rollout.assess();
    rollout.forget();
    rollout.send({ type: 'historyFull' });
    rollout.finish('ex1');
    expect(rollout.commands()).toEqual([{ type: 'finish', result: 'completed' }]);
  });

  it.each([
    { events: 8000, bytes: 0, inFlight: 0, full: false },
    { events: 8001, bytes: 0, inFlight: 0, full: true },
    { events: 20, bytes: 0, inFlight: 0, limitEvents: 20, full: false },
    { events: 21, bytes: 0, inFlight: 0, limitEvents: 20, full: true },
    { events: 1, bytes: 40_000_000, inFlight: 0, full: false },
    { events: 1, bytes: 40_000_001, inFlight: 0, full: true },
    { events: 1, bytes: 0, inFlight: 1000, full: false },
    { events: 1, bytes: 0, inFlight: 1001, full: true },
    { events: 1, bytes: 20_000_000, inFlight: 501, full: true },
  ])('$events events, $bytes bytes, $inFlight in flight: full $full', ({ full, ...size }) => {
    expect(historyIsFull(size)).toBe(full);
  });
});
