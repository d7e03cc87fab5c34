import { encodeMsZip, encodePlain, type Frame } from './frames';
import { encodeLzx, type LzxOptions } from './lzx-encoder';

export interface TestMember {
  readonly name: string;
  readonly bytes: Buffer;
}
export type Method = 'none' | 'mszip' | LzxOptions;
export interface TestFolder {
  readonly members: readonly TestMember[];
  readonly method?: Method;
}
export interface CabinetOptions {
  /** Bytes reserved after the header, after each folder and in each block, as signed cabinets have them. */
  readonly reserved?: readonly [header: number, folder: number, data: number];
  readonly withChecksums?: boolean;
  /** As the header says it. @default that of the method */
  readonly compression?: number;
  readonly flags?: number;
}

/** A cabinet, written from [MS-CAB]. */
export function buildCabinet(folders: readonly TestFolder[], options: CabinetOptions = {}): Buffer {
  const [headerReserve, folderReserve, dataReserve] = options.reserved ?? [0, 0, 0];
  const hasReserve = options.reserved !== undefined;
  const members = folders.flatMap((folder, index) => entriesOf(folder, index));
  const headerSize = 36 + (hasReserve ? 4 + headerReserve : 0);
  const foldersSize = folders.length * (8 + folderReserve);
  const filesAt = headerSize + foldersSize;
  const files = Buffer.concat(members);
  const folderEntries: Buffer[] = [];
  const data: Buffer[] = [];
  let at = filesAt + files.length;
  for (const { members: inside, method = 'none' } of folders) {
    const plain = Buffer.concat(inside.map(({ bytes }) => bytes));
    const frames = framesOf(plain, method);
    const entry = Buffer.alloc(8 + folderReserve, 0xee);
    entry.writeUInt32LE(at, 0);
    entry.writeUInt16LE(frames.length, 4);
    entry.writeUInt16LE(options.compression ?? compressionOf(method), 6);
    folderEntries.push(entry);
    for (const frame of frames) {
      const block = blockOf(frame, dataReserve, options.withChecksums ?? true);
      data.push(block);
      at += block.length;
    }
  }
  const header = Buffer.alloc(headerSize, 0xdd);
  header.fill(0, 0, 36);
  header.write('MSCF', 0, 'latin1');
  header.writeUInt32LE(at, 8);
  header.writeUInt32LE(filesAt, 16);
  header.writeUInt8(3, 24);
  header.writeUInt8(1, 25);
  header.writeUInt16LE(folders.length, 26);
  header.writeUInt16LE(members.length, 28);
  header.writeUInt16LE(options.flags ?? (hasReserve ? 4 : 0), 30);
  if (hasReserve) {
    header.writeUInt16LE(headerReserve, 36);
    header.writeUInt8(folderReserve, 38);
    header.writeUInt8(dataReserve, 39);
  }
  return Buffer.concat([header, ...folderEntries, files, ...data]);
}

function entriesOf({ members }: TestFolder, folder: number): Buffer[] {
  let offset = 0;
  return members.map(({ name, bytes }) => {
    const entry = Buffer.alloc(16);
    entry.writeUInt32LE(bytes.length, 0);
    entry.writeUInt32LE(offset, 4);
    entry.writeUInt16LE(folder, 8);
    entry.writeUInt16LE(0x4621, 10);
    entry.writeUInt16LE(0xa0, 14);
    offset += bytes.length;
    return Buffer.concat([entry, Buffer.from(`${name}\0`)]);
  });
}

function framesOf(plain: Buffer, method: Method): Frame[] {
  if (method === 'none') return encodePlain(plain);
  return method === 'mszip' ? encodeMsZip(plain) : encodeLzx(plain, method);
}

const compressionOf = (method: Method): number =>
  method === 'none' ? 0 : method === 'mszip' ? 1 : 3 + method.windowBits * 256;

/** [MS-CAB] 3.1: XOR of words, from the last word on to the sizes and what is reserved. */
function blockOf({ stored, plainBytes }: Frame, reserved: number, hasChecksum: boolean): Buffer {
  const header = Buffer.alloc(8 + reserved);
  header.writeUInt16LE(stored.length, 4);
  header.writeUInt16LE(plainBytes, 6);
  if (hasChecksum) {
    const sum = (xorOfWords(stored) ^ xorOfWords(header.subarray(4))) >>> 0;
    header.writeUInt32LE(sum, 0);
  }
  return Buffer.concat([header, stored]);
}

function xorOfWords(bytes: Buffer): number {
  const rest = bytes.length % 4;
  let sum = 0;
  for (let at = 0; at + 4 <= bytes.length; at += 4) sum ^= bytes.readInt32LE(at);
  return rest === 0 ? sum : sum ^ bytes.readUIntBE(bytes.length - rest, rest);
}
