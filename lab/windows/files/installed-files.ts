import type { WindowsFacts } from '../options';

type File = readonly [path: string, size: number];
type Roles = Pick<WindowsFacts, 'exchange' | 'iis' | 'dns'>;

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

const files: readonly File[] = [
  ['C:\\Windows\\explorer.exe', 2_871_808],
  ['C:\\Windows\\notepad.exe', 193_536],
  ['C:\\Windows\\System32\\appidapi.dll', 58_880],
  ['C:\\Windows\\System32\\drivers\\etc\\hosts', 824],
  ['C:\\Windows\\System32\\drivers\\srv.sys', 467_456],
  ['C:\\Windows\\System32\\drivers\\srv2.sys', 410_112],
  ['C:\\Windows\\System32\\drivers\\srvnet.sys', 168_448],
  ['C:\\Windows\\System32\\kernel32.dll', 1_163_264],
  ['C:\\Windows\\System32\\localspl.dll', 966_144],
  ['C:\\Windows\\System32\\ntdll.dll', 1_731_920],
  ['C:\\Windows\\System32\\ntoskrnl.exe', 5_563_776],
  ['C:\\Windows\\System32\\spoolsv.exe', 559_104],
  ['C:\\Windows\\System32\\win32spl.dll', 750_080],
  ['C:\\Windows\\SysWOW64\\Appidapi.dll', 50_688],
];

const dnsFolders = ['C:\\Windows\\System32\\dns'];
const dnsFiles: readonly File[] = [['C:\\Windows\\System32\\dns.exe', 697_856]];

const webServerFolders = [
  'C:\\inetpub\\logs',
  'C:\\inetpub\\wwwroot',
  'C:\\Windows\\System32\\inetsrv',
  'C:\\Windows\\SysWOW64\\inetsrv',
];
const webServerFiles: readonly File[] = ['System32', 'SysWOW64'].flatMap((folder) =>
  ['Hwebcore.dll', 'Iiscore.dll', 'W3dt.dll'].map(
    (name) => [`C:\\Windows\\${folder}\\inetsrv\\${name}`, 267_776] as const,
  ),
);

function exchangeFolders(version: 'V14' | 'V15'): string[] {
  const root = 'C:\\Program Files\\Microsoft\\Exchange Server';
  const own = `${root}\\${version}`;
  return ['C:\\Program Files\\Microsoft', root, own, `${own}\\bin`, `${own}\\Scripts`];
}

export function foldersOf({ exchange, iis, dns }: Roles): readonly string[] {
  return [
    ...folders,
    ...(dns ? dnsFolders : []),
    ...(iis ? webServerFolders : []),
    ...(exchange === null ? [] : exchangeFolders(exchange === '2013' ? 'V15' : 'V14')),
  ];
}

export function filesOf({ iis, dns }: Roles): readonly File[] {
  return [...files, ...(dns ? dnsFiles : []), ...(iis ? webServerFiles : [])];
}
