import type { HostPolicy } from '../../contracts/plan';
import { type Reason, reason } from '../../contracts/reason';
import type { ExitCodeJudgement } from '../hotfix';
import type { Trouble } from './host-end';

/** A reboot that the installer asked for itself is found by the step, which then asks for no second one. */
export const isRebootNext = ({ meaning }: ExitCodeJudgement): boolean =>
  meaning === 'done' || meaning === 'reboot-needed' || meaning === 'rebooting';

/** A reboot that follows from a change by servicing, or the trouble that the plan allows none any more. */
export function rebootIfLeft<T extends { readonly next: 'reboot'; readonly reason: Reason }>(
  decided: T,
  reboots: number,
  { reboot: { maxReboots } }: Pick<HostPolicy, 'reboot'>,
): T | { readonly next: 'give-up'; readonly trouble: Trouble } {
  if (reboots < maxReboots) return decided;
  const message = `${decided.reason.message} The plan allows ${maxReboots} reboots, and ${reboots} were made.`;
  const why = reason('no-reboot-left', message, { maxReboots, reboots });
  return { next: 'give-up', trouble: { cause: 'reboot', reason: why, reachable: true } };
}
