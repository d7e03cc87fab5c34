import type { Outcome } from '../../contracts/outcome';
import type { RolloutPolicy } from '../../contracts/plan';
import { reason, type Reason } from '../../contracts/reason';
import { amountOf } from './amounts';
import { policyOf } from './limits';
import { isFinal, type HostRecord, type RolloutState } from './state';

export interface Spent {
  readonly errors: number;
  readonly consecutive: number;
}

/** Unless it is what the rollout is there for, or, for `mitigated`, the plan does not count it. */
export const mayBeError = (outcome: Outcome): boolean =>
  outcome === 'failed' ||
  outcome === 'unreachable' ||
  outcome === 'mitigated' ||
  outcome === 'rolled-back';

/**
 * `order` is there only when the host's own workflow ended so, and not as the rollout wants it: unreachable in an
 * assessment is no error.
 */
const isError = (host: HostRecord, policy: RolloutPolicy): boolean =>
  host.order !== undefined &&
  isFinal(host.is) &&
  mayBeError(host.is) &&
  (host.is !== 'mitigated' || policy.countMitigated);

export const spentOf = (state: Pick<RolloutState, 'hosts' | 'plan' | 'lastFixed'>): Spent => {
  let errors = 0;
  let consecutive = 0;
  for (const host of state.hosts) {
    if (!isError(host, state.plan.policy)) continue;
    errors += 1;
    if ((host.order ?? 0) > state.lastFixed) consecutive += 1;
  }
  return { errors, consecutive };
};

export interface BudgetVerdict {
  readonly spent: boolean;
  readonly reason: Reason;
}

/** The same `>` for both: three allowed errors stop the rollout at the fourth. */
export const judgeBudget = (
  state: Pick<RolloutState, 'hosts' | 'plan' | 'lastFixed' | 'toBeChanged' | 'control'>,
): BudgetVerdict => {
  const { errors, consecutive } = spentOf(state);
  const { maxErrors, maxConsecutiveErrors } = policyOf(state);
  const limit = amountOf(maxErrors, state.toBeChanged ?? 0);
  const facts = { errors, maxErrors: limit, consecutive, maxConsecutiveErrors };
  if (errors > limit) {
    const message = `the budget is spent: ${plural(errors, 'error')}, ${limit} allowed`;
    return { spent: true, reason: reason('budget-spent', message, facts) };
  }
  if (maxConsecutiveErrors !== null && consecutive > maxConsecutiveErrors) {
    const message = `the budget is spent: ${plural(consecutive, 'error')} in a row, ${maxConsecutiveErrors} allowed`;
    return { spent: true, reason: reason('budget-spent', message, facts) };
  }
  const message = `budget: ${errors} of ${plural(limit, 'error')}, may start`;
  return { spent: false, reason: reason('budget', message, facts) };
};

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

export const ordinal = (number: number): string => {
  const lastTwo = number % 100;
  if (lastTwo >= 11 && lastTwo <= 13) return `${number}th`;
  return `${number}${{ 1: 'st', 2: 'nd', 3: 'rd' }[number % 10] ?? 'th'}`;
};

/** The budget as a person reads it; null for `toBeChanged` means not assessed yet. */
export const budgetWords = (
  policy: Pick<RolloutPolicy, 'maxErrors' | 'maxConsecutiveErrors'>,
  toBeChanged: number | null,
): string => {
  const { maxErrors, maxConsecutiveErrors } = policy;
  const first =
    toBeChanged === null && typeof maxErrors !== 'number'
      ? `stops when more than ${maxErrors} of the hosts to be changed have failed`
      : `stops at the ${ordinal(amountOf(maxErrors, toBeChanged ?? 0) + 1)} failure`;
  return maxConsecutiveErrors === null
    ? first
    : `${first}, or at the ${ordinal(maxConsecutiveErrors + 1)} in a row`;
};
