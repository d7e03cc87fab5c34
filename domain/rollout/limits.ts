import type { RolloutPolicy } from '../../contracts/plan';
import type { RolloutState } from './state';

/** The plan's policy with the limits that a person changed since. */
export const policyOf = ({
  plan,
  control,
}: Pick<RolloutState, 'plan' | 'control'>): RolloutPolicy =>
  control === undefined ? plan.policy : { ...plan.policy, ...control.steered };
