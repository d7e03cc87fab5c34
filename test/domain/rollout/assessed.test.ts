import { reason } from '../../../contracts/reason';
import type { RolloutPolicy } from '../../../contracts/plan';
import { hour, names, planOf, policy, scenario, setOf, type Seen } from './scenario';

describe('the assessment (rule 1)', () => {
  test('an admitted rollout asks all hosts of its plan in round 1 and starts none', () => {
    const rollout = scenario(planOf(3));
    expect(rollout.state().phase).toBe('assessing');
    rollout.send({ type: 'admitted' });
    expect(rollout.commands()).toEqual([{ type: 'assess', round: 1, hosts: names(3) }]);
    expect(rollout.state()).toMatchObject({
      phase: 'assessing',
      phaseReason: { code: 'assessing' },
    });
  });

  test('being admitted twice asks once', () => {
    const rollout = scenario(planOf(3));
    rollout.send({ type: 'admitted' });
    rollout.send({ type: 'admitted' });
    expect(rollout.commands()).toHaveLength(1);
  });

  const yes = { applicable: 'yes' as const };
  it.each<{ seen: Seen; changes: Partial<RolloutPolicy>; becomes: string }>([
    { seen: { state: 'affected' }, changes: {}, becomes: 'running' },
    { seen: { state: 'not-affected' }, changes: {}, becomes: 'not-affected' },
    { seen: { state: 'already-fixed' }, changes: {}, becomes: 'already-fixed' },
    { seen: { state: 'not-applicable' }, changes: {}, becomes: 'not-applicable' },
    { seen: { state: 'suspect' }, changes: {}, becomes: 'held' },
    { seen: { state: 'unknown' }, changes: {}, becomes: 'held' },
    { seen: { state: 'suspect' }, changes: { onSuspect: 'skip' }, becomes: 'skipped' },
    { seen: { state: 'unknown' }, changes: { onSuspect: 'skip' }, becomes: 'skipped' },
    { seen: { state: 'suspect' }, changes: { onSuspect: 'treat-as-affected' }, becomes: 'running' },
    {
      seen: { state: 'unknown', applicable: 'unknown' },
      changes: { onSuspect: 'treat-as-affected' },
      becomes: 'held',
    },
    {
      seen: { state: 'unknown', applicable: 'no' },
      changes: { onSuspect: 'treat-as-affected' },
      becomes: 'held',
    },
    {
      seen: { state: 'not-affected', ...yes },
      changes: { scope: 'applicable' },
      becomes: 'running',
    },
    { seen: { state: 'suspect', ...yes }, changes: { scope: 'applicable' }, becomes: 'running' },
    { seen: { state: 'unknown', ...yes }, changes: { scope: 'applicable' }, becomes: 'running' },
    {
      seen: { state: 'not-affected', applicable: 'no' },
      changes: { scope: 'applicable' },
      becomes: 'not-affected',
    },
    {
      seen: { state: 'unknown', applicable: 'unknown' },
      changes: { scope: 'applicable' },
      becomes: 'held',
    },
    {
      seen: { state: 'already-fixed', ...yes },
      changes: { scope: 'applicable' },
      becomes: 'already-fixed',
    },
  ])('$seen under $changes becomes $becomes', ({ seen, changes, becomes }) => {
    const rollout = scenario(planOf(2, { serial: ['100%'], ...changes }));
    rollout.assess({ ex1: seen });
    const { standing, outcome } = rollout.host('ex1');
    expect(outcome ?? standing).toBe(becomes);
  });

  test('only hosts that a person wants treated as affected are started that way', () => {
    const rollout = scenario(planOf(2, { serial: ['100%'], onSuspect: 'treat-as-affected' }));
    rollout.assess({ ex1: { state: 'suspect' } });
    expect(rollout.commands().slice(1)).toEqual([
      { type: 'startHost', hostId: 'ex1', treatAsAffected: true },
      { type: 'startHost', hostId: 'ex2', treatAsAffected: false },
    ]);
  });

  it.each([
    { hosts: 40, maxUnassessed: '5%' as const, silent: 2, stops: false },
    { hosts: 40, maxUnassessed: '5%' as const, silent: 3, stops: true },
    { hosts: 59, maxUnassessed: '5%' as const, silent: 2, stops: false },
    { hosts: 59, maxUnassessed: '5%' as const, silent: 3, stops: true },
    { hosts: 3, maxUnassessed: '5%' as const, silent: 1, stops: false },
    { hosts: 3, maxUnassessed: '5%' as const, silent: 2, stops: true },
    { hosts: 3, maxUnassessed: 0, silent: 1, stops: true },
    { hosts: 3, maxUnassessed: 2, silent: 2, stops: false },
  ])(
    'with $silent of $hosts hosts silent and maxUnassessed $maxUnassessed it stops: $stops',
    ({ hosts, maxUnassessed, silent, stops }) => {
      const rollout = scenario(planOf(hosts, { maxUnassessed }));
      rollout.assess(
        Object.fromEntries(names(silent).map((name) => [name, { state: null }] as const)),
      );
      expect(rollout.state().result).toBe(stops ? 'stopped-by-budget' : null);
    },
  );

  test('a rollout stopped for silence starts nothing and ends each host with what is known of it', () => {
    const rollout = scenario(planOf(5, { maxUnassessed: 0 }));
    rollout.send({ type: 'admitted' });
    rollout.forget();
    rollout.answer({
      ex1: { state: null },
      ex2: { state: 'already-fixed' },
      ex3: { state: 'suspect' },
      ex4: { state: 'not-applicable' },
    });
    expect(rollout.commands()).toEqual([{ type: 'finish', result: 'stopped-by-budget' }]);
    expect(rollout.outcomes()).toEqual({
      ex1: 'unreachable',
      ex2: 'already-fixed',
      ex3: 'not-started',
      ex4: 'not-applicable',
      ex5: 'not-started',
    });
    expect(rollout.state().phaseReason.code).toBe('too-many-unassessed');
  });

  test('a host that the answer leaves out counts as silent', () => {
    const rollout = scenario(planOf(1, { maxUnassessed: 0 }));
    rollout.send({ type: 'admitted' });
    rollout.send({ type: 'assessed', round: 1, hosts: [] });
    expect(rollout.outcomes()).toEqual({ ex1: 'unreachable' });
    expect(rollout.host('ex1').reason?.code).toBe('not-answered');
  });

  test('an answer to a round that nobody asked for changes nothing', () => {
    const rollout = scenario(planOf(2));
    rollout.send({ type: 'admitted' });
    rollout.send({ type: 'assessed', round: 7, hosts: [] });
    expect(rollout.state()).toMatchObject({ phase: 'assessing', openRounds: [1] });
    expect(rollout.reasons()).toContain('assessment 7 is not awaited');
  });

  test('a rollout whose hosts need no change is completed by its assessment', () => {
    const rollout = scenario(planOf(2));
    rollout.assess({ ex1: { state: 'already-fixed' }, ex2: { state: 'not-affected' } });
    expect(rollout.state().result).toBe('completed');
    expect(rollout.host('ex1').reason).toEqual(reason('already-fixed', 'ex1 is already-fixed'));
  });
});

describe('held hosts (rule 5)', () => {
  const plan = planOf(3, { serial: [1], holdTimeoutMs: hour });

  test('a held host blocks nobody and ends undecided when all others are done', () => {
    const rollout = scenario(plan);
    rollout.assess({ ex1: { state: 'suspect' } });
    rollout.finish('ex2');
    expect(rollout.host('ex1').standing).toBe('held');
    rollout.finish('ex3');
    expect(rollout.outcomes()).toEqual({ ex1: 'undecided', ex2: 'fixed', ex3: 'fixed' });
    expect(rollout.host('ex1').reason?.message).toContain('ex1 is suspect');
    expect(rollout.state().result).toBe('completed');
  });

  test('a held host ends undecided when its hold times out, also while paused', () => {
    const rollout = scenario(plan);
    rollout.assess({ ex1: { state: 'unknown' } });
    rollout.ask('pause');
    rollout.pass(hour - 1);
    expect(rollout.host('ex1').standing).toBe('held');
    rollout.pass(1);
    expect(rollout.host('ex1')).toMatchObject({
      outcome: 'undecided',
      reason: { code: 'hold-timed-out' },
    });
    expect(rollout.state().result).toBeNull();
  });

  it.each([
    { now: 'affected' as const, standing: 'queued', outcome: null },
    { now: 'suspect' as const, standing: 'held', outcome: null },
    { now: 'not-affected' as const, standing: 'done', outcome: 'not-affected' },
    { now: null, standing: 'done', outcome: 'unreachable' },
  ])('a held host that is retried and now seen $now is $standing', ({ now, standing, outcome }) => {
    const rollout = scenario(plan);
    rollout.assess({ ex1: { state: 'suspect' } });
    rollout.forget();
    rollout.ask('retry', 'ex1');
    expect(rollout.commands()).toEqual([{ type: 'assess', round: 2, hosts: ['ex1'] }]);
    rollout.answer({ ex1: { state: now } });
    expect(rollout.host('ex1')).toMatchObject({ standing, outcome });
  });

  test('a rollout waits for the answer about a held host that somebody asked for', () => {
    const rollout = scenario(plan);
    rollout.assess({ ex1: { state: 'suspect' } });
    rollout.finish('ex2');
    rollout.ask('retry', 'ex1');
    rollout.finish('ex3');
    expect(rollout.state().result).toBeNull();
    rollout.answer({});
    expect(rollout.started()).toContain('ex1');
  });
});

describe('hosts that the first assessment could not ask (rule 6)', () => {
  const silent = { ex2: { state: null } } as const;

  test('they are asked once more before the last wave, and nothing starts until then', () => {
    const rollout = scenario(planOf(4, { serial: [1, 2] }));
    rollout.assess(silent);
    expect(rollout.started()).toEqual(['ex1']);
    rollout.finish('ex1');
    expect(rollout.commands()).toEqual([{ type: 'assess', round: 2, hosts: ['ex2'] }]);
    expect(rollout.state().phaseReason.code).toBe('assessing-again');
    rollout.answer({});
    expect(rollout.started()).toEqual(['ex2', 'ex3']);
  });

  test('not before a wave that leaves hosts in the queue', () => {
    const rollout = scenario(planOf(4, { serial: [1] }));
    rollout.assess(silent);
    rollout.finish('ex1');
    expect(rollout.started()).toEqual(['ex1', 'ex3']);
  });

  test('still silent they end unreachable, which is no error but takes a slot of their set', () => {
    const sets = [setOf('dag1', 1, 'ex2', 'ex3')];
    const rollout = scenario(planOf(3, { serial: [1, 5] }, sets));
    rollout.assess(silent);
    rollout.finish('ex1');
    rollout.answer(silent);
    expect(rollout.host('ex2').outcome).toBe('unreachable');
    expect(rollout.state()).toMatchObject({
      phase: 'held',
      phaseReason: { code: 'set-full' },
      stopping: null,
    });
    expect(rollout.started()).toEqual(['ex1']);
  });

  test('with nothing to be changed they are asked before the rollout finishes', () => {
    const rollout = scenario(planOf(2));
    rollout.assess({ ex1: { state: 'not-affected' }, ex2: { state: null } });
    expect(rollout.state().result).toBeNull();
    rollout.answer({ ex2: { state: 'already-fixed' } });
    expect(rollout.state().result).toBe('completed');
  });

  test('one that answers unhealthy frees no slot', () => {
    const sets = [setOf('dag1', 1, 'ex2', 'ex3')];
    const rollout = scenario(planOf(3, { serial: [1, 5] }, sets));
    rollout.assess(silent);
    rollout.finish('ex1');
    rollout.answer({ ex2: { state: 'already-fixed', health: 'unhealthy' } });
    expect(rollout.state().phaseReason.code).toBe('set-full');
  });

  test('nothing starts while they are asked, whatever else happens', () => {
    const rollout = scenario(planOf(4, { serial: [1, 2] }));
    rollout.assess(silent);
    rollout.finish('ex1');
    rollout.forget();
    rollout.ask('pause');
    rollout.ask('resume');
    expect(rollout.commands()).toEqual([]);
  });

  it.each([
    { health: 'healthy' as const, started: ['ex2'] },
    { health: 'unhealthy' as const, started: [] },
  ])('a host skipped before its first answer, $health: $started start', ({ health, started }) => {
    const sets = [setOf('dag1', 1, 'ex1', 'ex2')];
    const rollout = scenario(planOf(2, { serial: ['100%'] }, sets));
    rollout.send({ type: 'admitted' });
    rollout.ask('skip', 'ex1');
    rollout.answer({ ex1: { state: 'affected', health } });
    expect(rollout.started()).toEqual(started);
  });

  it.each([
    { health: 'healthy' as const, started: ['ex3'] },
    { health: 'unhealthy' as const, started: [] },
  ])('a held host skipped while asked again, $health: $started start', ({ health, started }) => {
    const sets = [setOf('dag1', 1, 'ex1', 'ex3')];
    const rollout = scenario(planOf(3, { serial: [1] }, sets));
    rollout.assess({ ex1: { state: 'suspect' } });
    rollout.ask('retry', 'ex1');
    rollout.ask('skip', 'ex1');
    rollout.forget();
    rollout.answer({ ex1: { state: 'suspect', health } });
    rollout.finish('ex2');
    expect(rollout.started()).toEqual(started);
  });

  test('a host skipped before its answer counts in its sets by the answer', () => {
    const sets = [setOf('dag1', 1, 'ex1', 'ex2')];
    const rollout = scenario(planOf(2, { serial: ['100%'] }, sets));
    rollout.send({ type: 'admitted' });
    rollout.ask('skip', 'ex1');
    rollout.answer({ ex1: { state: 'affected', health: 'unhealthy' } });
    expect(rollout.host('ex1').outcome).toBe('skipped');
    expect(rollout.state().phaseReason.code).toBe('set-full');
  });
});

test('an unknown health takes no slot, an unhealthy one does', () => {
  expect(policy.onSuspect).toBe('hold');
  const started = (health: 'unknown' | 'unhealthy'): string[] => {
    const sets = [setOf('dag1', 1, 'ex1', 'ex2')];
    const rollout = scenario(planOf(2, { serial: ['100%'] }, sets));
    rollout.assess({ ex1: { state: 'already-fixed', health } });
    return rollout.started();
  };
  expect(started('unknown')).toEqual(['ex2']);
  expect(started('unhealthy')).toEqual([]);
});
