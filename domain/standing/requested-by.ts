import type { StandingPlan } from '../../contracts/standing';
import { approvalsThatCount } from './approving';

/** As much as a rollout keeps of a name. */
const longest = 200;

/** Who stands behind a rollout that no person started, as its status and report show it. */
export function requestedByWords(plan: StandingPlan): string {
  const names = approvalsThatCount(plan).map(({ by }) => by.name);
  const words = `standing ${plan.name}, requested by ${plan.requester.name}, approved by ${names.join(', ')}`;
  return words.length <= longest ? words : `${words.slice(0, longest - 1)}…`;
}
