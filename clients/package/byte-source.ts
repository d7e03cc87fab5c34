import type { FileHandle } from 'node:fs/promises';

import { BadPackage } from './bad-package';

/** Bytes that are read where they are wanted, so that a large package is never in memory as a whole. */
export interface ByteSource {
  readonly size: number;
  /** @throws BadPackage when that reaches past the end */
  read(at: number, length: number): Promise<Buffer>;
}

export const fileSource = (handle: FileHandle, size: number): ByteSource => ({
  size,
  async read(at, length) {
    requireInside(at, length, size);
    const bytes = Buffer.alloc(length);
    let done = 0;
    while (done < length) {
      // oxlint-disable-next-line no-await-in-loop -- a read may give less than was asked for
      const { bytesRead } = await handle.read(bytes, done, length - done, at + done);
      if (bytesRead === 0) throw new BadPackage('it became shorter while it was read');
      done += bytesRead;
    }
    return bytes;
  },
});

function requireInside(at: number, length: number, size: number): void {
  if (at + length <= size) return;
  throw new BadPackage(`it is cut short: it has ${size} bytes and goes on at ${at + length}`);
}
