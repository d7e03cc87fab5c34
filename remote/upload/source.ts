import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { Failure } from '../../contracts/failures';
import type { UploadSource } from '../session';

/** Local bytes that can be read at any place, in any order. */
export interface OpenedSource {
  readonly bytes: number;
  /** Up to `length` bytes from `offset` on; fewer only at the end. */
  readAt(offset: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** @throws Failure bad-request when the source is not one readable thing */
export async function openSource(source: UploadSource, host: string): Promise<OpenedSource> {
  if (source.bytes !== undefined && source.file === undefined) return openBytes(source.bytes);
  if (source.file !== undefined && source.bytes === undefined) return openFile(source.file, host);
  throw new Failure('bad-request', 'an upload needs either a file or bytes', { facts: { host } });
}

function openBytes(bytes: Uint8Array): OpenedSource {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    bytes: all.length,
    readAt: (offset, length) => Promise.resolve(all.subarray(offset, offset + length)),
    close: () => Promise.resolve(),
  };
}

async function openFile(path: string, host: string): Promise<OpenedSource> {
  const refuse = (cause: unknown): never => {
    throw new Failure('bad-request', `the file to upload cannot be read: ${path}`, {
      facts: { host, path },
      advice: 'name a file that the worker can read',
      cause,
    });
  };
  const file = await open(path, 'r').catch(refuse);
  const { size } = await file.stat();
  return {
    bytes: size,
    readAt: (offset, length) => readFully(file, offset, length).catch(refuse),
    close: () => file.close(),
  };
}

async function readFully(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
