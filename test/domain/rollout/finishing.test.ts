import { hostId } from '../../../contracts/ids';
import { decide, hostsInFlight, hostsStillToChange, statusOf } from '../../../domain/rollout';
import { planOf, scenario } from './scenario';
import { staticInput } from './static-input';

describe('the end of a rollout (rule 11)', () => {
  test('finish comes once, and nothing after it', () => {
    const rollout = scenario(planOf(1));
    rollout.assess();
    rollout.forget();
    rollout.finish('ex1');
    expect(rollout.commands()).toEqual([{ type: 'finish', result: 'completed' }]);
    const done = rollout.state();
    rollout.send({ type: 'timerFired' });
    rollout.send({ type: 'historyFull' });
    rollout.send({ type: 'admitted' });
    rollout.finish('ex1', 'failed');
    expect(rollout.commands()).toEqual([]);
    expect(rollout.state()).toBe(done);
    expect(done).toMatchObject({ phase: 'done', result: 'completed', nextLookAt: null });
  });

  test('a plan without hosts is completed when it is admitted', () => {
    const rollout = scenario(planOf(0));
    rollout.send({ type: 'admitted' });
    expect(rollout.commands()).toEqual([{ type: 'finish', result: 'completed' }]);
  });

  test('what is said twice, or of a host that is not in flight, changes nothing', () => {
    const rollout = scenario(planOf(2, { serial: [1] }));
    rollout.assess();
    rollout.finish('ex1');
    const before = rollout.outcomes();
    rollout.finish('ex1', 'failed');
    rollout.taken('ex1');
    rollout.finish('ex77', 'failed');
    expect(rollout.outcomes()).toEqual(before);
    expect(rollout.state().stopping).toBeNull();
    expect(rollout.reasons()).toContain('hostFinished: ex77 is not in the plan');
  });

  test('an event of another version is an error that names it', () => {
    const rollout = scenario(planOf(1));
    const event = { type: 'windowOpened' } as unknown as Parameters<typeof decide>[1];
    expect(() => decide(rollout.state(), event, 0)).toThrow('unexpected {"type":"windowOpened"}');
  });
});

describe('the status of a rollout', () => {
  test('tells each host, the wave, the assessments and when it looks again', () => {
    const start = Date.parse('2026-03-01T22:00:00Z');
    const rollout = scenario(planOf(4, { serial: [1], onSuspect: 'hold' }), start);
    rollout.assess({ ex2: { state: 'suspect' }, ex3: { state: null } });
    rollout.pass(90_000);
    rollout.send({ type: 'hostStarted', hostId: hostId('ex1'), runId: 'run-1' });
    const status = statusOf(rollout.state(), staticInput, start + 90_000);
    expect(status).toMatchObject({
      rolloutId: 'CHG1',
      hotfixId: 'KB3004383',
      phase: 'progressing',
      result: null,
      reason: { code: 'wave-under-way', message: 'wave 1: 1 in flight, 1 queued' },
      startedAt: '2026-03-01T22:00:00.000Z',
      finishedAt: null,
      nextLookAt: '2026-03-02T22:00:00.000Z',
      wave: 1,
      toBeChanged: 2,
      assessments: ['assess/CHG1/1'],
    });
    expect(status.hosts[0]).toEqual({
      hostId: 'ex1',
      wave: 1,
      standing: 'running',
      state: 'affected',
      outcome: null,
      reason: { code: 'affected', message: 'ex1 is affected' },
      runId: 'run-1',
      attempts: 1,
      startedAt: '2026-03-01T22:01:30.000Z',
      finishedAt: null,
    });
    expect(status.hosts.map((host) => [host.standing, host.state])).toEqual([
      ['running', 'affected'],
      ['held', 'suspect'],
      ['unassessed', null],
      ['queued', 'affected'],
    ]);
  });

  test('a look that is overdue is due now', () => {
    const rollout = scenario(planOf(2), 0);
    rollout.assess({ ex2: { state: 'suspect' } });
    const late = Date.parse('2030-01-01T00:00:00Z');
    expect(statusOf(rollout.state(), staticInput, late).nextLookAt).toBe(
      '2030-01-01T00:00:00.000Z',
    );
  });

  test('an open rollout owns every host that it may still change', () => {
    const rollout = scenario(planOf(7, { serial: [3, 1] }));
    rollout.assess({
      ex5: { state: 'suspect' },
      ex6: { state: null },
      ex7: { state: 'already-fixed' },
    });
    rollout.finish('ex1');
    rollout.taken('ex2');
    expect(hostsStillToChange(rollout.state())).toEqual(['ex2', 'ex3', 'ex4', 'ex5', 'ex6']);
    expect(hostsInFlight(rollout.state())).toEqual(['ex3']);
  });
});
