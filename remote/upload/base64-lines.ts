import type { CommandInput } from '../command-input';
import type { OpenedSource } from './source';

/** Part of a file that travels in one command. */
export interface Segment {
  readonly from: number;
  /** Offset behind its last byte. */
  readonly to: number;
}

/** findstr takes lines of up to 8191 characters; 1000 leaves room and makes bytes per line a multiple of three. */
export const lineChars = 1000;
export const lineBytes = (lineChars / 4) * 3;

/**
 * A segment as base64 lines, each ended by CR LF, in pieces for standard input; `onSent` is told the offset after each.
 *
 * @param pieceBytes bytes of the file in one piece, a multiple of those in a line
 */
export async function* encodeLines(
  source: OpenedSource,
  { from, to }: Segment,
  pieceBytes: number,
  onSent?: (offset: number) => void,
): CommandInput {
  let at = from;
  while (at < to) {
    // oxlint-disable-next-line no-await-in-loop -- a piece is read when the one before it is on the host
    const piece = await source.readAt(at, Math.min(pieceBytes, to - at));
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
