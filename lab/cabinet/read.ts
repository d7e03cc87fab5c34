import { inflateRawSync } from 'node:zlib';
import {
  blockChecksum,
  blockBytes,
  compression,
  dataBytes,
  fileBytes,
  flags,
  folderBytes,
  headerBytes,
  signature,
  type CabinetFile,
} from './layout';

/** Why a file is no cabinet that can be read. */
export class BadCabinet extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'BadCabinet';
  }
}

/** Beyond this a package is not what it says: the sum of all files of one cabinet. */
const limitBytes = 2 * 1024 ** 3;

/**
 * Files of a cabinet, uncompressed or MSZIP.
 *
 * @throws BadCabinet when it is none, is cut, fails a checksum, spans volumes, or uses another compression
 */
export function readCabinet(bytes: Buffer): CabinetFile[] {
  try {
    return filesOf(bytes);
  } catch (error) {
    // How a Buffer says that a read went past its end.
    if (isOutOfRange(error)) throw new BadCabinet('the cabinet is cut short');
    throw error;
  }
}

const isOutOfRange = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  (error.code === 'ERR_OUT_OF_RANGE' || error.code === 'ERR_BUFFER_OUT_OF_BOUNDS');

function filesOf(bytes: Buffer): CabinetFile[] {
  if (bytes.length < headerBytes || bytes.readUInt32LE(0) !== signature)
    throw new BadCabinet('it does not begin with MSCF');
  const folders = bytes.readUInt16LE(26);
  const files = bytes.readUInt16LE(28);
  const { at, folderReserve, dataReserve } = afterHeader(bytes);
  const content: Buffer[] = [];
  for (let index = 0; index < folders; index += 1) {
    const folder = at + index * (folderBytes + folderReserve);
    content.push(folderContent(bytes, folder, dataReserve));
  }
  return entries(bytes, files, content);
}

/** Reserved areas are for those who signed the cabinet: real packages have them, and they are passed over. */
function afterHeader(bytes: Buffer): { at: number; folderReserve: number; dataReserve: number } {
  const set = bytes.readUInt16LE(30);
  if ((set & (flags.previous | flags.next)) !== 0)
    throw new BadCabinet('it is one volume of several');
  if ((set & flags.reserve) === 0) return { at: headerBytes, folderReserve: 0, dataReserve: 0 };
  const headerReserve = bytes.readUInt16LE(headerBytes);
  return {
    at: headerBytes + 4 + headerReserve,
    folderReserve: bytes.readUInt8(headerBytes + 2),
    dataReserve: bytes.readUInt8(headerBytes + 3),
  };
}

function folderContent(bytes: Buffer, folder: number, reserve: number): Buffer {
  const blocks = bytes.readUInt16LE(folder + 4);
  const kind = bytes.readUInt16LE(folder + 6) & 0x0f;
  if (kind !== compression.none && kind !== compression.mszip)
    throw new BadCabinet(`its compression ${kind} is neither none nor MSZIP`);
  const parts: Buffer[] = [];
  let at = bytes.readUInt32LE(folder);
  let history: Buffer = Buffer.alloc(0);
  for (let block = 0; block < blocks; block += 1) {
    const storedBytes = bytes.readUInt16LE(at + 4);
    const plainBytes = bytes.readUInt16LE(at + 6);
    const from = at + dataBytes + reserve;
    if (from + storedBytes > bytes.length) throw new BadCabinet('the cabinet is cut short');
    const stored = bytes.subarray(from, from + storedBytes);
    verify(bytes.readUInt32LE(at), stored, plainBytes, block);
    history = kind === compression.none ? stored : inflate(stored, history, block);
    if (history.length !== plainBytes) throw new BadCabinet(`block ${block} has a wrong size`);
    parts.push(history);
    at = from + storedBytes;
  }
  return Buffer.concat(parts);
}

function verify(expected: number, stored: Buffer, plainBytes: number, block: number): void {
  // 0 means that its maker wrote none.
  if (expected !== 0 && blockChecksum(stored, plainBytes) !== expected)
    throw new BadCabinet(`block ${block} fails its checksum`);
}

/** MSZIP: 'CK' and one deflate stream per block, each with the block before it as its dictionary. */
function inflate(stored: Buffer, history: Buffer, block: number): Buffer {
  if (stored.subarray(0, 2).toString('latin1') !== 'CK')
    throw new BadCabinet(`block ${block} is not MSZIP`);
  try {
    const options = { maxOutputLength: blockBytes };
    return inflateRawSync(
      stored.subarray(2),
      history.length === 0 ? options : { ...options, dictionary: history },
    );
  } catch {
    throw new BadCabinet(`block ${block} cannot be inflated`);
  }
}

function entries(bytes: Buffer, count: number, content: readonly Buffer[]): CabinetFile[] {
  const files: CabinetFile[] = [];
  let at = bytes.readUInt32LE(16);
  let total = 0;
  for (let index = 0; index < count; index += 1) {
    const size = bytes.readUInt32LE(at);
    const offset = bytes.readUInt32LE(at + 4);
    const folder = content[bytes.readUInt16LE(at + 8)];
    const end = bytes.indexOf(0, at + fileBytes);
    if (end < 0) throw new BadCabinet('the cabinet is cut short');
    const name = bytes.toString('utf8', at + fileBytes, end);
    if (folder === undefined || offset + size > folder.length)
      throw new BadCabinet(`${name} lies outside of its folder`);
    total += size;
    if (total > limitBytes) throw new BadCabinet('its files are larger than 2 GiB');
    files.push({ name, bytes: folder.subarray(offset, offset + size) });
    at = end + 1;
  }
  return files;
}
