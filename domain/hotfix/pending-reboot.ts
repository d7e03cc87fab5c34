import type { HostFacts, PackageState } from '../../contracts/facts';
import type { RolloutAction } from '../../contracts/plan';
import { type Reason, reason } from '../../contracts/reason';

/**
 * Why nothing may be changed before the host was rebooted or left alone; null when nothing stands against it. A reboot
 * that only the hotfix itself waits for is what the rollout is about to do and does not count.
 */
export function pendingRebootPolicy(facts: HostFacts): Reason | null {
  const pending = facts.pendingReboot;
  if (pending.known && pending.value.servicingInProgress >= 2) {
    const { servicingInProgress } = pending.value;
    return reason('servicing-busy', 'Servicing works on something else; wait for it to end.', {
      servicingInProgress,
    });
  }
  return pendingReboot(facts);
}

/** The part of it that a reboot ends; that servicing is at work right now is not. */
export function pendingReboot(facts: HostFacts, action: RolloutAction = 'fix'): Reason | null {
  const pending = facts.pendingReboot;
  if (!pending.known) {
    const message = `Whether a reboot is pending is not known: ${pending.why}.`;
    return reason('pending-reboot-unknown', message);
  }
  if (facts.package.known && isOwn(facts.package.value.state, action)) return null;
  const { servicing, windowsUpdate, servicingInProgress } = pending.value;
  if (servicing || servicingInProgress === 1) {
    const message = 'A reboot is pending for other packages; reboot the host first.';
    return reason('reboot-pending-servicing', message, { servicing, servicingInProgress });
  }
  if (windowsUpdate) {
    const message = 'A reboot is pending for Windows Update; reboot the host first.';
    return reason('reboot-pending-windows-update', message, { windowsUpdate });
  }
  return null;
}

/** What the hotfix's own package waits for, and the change goes on from; a removal that is to be undone is in its way. */
const isOwn = (state: PackageState, action: RolloutAction): boolean =>
  state === 'install-pending' || (state === 'uninstall-pending' && action === 'rollback');

/** Files that wait to be renamed are left behind by scanners and printers too: worth a word, not a stop. */
export function pendingRebootWarning(facts: HostFacts): Reason | null {
  return facts.pendingReboot.known && facts.pendingReboot.value.fileRename
    ? reason('file-rename-pending', 'Files wait for a reboot to be renamed.')
    : null;
}
