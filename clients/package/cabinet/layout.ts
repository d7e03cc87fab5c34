/**
 * [MS-CAB] 2, little-endian:
 *
 * CFHEADER  'MSCF', u32 0, u32 size of the cabinet, u32 0, u32 where the CFFILEs begin, u32 0, u8 minor, u8 major,
 *           u16 folders, u16 files, u16 flags, u16 set, u16 number in the set
 *           [with flag 4: u16 bytes reserved after the header, u8 after each CFFOLDER, u8 in each CFDATA; reserved bytes]
 * CFFOLDER  u32 where its CFDATAs begin, u16 how many, u16 compression, reserved bytes
 * CFFILE    u32 size, u32 offset in the folder, u16 folder, u16 date, u16 time, u16 attributes, name, NUL
 * CFDATA    u32 checksum, u16 bytes, u16 bytes uncompressed, reserved bytes, bytes
 */
export const headerBytes = 36;
export const folderBytes = 8;
export const fileBytes = 16;
export const dataBytes = 8;

/** A CFDATA holds no more than this when uncompressed. */
export const frameBytes = 32_768;
/** What cannot be compressed grows: [MS-CAB] 2.4, the limit that decoders of Windows have. */
export const maxStoredBytes = frameBytes + 6144;

export const headerFlags = { previous: 1, next: 2, reserve: 4 } as const;
/** Attribute of a file whose name is UTF-8. */
export const utf8Name = 0x80;

export interface CabinetFolder {
  readonly at: number;
  readonly blocks: number;
  /** Method in the low four bits; for LZX the bits of its window eight bits higher. */
  readonly compression: number;
}

export interface CabinetMember {
  /** Folders are separated by backslashes. */
  readonly name: string;
  readonly size: number;
  readonly folder: CabinetFolder;
  readonly offset: number;
}

/** Unpacks the blocks of one folder, in their order. */
export interface Decoder {
  /** Gives back exactly `plainBytes`. @throws BadPackage */
  decode(stored: Buffer, plainBytes: number): Buffer;
}

export interface CabinetDirectory {
  readonly folders: readonly CabinetFolder[];
  readonly members: readonly CabinetMember[];
  /** Reserved bytes in each CFDATA. */
  readonly dataReserve: number;
}
