import type { PendingReboot } from '../../../contracts/facts';
import type { Answer } from '../../../contracts/reason';
import { known, unknown } from '../../../contracts/reason';
import type { Wmi, WmiOptions } from '../../wmi';
import { servicingKey, sessionManagerKey, windowsUpdateKey } from '../pending-reboot';
import { createWmiRegistry } from './registry';

export async function pendingRebootByWmi(
  wmi: Wmi,
  options: WmiOptions,
): Promise<Answer<PendingReboot>> {
  const registry = createWmiRegistry(wmi, options);
  const servicing = await registry.subKeys(servicingKey);
  const progress = await registry.dword(`${servicingKey}\\Interface`, 'ServicingInProgress');
  const update = await registry.subKeys(`${windowsUpdateKey}\\Auto Update`);
  const renames = await registry.multiString(sessionManagerKey, 'PendingFileRenameOperations');
  // No Component Based Servicing at all is no Windows that has it: the key is always there.
  if (!servicing.known || servicing.value === null || !progress.known) {
    return unknown('the registry keys of servicing could not be read');
  }
  if (!update.known) return unknown('the registry keys of Windows Update could not be read');
  if (!renames.known) return unknown('the registry key of the session manager could not be read');
  return known({
    servicing: has(servicing.value, 'RebootPending'),
    windowsUpdate: has(update.value ?? [], 'RebootRequired'),
    fileRename: (renames.value ?? []).some((name) => name !== ''),
    servicingInProgress: progress.value ?? 0,
  });
}

const has = (names: readonly string[], name: string): boolean =>
  names.some((one) => one.toLowerCase() === name.toLowerCase());
