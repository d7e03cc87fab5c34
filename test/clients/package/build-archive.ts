import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js';

import type { TestMember } from './build-cabinet';

export interface ArchiveOptions {
  /** The program before the archive. @default 5 KB that begin with MZ */
  readonly stub?: Buffer;
  /** Whether the archive knows that it does not begin at the beginning. @default false */
  readonly isAdjusted?: boolean;
  readonly password?: string;
  readonly level?: number;
}

export const stub = Buffer.concat([Buffer.from('MZ'), Buffer.alloc(5000, 0x90)]);

/** A self-extracting archive: a program and a zip archive behind it. */
export async function buildArchive(
  members: readonly TestMember[],
  options: ArchiveOptions = {},
): Promise<Buffer> {
  const { stub: program = stub, isAdjusted = false, password, level = 5 } = options;
  const writer = new ZipWriter(new Uint8ArrayWriter(), {
    useWebWorkers: false,
    level,
    ...(isAdjusted && { offset: program.length }),
    ...(password !== undefined && { password, zipCrypto: true }),
  });
  for (const { name, bytes } of members) {
    // oxlint-disable-next-line no-await-in-loop -- in their order
    await writer.add(name, new Uint8ArrayReader(bytes));
  }
  return Buffer.concat([program, await writer.close()]);
}
