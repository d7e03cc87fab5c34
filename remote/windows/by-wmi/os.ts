import type { OsFacts } from '../../../contracts/facts';
import type { Architecture, ProductType } from '../../../contracts/hotfix';
import type { Answer } from '../../../contracts/reason';
import { known, unknown } from '../../../contracts/reason';
import type { Wmi, WmiOptions, WmiRow } from '../../wmi';
import { asVersion } from '../observations/files';

const osShape = {
  Caption: 'string',
  CSName: 'string',
  LocalDateTime: 'datetime',
  ProductType: 'uint32',
  ServicePackMajorVersion: 'uint16',
  SystemDrive: 'string',
  Version: 'string',
  WindowsDirectory: 'string',
} as const;

export interface WmiOs {
  readonly row: WmiRow<typeof osShape>;
  readonly hostTime: Answer<string>;
  /** Win32_Processor.Architecture: 0 x86, 6 Itanium, 9 x64; null when it could not be asked. */
  readonly processor: number | null;
}

export async function askOs(wmi: Wmi, options: WmiOptions): Promise<WmiOs> {
  const columns = Object.keys(osShape).join(', ');
  const [row] = await wmi.wql(`SELECT ${columns} FROM Win32_OperatingSystem`, osShape, options);
  const [cpu] = await wmi.wql(
    'SELECT Architecture FROM Win32_Processor',
    { Architecture: 'uint16' },
    options,
  );
  const time = row?.LocalDateTime ?? null;
  return {
    row: row ?? noRow,
    hostTime: time === null ? unknown('WMI gave no time of the host') : known(time),
    processor: cpu?.Architecture ?? null,
  };
}

const noRow: WmiRow<typeof osShape> = {
  $class: null,
  Caption: null,
  CSName: null,
  LocalDateTime: null,
  ProductType: null,
  ServicePackMajorVersion: null,
  SystemDrive: null,
  Version: null,
  WindowsDirectory: null,
};

const productTypes: ReadonlyMap<number, ProductType> = new Map([
  [1, 'workstation'],
  [2, 'domain-controller'],
  [3, 'server'],
]);

const architectures: ReadonlyMap<number, Architecture> = new Map([
  [0, 'x86'],
  [6, 'ia64'],
  [9, 'x64'],
]);

export function osFactsOf({ row, processor }: WmiOs): Answer<OsFacts> {
  const { Version: version, ServicePackMajorVersion: servicePack } = row;
  const productType = productTypes.get(row.ProductType ?? 0);
  const architecture = architectures.get(processor ?? -1);
  if (version === null || !/^\d+\.\d+\.\d+$/.test(version) || servicePack === null) {
    return unknown('WMI gave no version');
  }
  if (productType === undefined) return unknown('WMI gave no product type');
  if (architecture === undefined) return unknown('the host did not tell its architecture');
  return known({
    version,
    servicePack,
    productType,
    architecture,
    caption: (row.Caption ?? '').trim().slice(0, 200),
    computerName: (row.CSName ?? '').slice(0, 64),
  });
}

export async function freeBytesByWmi(
  wmi: Wmi,
  { row }: WmiOs,
  options: WmiOptions,
): Promise<Answer<number>> {
  const drive = row.SystemDrive ?? '';
  if (!/^[A-Za-z]:$/.test(drive)) return unknown('WMI gave no system drive');
  const [disk] = await wmi.wql(
    `SELECT FreeSpace FROM Win32_LogicalDisk WHERE DeviceID='${drive}'`,
    { FreeSpace: 'uint64' },
    options,
  );
  const free = disk?.FreeSpace ?? null;
  return free === null ? unknown('WMI gave no free space') : known(Number(free));
}

export async function listedAsHotfixByWmi(
  wmi: Wmi,
  id: string,
  options: WmiOptions,
): Promise<boolean> {
  const query = 'SELECT HotFixID FROM Win32_QuickFixEngineering';
  const rows = await wmi.wql(query, { HotFixID: 'string' }, options);
  return rows.some(({ HotFixID }) => HotFixID?.toLowerCase() === id.toLowerCase());
}

/** Null when there is no such file; empty when it has no version. */
export async function fileVersionByWmi(
  wmi: Wmi,
  path: string,
  { row }: WmiOs,
  options: WmiOptions,
): Promise<Answer<string | null>> {
  const full = withFolders(path, row);
  if (full === null) return unknown(`${path} has a variable that WMI does not tell`);
  const [file] = await wmi.wql(
    `SELECT Version FROM CIM_DataFile WHERE Name='${full.replaceAll('\\', '\\\\')}'`,
    { Version: 'string' },
    options,
  );
  return file === undefined ? known(null) : asVersion('WMI', file.Version ?? '');
}

/** The path with the variables of definitions replaced; null when one is left, or it cannot be quoted. */
function withFolders(path: string, { WindowsDirectory, SystemDrive }: WmiOs['row']): string | null {
  const full = path
    .replace(/%(windir|systemroot)%/gi, () => WindowsDirectory ?? '%')
    .replace(/%systemdrive%/gi, () => SystemDrive ?? '%');
  return /[%']/.test(full) ? null : full;
}
