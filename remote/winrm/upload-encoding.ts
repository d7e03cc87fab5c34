import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { UploadSource } from '../session';
import { Failure } from '../../contracts/failures';
import type { CommandInput } from './command';
import type { Target } from './errors';

export interface OpenedSource {
  readonly bytes: number;
  /** Up to `length` bytes from where the last read ended; fewer only at the end. */
  read(length: number): Promise<Buffer>;
  close(): Promise<void>;
}

export async function openSource(source: UploadSource, target: Target): Promise<OpenedSource> {
  if (source.bytes !== undefined) return openBytes(source.bytes);
  if (source.file !== undefined) return openFile(source.file, target);
  throw new Failure('bad-request', 'an upload needs a file or bytes', {
    facts: { host: target.host },
  });
}

function openBytes(bytes: Uint8Array): OpenedSource {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  return {
    bytes: all.length,
    read: (length) => {
      const piece = all.subarray(at, at + length);
      at += piece.length;
      return Promise.resolve(piece);
    },
    close: () => Promise.resolve(),
  };
}

async function openFile(path: string, target: Target): Promise<OpenedSource> {
  const refuse = (cause: unknown): never => {
    throw new Failure('bad-request', `the file to upload cannot be read: ${path}`, {
      facts: { host: target.host, path },
      advice: 'name a file that the worker can read',
      cause,
    });
  };
  const file = await open(path, 'r').catch(refuse);
  const { size } = await file.stat();
  return {
    bytes: size,
    read: (length) => readFully(file, length).catch(refuse),
    close: () => file.close(),
  };
}

async function readFully(file: FileHandle, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

/** findstr takes lines of up to 8191 characters; 1000 leaves room and makes bytes per line a multiple of three. */
const lineChars = 1000;
const lineBytes = (lineChars / 4) * 3;

/** Everything of a Send but its data. */
const envelopeOverheadBytes = 2500;

/**
 * Bytes of the file that fit into one message. They are base64 twice, as lines for certutil and as the data of Send.
 * Half of the envelope is used: by what WinRM 2.0 answers, it seems to count its 150 KB in UTF-16.
 */
export function bytesPerPiece(maxEnvelopeBytes: number): number {
  const dataBytes = ((maxEnvelopeBytes / 2 - envelopeOverheadBytes) * 3) / 4;
  return Math.max(1, Math.floor(dataBytes / (lineChars + 2))) * lineBytes;
}

/** The file as base64 lines, each ended by CR LF, in pieces for Send. */
export async function* encodePieces(
  source: OpenedSource,
  maxEnvelopeBytes: number,
  onProgress?: (sent: number, total: number) => void,
): CommandInput {
  const size = bytesPerPiece(maxEnvelopeBytes);
  let sent = 0;
  while (sent < source.bytes) {
    const piece = await source.read(Math.min(size, source.bytes - sent));
    sent += piece.length;
    // A file that shrank meanwhile ends here; the digest tells.
    const last = piece.length === 0 || sent >= source.bytes;
    yield { bytes: Buffer.from(toLines(piece), 'latin1'), last };
    onProgress?.(sent, source.bytes);
    if (last) return;
  }
}

function toLines(piece: Buffer): string {
  const lines: string[] = [];
  for (let at = 0; at < piece.length; at += lineBytes) {
    lines.push(piece.subarray(at, at + lineBytes).toString('base64'), '\r\n');
  }
  return lines.join('');
}
