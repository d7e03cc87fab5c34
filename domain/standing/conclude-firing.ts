import type { Outcome } from '../../contracts/outcome';
import { outcomes } from '../../contracts/outcome';
import { type Reason, reason } from '../../contracts/reason';
import type { RolloutStatus } from '../../contracts/rollout';

export interface FiringConclusion {
  /** Whether the schedule is to be paused: no further window is to open before a person has looked. */
  readonly pauses: boolean;
  readonly reason: Reason;
}

/** What a firing's rollout came to. Whatever stopped it before its end would stop, or harm, in the next window too. */
export function concludeFiring({
  rolloutId,
  result,
  reason: why,
  hosts,
}: Pick<RolloutStatus, 'rolloutId' | 'result' | 'reason' | 'hosts'>): FiringConclusion {
  const counts = countsOf(hosts.map(({ outcome }) => outcome));
  const pauses = result !== 'completed';
  const words = counts === '' ? '' : ` (${counts})`;
  const message = pauses
    ? `rollout ${rolloutId} ended ${result ?? 'without a result'}: ${why.message}${words}`
    : `rollout ${rolloutId} is done${words}`;
  return { pauses, reason: reason(result ?? 'no-result', message) };
}

/** `3 fixed, 1 not-started` */
const countsOf = (ended: readonly (Outcome | null)[]): string =>
  outcomes
    .map((outcome) => ({ outcome, count: ended.filter((one) => one === outcome).length }))
    .filter(({ count }) => count > 0)
    .map(({ outcome, count }) => `${count} ${outcome}`)
    .join(', ');
