import type { CommandInput } from '../command-input';
import { encodeLines, lineBytes, lineChars } from '../upload/base64-lines';
import type { Segment } from '../upload/base64-lines';
import type { OpenedSource } from '../upload/source';

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

/** A segment as base64 lines in pieces for Send; `onSent` is told the offset after each. */
export const encodeSegment = (
  source: OpenedSource,
  segment: Segment,
  maxEnvelopeBytes: number,
  onSent?: (offset: number) => void,
): CommandInput => encodeLines(source, segment, bytesPerPiece(maxEnvelopeBytes), onSent);
