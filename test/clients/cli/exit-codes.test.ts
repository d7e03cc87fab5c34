import { exitCodeOfAssessment, exitCodeOfRollout } from '../../../clients/cli/exit-codes';
import type { AffectedState, Outcome, RolloutResult } from '../../../contracts/outcome';
import { outcomes } from '../../../contracts/outcome';
import type { RolloutAction } from '../../../contracts/plan';

describe('the exit code of a rollout', () => {
  const good = ['fixed', 'not-affected', 'already-fixed', 'not-applicable', 'skipped'] as const;

  it.each(outcomes.map((outcome) => ({ outcome })))(
    'is 0 for $outcome only if nothing is left to do there',
    ({ outcome }) => {
      const expected = (good as readonly Outcome[]).includes(outcome) ? 0 : 3;
      expect(exitCodeOfRollout('completed', ['fixed', outcome])).toBe(expected);
    },
  );

  it.each<{ action: RolloutAction; mitigated: number; rolledBack: number }>([
    { action: 'fix', mitigated: 3, rolledBack: 3 },
    { action: 'mitigate', mitigated: 0, rolledBack: 3 },
    { action: 'rollback', mitigated: 3, rolledBack: 0 },
  ])('of a $action is $mitigated for mitigated and $rolledBack for rolled-back', (given) => {
    const { action, mitigated, rolledBack } = given;
    expect(exitCodeOfRollout('completed', ['mitigated', 'skipped'], action)).toBe(mitigated);
    expect(exitCodeOfRollout('completed', ['rolled-back', 'skipped'], action)).toBe(rolledBack);
    expect(exitCodeOfRollout('completed', ['failed'], action)).toBe(3);
    expect(exitCodeOfRollout('aborted', ['mitigated', 'rolled-back'], action)).toBe(4);
  });

  it.each<{ result: RolloutResult | null; ends: (Outcome | null)[]; code: number; why: string }>([
    { result: 'completed', ends: [...good], code: 0, why: 'all good outcomes together' },
    { result: 'stopped-by-budget', ends: ['fixed'], code: 4, why: 'the budget stopped it' },
    { result: 'aborted', ends: ['fixed'], code: 4, why: 'a person stopped it' },
    { result: 'stopped-by-budget', ends: ['failed'], code: 4, why: '4 wins over 3' },
    { result: 'stopped-by-gate', ends: ['fixed'], code: 4, why: 'a gate stopped it' },
    { result: 'rejected', ends: ['not-started'], code: 4, why: 'a person denied it' },
    { result: 'expired', ends: [null], code: 4, why: 'it was not approved in time' },
    { result: null, ends: ['fixed', null], code: 3, why: 'a host is still under way' },
  ])('is $code when $why', ({ result, ends, code }) => {
    expect(exitCodeOfRollout(result, ends)).toBe(code);
  });
});

describe('the exit code of an assessment', () => {
  it.each<{ states: (AffectedState | null)[]; code: number }>([
    { states: ['not-affected', 'already-fixed', 'not-applicable'], code: 0 },
    { states: ['not-affected', 'affected'], code: 3 },
    { states: ['suspect'], code: 3 },
    { states: ['unknown'], code: 3 },
    { states: ['not-affected', null], code: 3 },
  ])('is $code for $states', ({ states, code }) => {
    expect(exitCodeOfAssessment(states)).toBe(code);
  });
});
