import type { PendingReboot } from '../../contracts/facts';
import type { Answer } from '../../contracts/reason';
import { known, unknown } from '../../contracts/reason';
import type { Question, Sections } from './composite';
import { hasSubKey, parseRegistryValues, queryKey, registryNumber } from './registry';

const currentVersion = 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion';
export const servicingKey = `${currentVersion}\\Component Based Servicing`;
export const windowsUpdateKey = `${currentVersion}\\WindowsUpdate`;
export const sessionManagerKey = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager';

/** Asks the parents: reg ends with 1 both for a key that is not there and for one that may not be read. */
export const servicingQuestions: readonly Question[] = [
  { name: 'servicing', command: queryKey(servicingKey) },
  { name: 'servicing-interface', command: queryKey(`${servicingKey}\\Interface`) },
];

export const pendingRebootQuestions: readonly Question[] = [
  ...servicingQuestions,
  { name: 'windows-update', command: queryKey(windowsUpdateKey) },
  { name: 'auto-update', command: queryKey(`${windowsUpdateKey}\\Auto Update`) },
  { name: 'session-manager', command: queryKey(sessionManagerKey) },
];

/**
 * Value ServicingInProgress: 0 idle, 1 pending, 2 working; missing is 0, for it may not exist on 2008 R2. Null when
 * the registry could not be read.
 */
export function servicingInProgressOf(sections: Sections): number | null {
  const parent = sections.of('servicing');
  const own = sections.of('servicing-interface');
  if (!own.succeeded) {
    return parent.succeeded && own.ended && !hasSubKey(parent.text, 'Interface') ? 0 : null;
  }
  const value = parseRegistryValues(own.text).find(({ name }) => name === 'ServicingInProgress');
  return value === undefined ? 0 : registryNumber(value);
}

export function pendingRebootOf(sections: Sections): Answer<PendingReboot> {
  const parent = sections.of('servicing');
  const manager = sections.of('session-manager');
  const servicingInProgress = servicingInProgressOf(sections);
  const rebootRequired = updateRebootRequired(sections);
  if (!parent.succeeded || servicingInProgress === null) {
    return unknown('the registry keys of servicing could not be read');
  }
  if (rebootRequired === null) {
    return unknown('the registry keys of Windows Update could not be read');
  }
  if (!manager.succeeded)
    return unknown('the registry key of the session manager could not be read');
  return known({
    servicing: hasSubKey(parent.text, 'RebootPending'),
    windowsUpdate: rebootRequired,
    fileRename: parseRegistryValues(manager.text).some(
      ({ name, text }) => name === 'PendingFileRenameOperations' && text !== '',
    ),
    servicingInProgress,
  });
}

function updateRebootRequired(sections: Sections): boolean | null {
  const own = sections.of('auto-update');
  if (own.succeeded) return hasSubKey(own.text, 'RebootRequired');
  const parent = sections.of('windows-update');
  return own.ended && parent.succeeded && !hasSubKey(parent.text, 'Auto Update') ? false : null;
}
