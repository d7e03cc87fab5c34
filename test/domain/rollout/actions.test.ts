import type { PackageState } from '../../../contracts/facts';
import type { AffectedState, Outcome } from '../../../contracts/outcome';
import type { RolloutAction } from '../../../contracts/plan';
import { statusOf, type RolloutState } from '../../../domain/rollout';
import { hour, planOf, scenario, setOf, type Seen } from './scenario';
import { staticInput } from './static-input';

const installed: Seen = { state: 'already-fixed', package: 'installed' };

/** A rollout of this action over hosts that it changes. */
const begun = (action: RolloutAction | undefined, count: number, changes = {}) => {
  const rollout = scenario(planOf(count, { serial: ['100%'], ...changes }, [], action));
  const hosts = rollout.plan.hosts;
  rollout.assess(
    action === 'rollback' ? Object.fromEntries(hosts.map((id) => [id, installed])) : {},
  );
  return rollout;
};

const successes: { action: RolloutAction | undefined; success: Outcome; others: Outcome[] }[] = [
  { action: undefined, success: 'fixed', others: ['mitigated', 'rolled-back'] },
  { action: 'fix', success: 'fixed', others: ['mitigated', 'rolled-back'] },
  { action: 'mitigate', success: 'mitigated', others: ['fixed', 'rolled-back'] },
  { action: 'rollback', success: 'rolled-back', others: ['fixed', 'mitigated'] },
];

describe.each(successes)('a rollout with the action $action', ({ action, success, others }) => {
  test(`passes a wave by a host that ended ${success}`, () => {
    const rollout = begun(action, 2, { serial: [1] });
    rollout.finish('ex1', success);
    expect(rollout.started()).toEqual(['ex1', 'ex2']);
    expect(rollout.state().wave).toBe(2);
  });

  it.each(others)('passes no wave by a host that ended %s', (other) => {
    const changes = { serial: [1], maxErrors: 9, pause: { durationMs: hour } };
    const rollout = begun(action, 3, changes);
    rollout.finish('ex1', other);
    expect(rollout.state().wave).toBe(1);
    expect(rollout.host('ex2')).toMatchObject({ wave: 1, standing: 'running' });
    rollout.finish('ex2', success);
    expect(rollout.state().phase).toBe('soaking');
  });

  it.each([true, false])(`counts ${success} as no error, with countMitigated %s`, (counted) => {
    const rollout = begun(action, 2, { maxErrors: 0, countMitigated: counted });
    rollout.finish('ex1', success);
    expect(rollout.state().stopping).toBeNull();
    expect(statusOf(rollout.state(), staticInput, 0).budget.errors).toBe(0);
  });

  test(`begins to count errors in a row anew after ${success}`, () => {
    const rollout = begun(action, 4, { maxErrors: 9, maxConsecutiveErrors: 1 });
    rollout.finish('ex1', 'failed');
    rollout.finish('ex2', success);
    rollout.finish('ex3', 'failed');
    expect(rollout.state().stopping).toBeNull();
    rollout.finish('ex4', 'failed');
    expect(rollout.state().stopping?.result).toBe('stopped-by-budget');
  });

  test(`frees the slot of an unhealthy host that ended ${success}`, () => {
    const sets = [setOf('dag1', 1, 'ex1', 'ex2')];
    const rollout = scenario(planOf(2, { serial: ['100%'] }, sets, action));
    rollout.assess({
      ex1: { ...installed, health: 'unhealthy', state: 'affected' },
      ex2: { ...installed, state: 'affected' },
    });
    rollout.finish('ex1', success);
    expect(rollout.started()).toEqual(['ex1', 'ex2']);
  });

  test(`does not do again what ended ${success}`, () => {
    const rollout = begun(action, 2);
    rollout.finish('ex1', success);
    expect(rollout.refuses('retry', 'ex1')).toBe('cannot-retry');
  });

  test('says which action it is', () => {
    expect(statusOf(begun(action, 1).state(), staticInput, 0).action).toBe(action);
  });
});

describe('what ended otherwise', () => {
  it.each<{ action: RolloutAction; outcome: Outcome; countMitigated: boolean; errors: number }>([
    { action: 'fix', outcome: 'rolled-back', countMitigated: true, errors: 1 },
    { action: 'fix', outcome: 'rolled-back', countMitigated: false, errors: 1 },
    { action: 'fix', outcome: 'mitigated', countMitigated: false, errors: 0 },
    { action: 'mitigate', outcome: 'rolled-back', countMitigated: false, errors: 1 },
    { action: 'rollback', outcome: 'mitigated', countMitigated: true, errors: 1 },
    { action: 'rollback', outcome: 'mitigated', countMitigated: false, errors: 0 },
    { action: 'mitigate', outcome: 'failed', countMitigated: true, errors: 1 },
    { action: 'rollback', outcome: 'unreachable', countMitigated: true, errors: 1 },
  ])('$outcome in a $action, countMitigated $countMitigated: $errors errors', (given) => {
    const { action, outcome, countMitigated, errors } = given;
    const rollout = begun(action, 2, { countMitigated });
    rollout.finish('ex1', outcome);
    expect(statusOf(rollout.state(), staticInput, 0).budget.errors).toBe(errors);
    expect(rollout.state().stopping !== null).toBe(errors > 0);
  });

  test('a host that was rolled back in place of being fixed may be retried', () => {
    const rollout = begun('fix', 2, { maxErrors: 1 });
    rollout.finish('ex1', 'rolled-back');
    rollout.forget();
    rollout.ask('retry', 'ex1');
    expect(rollout.started()).toEqual(['ex1']);
  });
});

describe('a rollback', () => {
  const states: AffectedState[] = [
    'affected',
    'suspect',
    'not-affected',
    'already-fixed',
    'not-applicable',
    'unknown',
  ];
  const changes = (
    ['installed', 'install-pending', 'superseded', 'uninstall-pending'] as const
  ).flatMap((found) => states.map((state) => ({ package: found, state })));

  it.each(changes)('changes a host whose package is $package, though it is $state', (seen) => {
    const rollout = scenario(planOf(1, {}, [], 'rollback'));
    rollout.assess({ ex1: seen });
    expect(rollout.started()).toEqual(['ex1']);
    expect(rollout.state().toBeChanged).toBe(1);
  });

  it.each<{ package: PackageState; state: AffectedState }>([
    { package: 'absent', state: 'affected' },
    { package: 'absent', state: 'unknown' },
    { package: 'staged', state: 'suspect' },
    { package: 'absent', state: 'already-fixed' },
  ])('ends a host not-applicable whose package is $package, though it is $state', (seen) => {
    const rollout = scenario(planOf(1, {}, [], 'rollback'));
    rollout.assess({ ex1: seen });
    expect(rollout.started()).toEqual([]);
    expect(rollout.host('ex1')).toMatchObject({
      outcome: 'not-applicable',
      reason: { code: 'nothing-to-remove', message: expect.stringContaining(seen.package) },
    });
  });

  it.each([
    { onSuspect: 'hold', standing: 'held', code: 'package-unknown' },
    { onSuspect: 'treat-as-affected', standing: 'held', code: 'package-unknown' },
    { onSuspect: 'skip', standing: 'done', code: 'on-suspect' },
  ] as const)('with onSuspect $onSuspect a host with an unknown package is $standing', (given) => {
    const { onSuspect, standing, code } = given;
    const rollout = scenario(planOf(3, { onSuspect }, [], 'rollback'));
    rollout.assess({
      ex1: installed,
      ex2: { state: 'affected', package: null },
      // What an earlier release's worker answers.
      ex3: { state: 'affected' },
    });
    expect(rollout.started()).toEqual(['ex1']);
    for (const host of ['ex2', 'ex3'])
      expect(rollout.host(host)).toMatchObject({ standing, reason: { code } });
    rollout.finish('ex1', 'rolled-back');
    const outcome = onSuspect === 'skip' ? 'skipped' : 'undecided';
    expect(rollout.outcomes()).toEqual({ ex1: 'rolled-back', ex2: outcome, ex3: outcome });
  });

  test('asks the host that is held again when somebody wants it', () => {
    const rollout = scenario(planOf(2, {}, [], 'rollback'));
    rollout.assess({ ex1: installed, ex2: { state: 'affected', package: null } });
    rollout.forget();
    rollout.ask('retry', 'ex2');
    rollout.answer({ ex2: { state: 'unknown', package: 'installed' } });
    rollout.finish('ex1', 'rolled-back');
    expect(rollout.started()).toEqual(['ex2']);
  });

  test('never has a suspect host treated as affected: it is there for its package', () => {
    const rollout = scenario(planOf(1, { onSuspect: 'treat-as-affected' }, [], 'rollback'));
    rollout.assess({ ex1: { state: 'suspect', package: 'installed' } });
    expect(rollout.commands()).toContainEqual({
      type: 'startHost',
      hostId: 'ex1',
      treatAsAffected: false,
    });
  });

  test('with too many silent hosts ends each host with what is known of it', () => {
    const rollout = scenario(planOf(4, { maxUnassessed: 1 }, [], 'rollback'));
    rollout.assess({
      ex1: { state: 'affected', package: 'absent' },
      ex2: installed,
      ex3: { state: null },
      ex4: { state: null },
    });
    expect(rollout.outcomes()).toEqual({
      ex1: 'not-applicable',
      ex2: 'not-started',
      ex3: 'unreachable',
      ex4: 'unreachable',
    });
  });
});

test('a mitigation chooses its hosts as a fix does', () => {
  const rollout = scenario(planOf(4, { serial: ['100%'], onSuspect: 'skip' }, [], 'mitigate'));
  rollout.assess({
    ex2: { state: 'already-fixed' },
    ex3: { state: 'not-affected' },
    ex4: { state: 'suspect' },
  });
  expect(rollout.started()).toEqual(['ex1']);
  expect(rollout.outcomes()).toEqual({
    ex1: null,
    ex2: 'already-fixed',
    ex3: 'not-affected',
    ex4: 'skipped',
  });
});

test('a fix carries over what earlier releases did: without an action, packages and watched hosts', () => {
  const rollout = begun(undefined, 2, { serial: [1] });
  const carried = JSON.parse(JSON.stringify(rollout.state())) as RolloutState;
  expect(carried.plan).not.toHaveProperty('action');
  expect(carried).toStrictEqual(rollout.state());
  expect(carried.hosts[0]).not.toHaveProperty('watched');
  expect(carried.verdicts).toEqual([{ state: 'affected', applicable: 'yes', health: 'healthy' }]);
});
