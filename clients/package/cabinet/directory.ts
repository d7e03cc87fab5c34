import { BadPackage } from '../bad-package';
import type { ByteSource } from '../byte-source';
import {
  type CabinetDirectory,
  type CabinetFolder,
  type CabinetMember,
  fileBytes,
  folderBytes,
  frameBytes,
  headerBytes,
  headerFlags,
  utf8Name,
} from './layout';

/** [MS-CAB] 2.3: a name has at most 255 bytes before its NUL. */
const maxNameBytes = 256;

/**
 * What is in a cabinet and where; nothing is unpacked.
 *
 * @throws BadPackage when it is none, is cut, or is one volume of several
 */
export async function readDirectory(source: ByteSource): Promise<CabinetDirectory> {
  if (source.size < headerBytes) throw notACabinet();
  const header = await source.read(0, headerBytes);
  if (header.toString('latin1', 0, 4) !== 'MSCF') throw notACabinet();
  if (header.readUInt8(25) !== 1) throw new BadPackage('its cabinet is of an unknown version');
  const size = header.readUInt32LE(8);
  if (size > source.size) {
    throw new BadPackage(
      `it is cut short: it has ${source.size} bytes of the ${size} it should have`,
    );
  }
  const reserve = await readReserve(source, header.readUInt16LE(30));
  const folders = await readFolders(source, header.readUInt16LE(26), reserve);
  const members = await readMembers(source, header, folders);
  return { folders, members, dataReserve: reserve.data };
}

const notACabinet = (): BadPackage =>
  new BadPackage(
    'it is no cabinet: it does not begin with MSCF',
    'name the .msu or .cab file, or the self-extracting .exe, that Microsoft supplied',
  );

interface Reserve {
  /** Where the folders begin. */
  readonly foldersAt: number;
  readonly folder: number;
  readonly data: number;
}

/** Reserved areas are for those who signed the cabinet: they are passed over. */
async function readReserve(source: ByteSource, flags: number): Promise<Reserve> {
  if ((flags & (headerFlags.previous | headerFlags.next)) !== 0) throw oneOfSeveral();
  if ((flags & headerFlags.reserve) === 0) return { foldersAt: headerBytes, folder: 0, data: 0 };
  const sizes = await source.read(headerBytes, 4);
  return {
    foldersAt: headerBytes + 4 + sizes.readUInt16LE(0),
    folder: sizes.readUInt8(2),
    data: sizes.readUInt8(3),
  };
}

export const oneOfSeveral = (): BadPackage =>
  new BadPackage('its cabinet is one volume of several', 'use a package that is one file');

async function readFolders(
  source: ByteSource,
  count: number,
  { foldersAt, folder: reserved }: Reserve,
): Promise<readonly CabinetFolder[]> {
  const each = folderBytes + reserved;
  const bytes = await source.read(foldersAt, count * each);
  return Array.from({ length: count }, (_, index) => ({
    at: bytes.readUInt32LE(index * each),
    blocks: bytes.readUInt16LE(index * each + 4),
    compression: bytes.readUInt16LE(index * each + 6),
  }));
}

async function readMembers(
  source: ByteSource,
  header: Buffer,
  folders: readonly CabinetFolder[],
): Promise<readonly CabinetMember[]> {
  const begin = header.readUInt32LE(16);
  const count = header.readUInt16LE(28);
  const most = Math.min(source.size - begin, count * (fileBytes + maxNameBytes));
  const bytes = await source.read(begin, Math.max(0, most));
  const members: CabinetMember[] = [];
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    const nameAt = at + fileBytes;
    const end = bytes.indexOf(0, nameAt);
    if (end < nameAt || end - nameAt >= maxNameBytes) {
      throw new BadPackage('its cabinet is damaged: its list of files does not end');
    }
    members.push(readMember(bytes.subarray(at, end), folders));
    at = end + 1;
  }
  return members;
}

function readMember(entry: Buffer, folders: readonly CabinetFolder[]): CabinetMember {
  const index = entry.readUInt16LE(8);
  // [MS-CAB] 2.3: 0xFFFD to 0xFFFF are files that another volume begins or ends.
  if (index >= 0xfffd) throw oneOfSeveral();
  const encoding = (entry.readUInt16LE(14) & utf8Name) === 0 ? 'latin1' : 'utf8';
  const name = entry.toString(encoding, fileBytes);
  const size = entry.readUInt32LE(0);
  const offset = entry.readUInt32LE(4);
  const folder = folders[index];
  if (folder === undefined || offset + size > folder.blocks * frameBytes) {
    throw new BadPackage(`its cabinet is damaged: ${shown(name)} reaches over what holds it`);
  }
  return { name, size, folder, offset };
}

/** A name from a file nobody vouches for, as it may be printed. */
export const shown = (name: string): string => JSON.stringify(name.slice(0, 100));
