import { keyOf, parentOf } from './paths';

/** Files and folders every machine has from its installation on: one table for all machines of a lab. */
export interface BaseEntry {
  readonly path: string;
  readonly kind: 'file' | 'folder';
  readonly size: number;
}

const folders = [
  'C:\\',
  'C:\\inetpub',
  'C:\\Program Files',
  'C:\\Program Files (x86)',
  'C:\\ProgramData',
  'C:\\Users',
  'C:\\Users\\Administrator',
  'C:\\Users\\Administrator\\AppData',
  'C:\\Users\\Administrator\\AppData\\Local',
  'C:\\Users\\Administrator\\AppData\\Local\\Temp',
  'C:\\Users\\Public',
  'C:\\Windows',
  'C:\\Windows\\Logs',
  'C:\\Windows\\Logs\\CBS',
  'C:\\Windows\\Logs\\DISM',
  'C:\\Windows\\servicing',
  'C:\\Windows\\servicing\\Packages',
  'C:\\Windows\\SoftwareDistribution',
  'C:\\Windows\\System32',
  'C:\\Windows\\System32\\config',
  'C:\\Windows\\System32\\drivers',
  'C:\\Windows\\System32\\drivers\\etc',
  'C:\\Windows\\System32\\Tasks',
  'C:\\Windows\\System32\\wbem',
  'C:\\Windows\\System32\\winevt',
  'C:\\Windows\\System32\\winevt\\Logs',
  'C:\\Windows\\SysWOW64',
  'C:\\Windows\\Temp',
];

const files = [
  ['C:\\Windows\\explorer.exe', 2_871_808],
  ['C:\\Windows\\notepad.exe', 193_536],
  ['C:\\Windows\\System32\\appidapi.dll', 58_880],
  ['C:\\Windows\\System32\\drivers\\etc\\hosts', 824],
  ['C:\\Windows\\System32\\drivers\\srv.sys', 467_456],
  ['C:\\Windows\\System32\\kernel32.dll', 1_163_264],
  ['C:\\Windows\\System32\\ntdll.dll', 1_731_920],
  ['C:\\Windows\\System32\\ntoskrnl.exe', 5_563_776],
  ['C:\\Windows\\SysWOW64\\Appidapi.dll', 50_688],
] as const;

const webServerFolders = [
  'C:\\inetpub\\logs',
  'C:\\inetpub\\wwwroot',
  'C:\\Windows\\System32\\inetsrv',
];
const exchangeFolders = [
  'C:\\Program Files\\Microsoft',
  'C:\\Program Files\\Microsoft\\Exchange Server',
  'C:\\Program Files\\Microsoft\\Exchange Server\\V14',
  'C:\\Program Files\\Microsoft\\Exchange Server\\V14\\bin',
  'C:\\Program Files\\Microsoft\\Exchange Server\\V14\\Scripts',
];

export interface BaseImage {
  get(path: string): BaseEntry | undefined;
  childrenOf(path: string): readonly BaseEntry[];
}

const images = new Map<boolean, BaseImage>();

/** @param programs full paths of the programs the machine has; the same list for all machines with the same roles */
export function baseImage(hasExchange: boolean, programs: readonly string[]): BaseImage {
  const known = images.get(hasExchange);
  if (known !== undefined) return known;
  const entries: BaseEntry[] = [
    ...[...folders, ...(hasExchange ? [...webServerFolders, ...exchangeFolders] : [])].map(
      (path) => ({ path, kind: 'folder' as const, size: 0 }),
    ),
    ...files.map(([path, size]) => ({ path, kind: 'file' as const, size })),
    ...programs.map((path) => ({ path, kind: 'file' as const, size: 65_536 })),
  ];
  const image = indexEntries(entries);
  images.set(hasExchange, image);
  return image;
}

function indexEntries(entries: readonly BaseEntry[]): BaseImage {
  const byPath = new Map(entries.map((entry) => [keyOf(entry.path), entry]));
  const children = new Map<string, BaseEntry[]>();
  for (const entry of byPath.values()) {
    const parent = keyOf(parentOf(entry.path));
    if (parent === keyOf(entry.path)) continue;
    children.set(parent, [...(children.get(parent) ?? []), entry]);
  }
  return {
    get: (path) => byPath.get(keyOf(path)),
    childrenOf: (path) => children.get(keyOf(path)) ?? [],
  };
}
