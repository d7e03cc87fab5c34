import type { Outcome } from '../../../contracts/outcome';
import type { CountOrPercent } from '../../../contracts/plan';
import { budgetWords } from '../../../domain/rollout';
import { statusOf } from '../../../domain/rollout';
import { names, planOf, scenario } from './scenario';
import { staticInput } from './static-input';

describe('the failure budget (rule 4)', () => {
  it.each<{ maxErrors: CountOrPercent; hosts: number; stopsAt: number }>([
    { maxErrors: 0, hosts: 9, stopsAt: 1 },
    { maxErrors: 3, hosts: 9, stopsAt: 4 },
    { maxErrors: '20%', hosts: 9, stopsAt: 2 },
    { maxErrors: '25%', hosts: 12, stopsAt: 4 },
    { maxErrors: '10%', hosts: 9, stopsAt: 1 },
  ])('with maxErrors $maxErrors of $hosts hosts it stops at failure $stopsAt', (given) => {
    const { maxErrors, hosts, stopsAt } = given;
    const rollout = scenario(planOf(hosts, { maxErrors, serial: ['100%'], maxConcurrency: 1 }));
    rollout.assess();
    for (let failures = 1; failures <= stopsAt; failures += 1) {
      expect(rollout.state().result).toBeNull();
      rollout.finish(`ex${failures}`, 'failed');
    }
    expect(rollout.state().result).toBe('stopped-by-budget');
    expect(Object.values(rollout.outcomes()).filter((each) => each === 'not-started')).toHaveLength(
      hosts - stopsAt,
    );
  });

  it.each<{ outcome: Outcome; countMitigated: boolean; counts: boolean }>([
    { outcome: 'failed', countMitigated: true, counts: true },
    { outcome: 'unreachable', countMitigated: true, counts: true },
    { outcome: 'mitigated', countMitigated: true, counts: true },
    { outcome: 'mitigated', countMitigated: false, counts: false },
    { outcome: 'not-affected', countMitigated: true, counts: false },
    { outcome: 'already-fixed', countMitigated: true, counts: false },
    { outcome: 'undecided', countMitigated: true, counts: false },
    { outcome: 'fixed', countMitigated: true, counts: false },
  ])('$outcome with countMitigated $countMitigated is an error: $counts', (given) => {
    const rollout = scenario(planOf(2, { serial: [2], countMitigated: given.countMitigated }));
    rollout.assess();
    rollout.finish('ex1', given.outcome);
    expect(rollout.state().stopping !== null).toBe(given.counts);
  });

  it.each<{ order: Outcome[]; stops: boolean }>([
    { order: ['failed', 'failed'], stops: false },
    { order: ['failed', 'mitigated', 'unreachable'], stops: true },
    { order: ['failed', 'failed', 'fixed', 'failed', 'failed'], stops: false },
    { order: ['failed', 'failed', 'not-affected', 'failed'], stops: true },
    { order: ['fixed', 'failed', 'failed', 'failed'], stops: true },
  ])('with maxConsecutiveErrors 2, $order stops it: $stops', ({ order, stops }) => {
    const changes = { serial: ['100%'] as const, maxErrors: 99, maxConsecutiveErrors: 2 };
    const rollout = scenario(planOf(9, changes));
    rollout.assess();
    order.forEach((outcome, index) => rollout.finish(`ex${index + 1}`, outcome));
    expect(rollout.state().stopping?.result).toBe(stops ? 'stopped-by-budget' : undefined);
  });

  test('what is in flight finishes and keeps its outcome; queued hosts end not-started, held ones undecided', () => {
    const rollout = scenario(planOf(5, { serial: [3] }));
    rollout.assess({ ex5: { state: 'suspect' } });
    rollout.forget();
    rollout.finish('ex1', 'failed');
    expect(rollout.state()).toMatchObject({
      phase: 'aborting',
      phaseReason: { code: 'budget-spent' },
    });
    expect(rollout.commands()).toEqual([]);
    rollout.finish('ex3', 'mitigated');
    rollout.finish('ex2');
    expect(rollout.commands()).toEqual([{ type: 'finish', result: 'stopped-by-budget' }]);
    expect(rollout.outcomes()).toEqual({
      ex1: 'failed',
      ex2: 'fixed',
      ex3: 'mitigated',
      ex4: 'not-started',
      ex5: 'undecided',
    });
  });

  test('a host found taken while the rollout stops ends not-started', () => {
    const rollout = scenario(planOf(2, { serial: [2] }));
    rollout.assess();
    rollout.finish('ex1', 'failed');
    rollout.taken('ex2');
    expect(rollout.host('ex2').outcome).toBe('not-started');
    expect(rollout.state().result).toBe('stopped-by-budget');
  });

  test('the error of a host that is retried counts no more', () => {
    const changes = { serial: ['100%'] as const, maxErrors: 1, maxConsecutiveErrors: 1 };
    const rollout = scenario(planOf(3, changes));
    rollout.assess();
    rollout.finish('ex1', 'failed');
    rollout.ask('retry', 'ex1');
    rollout.finish('ex2', 'failed');
    expect(rollout.state().stopping).toBeNull();
    expect(statusOf(rollout.state(), staticInput, 0).budget).toMatchObject({
      errors: 1,
      consecutiveErrors: 1,
    });
    rollout.finish('ex1', 'failed');
    expect(rollout.state().stopping).not.toBeNull();
  });

  test('unreachable in the assessment is no error', () => {
    const rollout = scenario(planOf(3, { serial: [1] }));
    rollout.assess({ ex1: { state: null } });
    rollout.finish('ex2');
    rollout.answer({ ex1: { state: null } });
    rollout.finish('ex3');
    expect(rollout.outcomes()).toEqual({ ex1: 'unreachable', ex2: 'fixed', ex3: 'fixed' });
    expect(rollout.state().result).toBe('completed');
  });

  test('every decision names the rule, its numbers and the answer (rule 12)', () => {
    const rollout = scenario(planOf(9, { serial: [3], maxErrors: 3 }));
    rollout.assess();
    rollout.finish('ex1', 'failed');
    rollout.finish('ex2', 'failed');
    expect(rollout.reasons()).toContain('budget: 2 of 3 errors, may start');
  });
});

describe('the words of the budget (rule 13)', () => {
  it.each<{ maxErrors: CountOrPercent; inARow: number | null; of: number | null; words: string }>([
    { maxErrors: 0, inARow: null, of: 9, words: 'stops at the 1st failure' },
    { maxErrors: 1, inARow: null, of: 9, words: 'stops at the 2nd failure' },
    { maxErrors: 2, inARow: null, of: 9, words: 'stops at the 3rd failure' },
    { maxErrors: 3, inARow: null, of: 9, words: 'stops at the 4th failure' },
    { maxErrors: 10, inARow: null, of: 99, words: 'stops at the 11th failure' },
    { maxErrors: 11, inARow: null, of: 99, words: 'stops at the 12th failure' },
    { maxErrors: 12, inARow: null, of: 99, words: 'stops at the 13th failure' },
    { maxErrors: 20, inARow: null, of: 99, words: 'stops at the 21st failure' },
    { maxErrors: 110, inARow: null, of: 999, words: 'stops at the 111th failure' },
    { maxErrors: 3, inARow: 2, of: 9, words: 'stops at the 4th failure, or at the 3rd in a row' },
    { maxErrors: '20%', inARow: null, of: 19, words: 'stops at the 4th failure' },
    { maxErrors: 3, inARow: null, of: null, words: 'stops at the 4th failure' },
    {
      maxErrors: '20%',
      inARow: 0,
      of: null,
      words:
        'stops when more than 20% of the hosts to be changed have failed, or at the 1st in a row',
    },
  ])('$maxErrors and $inARow in a row, of $of: "$words"', ({ maxErrors, inARow, of, words }) => {
    expect(budgetWords({ maxErrors, maxConsecutiveErrors: inARow }, of)).toBe(words);
  });

  test('the words of the status have the number of hosts to be changed', () => {
    const rollout = scenario(planOf(names(10), { maxErrors: '20%' }));
    expect(statusOf(rollout.state(), staticInput, 0).budget.maxErrors).toBeNull();
    rollout.assess({ ex1: { state: 'not-affected' } });
    const { budget, toBeChanged } = statusOf(rollout.state(), staticInput, 0);
    expect(toBeChanged).toBe(9);
    expect(budget).toEqual({
      maxErrors: 1,
      errors: 0,
      maxConsecutiveErrors: null,
      consecutiveErrors: 0,
      words: 'stops at the 2nd failure',
    });
  });
});
