import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { UploadSource } from '../session';
import { Failure } from '../../contracts/failures';
import type { CommandInput } from './command';
import type { Target } from './errors';

export interface OpenedSource {
  readonly bytes: number;
  /** Up to `length` bytes from `offset` on; fewer only at the end. */
  readAt(offset: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** Part of a file that travels in one command. */
export interface Segment {
  readonly from: number;
  /** Offset behind its last byte. */
  readonly to: number;
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
  return {
    bytes: all.length,
    readAt: (offset, length) => Promise.resolve(all.subarray(offset, offset + length)),
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

/** findstr takes lines of up to 8191 characters; 1000 leaves room and makes bytes per line a multiple of three. */
const lineChars = 1000;
const lineBytes = (lineChars / 4) * 3;

/** Everything of a message but the data of its Send, the multipart frame and signature of a sealed one included. */
const envelopeOverheadBytes = 4000;

/** MaxEnvelopeSizekb of WinRM 2.0: what every host takes. */
export const smallestEnvelopeBytes = 153_600;

/**
 * Bytes of the file that fit into one message. They are base64 twice, as lines for certutil and as the data of Send.
 *
 * Up to the 150 KB of WinRM 2.0 half of the envelope is used: its pages of Win32_Service end at 75 to 77 KB of UTF-8
 * whatever is asked for, which looks as if it counted in UTF-16. Hosts with 500 KB take whole ones: Ansible's put_file
 * fills 444 KB of them.
 */
export function bytesPerPiece(maxEnvelopeBytes: number): number {
  const usable = maxEnvelopeBytes > smallestEnvelopeBytes ? maxEnvelopeBytes : maxEnvelopeBytes / 2;
  const dataBytes = ((usable - envelopeOverheadBytes) * 3) / 4;
  return Math.max(1, Math.floor(dataBytes / (lineChars + 2))) * lineBytes;
}

/** A segment as base64 lines, each ended by CR LF, in pieces for Send; `onSent` is told the offset after each. */
export async function* encodeSegment(
  source: OpenedSource,
  { from, to }: Segment,
  maxEnvelopeBytes: number,
  onSent?: (offset: number) => void,
): CommandInput {
  const size = bytesPerPiece(maxEnvelopeBytes);
  let at = from;
  while (at < to) {
    // oxlint-disable-next-line no-await-in-loop -- a piece is read when the one before it is on the host
    const piece = await source.readAt(at, Math.min(size, to - at));
    at += piece.length;
    // A file that shrank meanwhile ends here; the size of what arrived tells.
    const last = piece.length === 0 || at >= to;
    yield { bytes: Buffer.from(toLines(piece), 'latin1'), last };
    onSent?.(at);
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
