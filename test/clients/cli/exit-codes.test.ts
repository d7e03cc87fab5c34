import { exitCodeOfAssessment, exitCodeOfRollout } from '../../../clients/cli/exit-codes';
import type { AffectedState, Outcome, RolloutResult } from '../../../contracts/outcome';
import { outcomes } from '../../../contracts/outcome';

describe('the exit code of a rollout', () => {
  const good = ['fixed', 'not-affected', 'already-fixed', 'not-applicable', 'skipped'] as const;

  it.each(outcomes.map((outcome) => ({ outcome })))(
    'is 0 for $outcome only if nothing is left to do there',
    ({ outcome }) => {
      const expected = (good as readonly Outcome[]).includes(outcome) ? 0 : 3;
      expect(exitCodeOfRollout('completed', ['fixed', outcome])).toBe(expected);
    },
  );

  it.each<{ result: RolloutResult | null; ends: (Outcome | null)[]; code: number; why: string }>([
    { result: 'completed', ends: [...good], code: 0, why: 'all good outcomes together' },
    { result: 'stopped-by-budget', ends: ['fixed'], code: 4, why: 'the budget stopped it' },
    { result: 'aborted', ends: ['fixed'], code: 4, why: 'a person stopped it' },
    { result: 'stopped-by-budget', ends: ['failed'], code: 4, why: '4 wins over 3' },
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
