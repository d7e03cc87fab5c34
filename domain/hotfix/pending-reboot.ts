import type { HostFacts } from '../../contracts/facts';
import { type Reason, reason } from '../../contracts/reason';

/**
 * Why nothing may be installed before the host was rebooted or left alone; null when nothing stands against it. A
 * reboot that only the hotfix itself waits for is what the rollout is about to do and does not count.
 */
export function pendingRebootPolicy(facts: HostFacts): Reason | null {
  const pending = facts.pendingReboot;
  if (!pending.known) {
    const message = `Whether a reboot is pending is not known: ${pending.why}.`;
    return reason('pending-reboot-unknown', message);
  }
  const { servicing, windowsUpdate, servicingInProgress } = pending.value;
  if (servicingInProgress >= 2) {
    return reason('servicing-busy', 'Servicing works on something else; wait for it to end.', {
      servicingInProgress,
    });
  }
  const ours = facts.package.known && facts.package.value.state === 'install-pending';
  if (ours) return null;
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

/** Files that wait to be renamed are left behind by scanners and printers too: worth a word, not a stop. */
export function pendingRebootWarning(facts: HostFacts): Reason | null {
  return facts.pendingReboot.known && facts.pendingReboot.value.fileRename
    ? reason('file-rename-pending', 'Files wait for a reboot to be renamed.')
    : null;
}
