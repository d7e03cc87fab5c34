import type { WindowsFacts } from '../options';
import { fullKeyPath } from './key-path';
import type { RegistryValue } from './registry';

type Entry = readonly [path: string, values: readonly RegistryValue[]];
type Data = number | string | readonly string[];

/** What the installation left, changed by what a scenario says of it. */
export function withScenario(
  installed: readonly Entry[],
  scenario: WindowsFacts['registry'],
): readonly Entry[] {
  let entries = installed;
  for (const [typed, values] of Object.entries(scenario)) {
    const path = fullKeyPath(typed) ?? typed;
    entries =
      values === null
        ? entries.filter(([one]) => !isAtOrBelow(one, path))
        : [...entries.map((entry) => without(entry, path, Object.keys(values))), own(path, values)];
  }
  return entries;
}

function isAtOrBelow(path: string, key: string): boolean {
  return `${path}\\`.toLowerCase().startsWith(`${key}\\`.toLowerCase());
}

function without([path, values]: Entry, key: string, names: readonly string[]): Entry {
  if (path.toLowerCase() !== key.toLowerCase()) return [path, values];
  const gone = new Set(names.map((name) => name.toLowerCase()));
  return [path, values.filter(({ name }) => !gone.has(name.toLowerCase()))];
}

function own(path: string, values: { readonly [value: string]: Data | null }): Entry {
  return [
    path,
    Object.entries(values).flatMap(([name, data]) => (data === null ? [] : [valueOf(name, data)])),
  ];
}

function valueOf(name: string, data: Data): RegistryValue {
  if (typeof data === 'number') return { name, type: 'REG_DWORD', data: `0x${data.toString(16)}` };
  if (typeof data === 'string') return { name, type: 'REG_SZ', data };
  return { name, type: 'REG_MULTI_SZ', data: data.join(String.raw`\0`) };
}
