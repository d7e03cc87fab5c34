/**
 * Microsoft Cabinet format, as far as packages need it: one set, one volume, no reserved areas written.
 *
 * CFHEADER  u32 'MSCF', u32 0, u32 cabinet size, u32 0, u32 offset of first CFFILE, u32 0, u8 minor 3, u8 major 1,
 *           u16 folders, u16 files, u16 flags, u16 set id, u16 index in set [, reserve sizes, names]
 * CFFOLDER  u32 offset of first CFDATA, u16 data blocks, u16 compression
 * CFFILE    u32 size, u32 offset in folder, u16 folder, u16 date, u16 time, u16 attributes, name NUL
 * CFDATA    u32 checksum, u16 compressed size, u16 size, bytes
 */
export const signature = 0x4643534d;
export const headerBytes = 36;
export const folderBytes = 8;
export const fileBytes = 16;
export const dataBytes = 8;
export const blockBytes = 32_768;

export const compression = { none: 0, mszip: 1 } as const;
export const flags = { previous: 1, next: 2, reserve: 4 } as const;

export interface CabinetFile {
  /** Name inside the cabinet; folders are separated by backslashes. */
  readonly name: string;
  readonly bytes: Buffer;
}

/** XOR of little-endian words; the last one to three bytes count from the high end down. */
export function checksum(bytes: Uint8Array, seed: number): number {
  let sum = seed;
  const whole = bytes.length - (bytes.length % 4);
  for (let at = 0; at < whole; at += 4) sum ^= word(bytes, at);
  let rest = 0;
  for (let at = whole; at < bytes.length; at += 1) rest = (rest << 8) | (bytes[at] ?? 0);
  return (sum ^ rest) >>> 0;
}

const word = (bytes: Uint8Array, at: number): number =>
  (bytes[at] ?? 0) |
  ((bytes[at + 1] ?? 0) << 8) |
  ((bytes[at + 2] ?? 0) << 16) |
  ((bytes[at + 3] ?? 0) << 24);

/** Checksum of a CFDATA: over its bytes, then over its two sizes. */
export function blockChecksum(stored: Uint8Array, plainBytes: number): number {
  const sizes = Buffer.alloc(4);
  sizes.writeUInt16LE(stored.length, 0);
  sizes.writeUInt16LE(plainBytes, 2);
  return checksum(sizes, checksum(stored, 0));
}
