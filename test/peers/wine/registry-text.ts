import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A key with its values as they are written into Wine's registry files. */
export interface RegistryKey {
  /** Below HKEY_LOCAL_MACHINE or HKEY_CURRENT_USER. */
  readonly path: string;
  readonly values?: { readonly [name: string]: number | string | readonly string[] };
}

const quoted = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', String.raw`\"`)}"`;

function valueText(value: number | string | readonly string[]): string {
  if (typeof value === 'number') return `dword:${value.toString(16).padStart(8, '0')}`;
  if (typeof value === 'string') return quoted(value);
  // REG_MULTI_SZ, each text with its end.
  return `str(7):"${value.map((text) => String.raw`${text}\0`).join('')}"`;
}

/** While no wineserver runs: it reads the files when it starts, and a key that comes twice is merged. */
export async function addKeys(
  prefix: string,
  file: 'system.reg' | 'user.reg',
  keys: readonly RegistryKey[],
): Promise<void> {
  const text = keys.map(({ path, values = {} }) =>
    [
      '',
      `[${path.replaceAll('\\', '\\\\')}] 1`,
      ...Object.entries(values).map(([name, value]) => `${quoted(name)}=${valueText(value)}`),
      '',
    ].join('\n'),
  );
  await appendFile(join(prefix, file), text.join(''));
}

export interface WineService {
  readonly name: string;
  readonly dependsOn?: readonly string[];
  /** @default auto */
  readonly start?: 'auto' | 'manual';
}

/** A service of Wine's own service manager, whose program is the bridge. */
export const serviceKey = ({ name, dependsOn = [], start = 'auto' }: WineService): RegistryKey => ({
  path: `System\\CurrentControlSet\\Services\\${name}`,
  values: {
    DisplayName: name,
    ErrorControl: 1,
    ImagePath: `C:\\windows\\bridge.exe service ${name}`,
    ObjectName: 'LocalSystem',
    Start: start === 'auto' ? 2 : 3,
    Type: 0x10,
    ...(dependsOn.length === 0 ? {} : { DependOnService: dependsOn }),
  },
});
