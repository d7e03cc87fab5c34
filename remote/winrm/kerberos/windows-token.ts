import type { SealedParts } from '../security-context';

/** Token of RFC 4121, 4.2.6.2; older ciphers, RC4 among them, have the form of RFC 1964 or 4757. */
const wrapToken = 0x0504;
const headerBytes = 16;
/** Every AES of Kerberos (RFC 3962, 8009) puts one block in front of the data. */
const confounderBytes = 16;

/**
 * The parts of a token of `gss_wrap` as Windows wants them, or null when the cipher is not AES.
 *
 *     gss_wrap    header(16) | confounder(16) | data | trailer
 *     Windows     header(16) | trailer | confounder(16)  and  data
 *
 * All behind the header is one text that was encrypted whole; the RRC field tells how far it was turned to the right
 * (RFC 4121, 4.2.5). Windows turns it by the length of the trailer, the encrypted copy of the header and the checksum:
 * 28 with AES and SHA-1. So the data, of the length of the plain message, comes last.
 */
export function toWindowsParts(token: Buffer, plainLength: number): SealedParts | null {
  const before = token.length - plainLength;
  const turned = before - headerBytes - confounderBytes;
  if (turned < 0 || token.readUInt16BE(0) !== wrapToken) return null;
  const [filler, already] = [token.readUInt16BE(4), token.readUInt16BE(6)];
  if (filler !== 0) return null;
  const header = Buffer.from(token.subarray(0, headerBytes));
  header.writeUInt16BE(turned, 6);
  // MIT has not turned it at all, Heimdal by a number of its own.
  const body = turnRight(token.subarray(headerBytes), turned - already);
  const start = before - headerBytes;
  return {
    header: Buffer.concat([header, body.subarray(0, start)]),
    data: Buffer.from(body.subarray(start)),
  };
}

function turnRight(bytes: Buffer, by: number): Buffer {
  const { length } = bytes;
  const cut = length - (((by % length) + length) % length);
  return Buffer.concat([bytes.subarray(cut), bytes.subarray(0, cut)]);
}
