import { BadPackage } from '../bad-package';
import type { ByteSource } from '../byte-source';
import { oneOfSeveral } from './directory';
import { type CabinetFolder, dataBytes, frameBytes, maxStoredBytes } from './layout';

/** A CFDATA whose checksum was right, still compressed. */
export interface StoredBlock {
  readonly stored: Buffer;
  readonly plainBytes: number;
}

/** @throws BadPackage naming the block whose checksum is wrong, or when the cabinet is cut */
export async function* readBlocks(
  source: ByteSource,
  folder: CabinetFolder,
  reserved: number,
): AsyncGenerator<StoredBlock> {
  let { at } = folder;
  for (let index = 0; index < folder.blocks; index += 1) {
    // oxlint-disable-next-line no-await-in-loop -- each tells where the next begins
    const header = await source.read(at, dataBytes + reserved);
    const size = header.readUInt16LE(4);
    const plainBytes = header.readUInt16LE(6);
    if (plainBytes === 0) throw oneOfSeveral();
    if (size > maxStoredBytes || plainBytes > frameBytes) {
      throw new BadPackage(`its cabinet is damaged: block ${index} is too large`);
    }
    // oxlint-disable-next-line no-await-in-loop
    const stored = await source.read(at + header.length, size);
    requireChecksum(header, stored, at);
    yield { stored, plainBytes };
    at += header.length + size;
  }
}

/**
 * [MS-CAB] 3.1: from the sizes to the last byte, the reserved bytes among them, though there are writers that leave
 * these out. 0: there is none.
 */
function requireChecksum(header: Buffer, stored: Buffer, at: number): void {
  const given = header.readUInt32LE(0);
  if (given === 0) return;
  const ofBytes = checksum(stored, 0);
  const ends = [header.length, dataBytes];
  if (ends.some((end) => checksum(header.subarray(4, end), ofBytes) === given)) return;
  throw new BadPackage(`its cabinet is damaged: the checksum of the block at byte ${at} is wrong`);
}

/** XOR of words; of the last one to three bytes the first is the highest. */
function checksum(bytes: Buffer, seed: number): number {
  let sum = seed;
  const whole = bytes.length & ~3;
  for (let at = 0; at < whole; at += 4) sum ^= bytes.readInt32LE(at);
  let rest = 0;
  for (let at = whole; at < bytes.length; at += 1) rest = (rest << 8) | bytes.readUInt8(at);
  return (sum ^ rest) >>> 0;
}
