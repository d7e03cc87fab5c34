import { open } from 'node:fs/promises';
import { Failure } from '../../contracts/failures';
import type { UploadSource } from '../session';

/** Local bytes that can be read at any place, in any order. */
export interface LocalBytes {
  readonly size: number;
  read(position: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** @throws Failure bad-request when the source is not one readable thing */
export async function openSource(source: UploadSource): Promise<LocalBytes> {
  if (!/^[0-9a-f]{64}$/.test(source.sha256))
    throw new Failure('bad-request', 'the sha256 of an upload must be 64 lower-case hex digits');
  if ((source.file === undefined) === (source.bytes === undefined))
    throw new Failure('bad-request', 'an upload needs either a file or bytes');
  if (source.bytes !== undefined) return inMemory(Buffer.from(source.bytes));
  return onDisk(source.file as string);
}

const inMemory = (bytes: Buffer): LocalBytes => ({
  size: bytes.length,
  read: (position, length) => Promise.resolve(bytes.subarray(position, position + length)),
  close: () => Promise.resolve(),
});

async function onDisk(file: string): Promise<LocalBytes> {
  try {
    const handle = await open(file, 'r');
    const { size } = await handle.stat();
    return {
      size,
      read: async (position, length) => {
        const { bytesRead, buffer } = await handle.read(
          Buffer.allocUnsafe(length),
          0,
          length,
          position,
        );
        return buffer.subarray(0, bytesRead);
      },
      close: () => handle.close(),
    };
  } catch (error) {
    throw new Failure('bad-request', `the local file ${file} cannot be read`, {
      facts: { file },
      advice: 'check that it exists and that the worker may read it',
      cause: error,
    });
  }
}
