import { linesOf } from './decode';
import { quoteArgument } from './quoting';

export interface RegistryValue {
  readonly name: string;
  readonly type: string;
  readonly text: string;
}

/** Key one level up; null for a hive. */
export function parentKey(key: string): string | null {
  const cut = key.lastIndexOf('\\');
  return cut < 0 ? null : key.slice(0, cut);
}

/** Command that prints the values and the sub-keys of a key. Exit code 1 is both "no such key" and "not allowed". */
export function queryKey(key: string): string {
  return `reg query ${quoteArgument(key)} 2>&1`;
}

/** Values in what `reg query` printed: four blanks, name, four blanks, type, four blanks, text. */
export function parseRegistryValues(text: string): RegistryValue[] {
  return linesOf(text).flatMap((line) => {
    const match = /^ {4}(.+?) {4}(REG_[A-Z_]+)(?: {4}(.*))?$/.exec(line);
    if (match === null) return [];
    const [, name = '', type = '', value = ''] = match;
    return [{ name, type, text: value }];
  });
}

/** Number of a REG_DWORD or REG_QWORD; null for any other value. */
export function registryNumber(value: RegistryValue): number | null {
  if (!/^REG_[DQ]WORD$/.test(value.type) || !/^0x[0-9a-f]{1,13}$/i.test(value.text)) return null;
  return Number(value.text);
}

/** Hives by the name that definitions write, as reg prints them. */
const hives: { readonly [short: string]: string } = {
  hklm: 'hkey_local_machine',
  hkcr: 'hkey_classes_root',
  hku: 'hkey_users',
  hkcc: 'hkey_current_config',
};

/** A key as reg prints it, in lower case: names are compared without case. */
export function fullKey(key: string): string {
  const [hive = '', ...rest] = key.toLowerCase().split('\\');
  return [hives[hive] ?? hive, ...rest].join('\\');
}

/** Keys above one, nearest first, without the hive itself, which can always be read. */
export function keysAbove(key: string): readonly string[] {
  const above = parentKey(key);
  return above === null || !above.includes('\\') ? [] : [above, ...keysAbove(above)];
}

/** Whether `reg query` of a key listed this sub-key; names are compared as Windows does, without case. */
export function hasSubKey(text: string, name: string): boolean {
  const ending = `\\${name.toLowerCase()}`;
  return linesOf(text).some(
    (line) => /^HKEY_/i.test(line) && line.trim().toLowerCase().endsWith(ending),
  );
}
