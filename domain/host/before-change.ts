import type { BootIdentity } from '../../contracts/facts';
import { reason } from '../../contracts/reason';
import type { CheckResult, HostWorkflowInput } from '../../contracts/steps';
import { needsChange } from '../hotfix';
import type { HostEnd } from './host-end';
import { endUntouched } from './host-end';

/** Whether the check lets the change begin; if not, how the host ends. */
export type BeforeChange =
  | { readonly change: true; readonly boot: BootIdentity }
  | { readonly change: false; readonly end: HostEnd };

const noBoot: BootIdentity = { recordId: null, lastBootUpTime: null };

/**
 * Looked at again right before the change, since the assessment may be days old. Pending reboots of somebody else are
 * another question (`beforeInstall`), and what runs already is watched in place of a second start.
 */
export function beforeChange(
  { verdict, facts }: CheckResult,
  input: Pick<HostWorkflowInput, 'scope' | 'treatAsAffected' | 'hotfix' | 'action'>,
): BeforeChange {
  const found = facts.package.known ? facts.package.value.state : null;
  const decided = needsChange(verdict, { ...input, package: found });
  if (!decided.change) {
    const { outcome, reason: why } = decided;
    return { change: false, end: { outcome, reason: why, available: true } };
  }
  if (facts.boot.known) return { change: true, boot: facts.boot.value };
  if (input.hotfix.install.reboot === 'none' || input.action === 'mitigate')
    return { change: true, boot: noBoot };
  // Without it nobody could tell whether the host has rebooted, and a second reboot would be asked for.
  const message = `Which boot the host is in could not be told: ${facts.boot.why}. Nothing was changed.`;
  return { change: false, end: endUntouched(reason('boot-unknown', message)) };
}
