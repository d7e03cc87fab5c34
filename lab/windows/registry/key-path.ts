const hives: Readonly<Record<string, string>> = {
  hklm: 'HKEY_LOCAL_MACHINE',
  hkcu: 'HKEY_CURRENT_USER',
  hkcr: 'HKEY_CLASSES_ROOT',
  hku: 'HKEY_USERS',
  hkcc: 'HKEY_CURRENT_CONFIG',
};

export const hiveNames: readonly string[] = Object.values(hives);

/** Full name of a key as typed, e.g. `HKLM\Software`; null when it begins with no hive. */
export function fullKeyPath(typed: string): string | null {
  const text = typed.replace(/\\+$/, '');
  const [first = '', ...rest] = text.split('\\');
  const hive =
    hives[first.toLowerCase()] ??
    hiveNames.find((name) => name.toLowerCase() === first.toLowerCase());
  return hive === undefined ? null : [hive, ...rest].join('\\');
}
