import type { HostFacts } from '../../contracts/facts';
import type { HostPolicy, RolloutAction } from '../../contracts/plan';
import type { Reason } from '../../contracts/reason';
import { pendingReboot } from '../hotfix/pending-reboot';
import type { HostEnd } from './host-end';
import { endUntouched } from './host-end';

/** Whether somebody else's pending reboot stands before the change. */
export type BeforeInstall =
  | { readonly next: 'go' }
  | { readonly next: 'reboot-first'; readonly reason: Reason }
  | { readonly next: 'end'; readonly end: HostEnd };

/**
 * Servicing that works right now is not looked at: applying waits for it. Without a policy, as plans of earlier releases
 * have none, the installer tells of the pending reboot by its exit code.
 */
export function beforeInstall(
  facts: HostFacts,
  policy: Pick<HostPolicy, 'pendingReboot'>,
  action: RolloutAction = 'fix',
): BeforeInstall {
  if (policy.pendingReboot === undefined) return { next: 'go' };
  const why = pendingReboot(facts, action);
  if (why === null) return { next: 'go' };
  // No host is rebooted on a guess.
  const isKnown = facts.pendingReboot.known;
  if (policy.pendingReboot === 'reboot-first' && isKnown) {
    return { next: 'reboot-first', reason: why };
  }
  return { next: 'end', end: endUntouched(why) };
}
