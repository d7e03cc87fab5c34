import type { Outcome } from '../../contracts/outcome';
import type { RolloutAction } from '../../contracts/plan';

interface ActionOf {
  readonly plan: { readonly action?: RolloutAction };
}

/** A plan that says nothing is one of an earlier release, or fixes. */
export const actionOf = ({ plan }: ActionOf): RolloutAction => plan.action ?? 'fix';

const successes = {
  fix: 'fixed',
  mitigate: 'mitigated',
  rollback: 'rolled-back',
} as const satisfies Record<RolloutAction, Outcome>;

/** How a host ends when the rollout did to it what it is there for. */
export const successOf = (action: RolloutAction = 'fix'): (typeof successes)[RolloutAction] =>
  successes[action];

export const successIn = (state: ActionOf): Outcome => successOf(actionOf(state));
