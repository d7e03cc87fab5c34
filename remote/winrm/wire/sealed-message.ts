import { MessageRefused } from './envelope';

/** A message as it is sealed on the wire ([MS-WSMV] 2.2.9.1). */
export interface SealedMessage {
  /** NTLM: the signature, 16 bytes. Kerberos: the token up to the data, 60 bytes with AES. */
  readonly header: Buffer;
  /** As long as the message, padding included where a cipher adds any. */
  readonly data: Buffer;
  /** Bytes of the message in the clear. */
  readonly plainLength: number;
}

/*
 * --Encrypted Boundary CRLF
 * HT Content-Type: application/HTTP-SPNEGO-session-encrypted CRLF
 * HT OriginalContent: type=application/soap+xml;charset=UTF-8;Length=<plainLength> CRLF
 * --Encrypted Boundary CRLF
 * HT Content-Type: application/octet-stream CRLF
 * <length of header, 32 bit, little-endian> <header> <data> --Encrypted Boundary-- CRLF
 *
 * No empty line ends the headers of a part, and nothing stands between the data and what closes them. Windows takes
 * it in this form only.
 */
const boundary = 'Encrypted Boundary';

/** More than any mechanism has: NTLM 16, Kerberos 60, with RC4 or DES less. */
const maxHeaderBytes = 256;

/** Lines are ours or the host's, and short. */
const maxLineBytes = 512;
const maxHeaderLines = 16;

export function encodeSealed(
  protocol: string,
  parts: SealedMessage,
): { readonly contentType: string; readonly body: Buffer } {
  const lines = [
    `--${boundary}`,
    `\tContent-Type: ${protocol}`,
    `\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=${parts.plainLength}`,
    `--${boundary}`,
    '\tContent-Type: application/octet-stream',
    '',
  ];
  const headerLength = Buffer.alloc(4);
  headerLength.writeUInt32LE(parts.header.length);
  return {
    contentType: `multipart/encrypted;protocol="${protocol}";boundary="${boundary}"`,
    body: Buffer.concat([
      Buffer.from(lines.join('\r\n'), 'latin1'),
      headerLength,
      parts.header,
      parts.data,
      Buffer.from(`--${boundary}--\r\n`, 'latin1'),
    ]),
  };
}

/** Whether a body of this type is sealed; `multipart/x-multi-encrypted`, which only CredSSP sends, counts as well. */
export function isSealed(contentType: string): boolean {
  return /^\s*multipart\/(x-multi-)?encrypted\s*(;|$)/i.test(contentType);
}

/**
 * Takes the header of any length up to 256 bytes. Sealed data may look like anything, so their end is where the lengths
 * say it is; what closes them must stand there, and nothing behind it.
 *
 * @throws MessageRefused
 */
export function decodeSealed(contentType: string, body: Buffer): SealedMessage {
  const delimiter = delimiterOf(contentType);
  const first = readLine(body, 0);
  if (!delimiter.test(first.text)) throw new MessageRefused('the sealed message has no beginning');
  const described = readHeaders(body, first.end, delimiter);
  const plainLength = plainLengthOf(described.headers);
  const type = readLine(body, described.end);
  if (!/^\s*content-type\s*:\s*application\/octet-stream\s*$/i.test(type.text)) {
    throw new MessageRefused('the second part of the sealed message holds no data');
  }
  const header = readSizedHeader(body, type.end);
  const dataEnd = header.end + plainLength;
  if (dataEnd > body.length) throw new MessageRefused('the sealed message is cut off');
  const rest = body.subarray(dataEnd, dataEnd + maxLineBytes + 1);
  const closing = readLine(rest, 0);
  if (!delimiter.test(closing.text.replace(/--$/, '')) || !closing.text.endsWith('--')) {
    throw new MessageRefused(`the sealed data do not end after the ${plainLength} bytes announced`);
  }
  if (dataEnd + closing.end !== body.length) {
    throw new MessageRefused('something follows the sealed message');
  }
  return { header: header.bytes, data: body.subarray(header.end, dataEnd), plainLength };
}

/** Exchange writes `-- Encrypted Boundary`. */
function delimiterOf(contentType: string): RegExp {
  if (!/^\s*multipart\/encrypted\s*;/i.test(contentType)) {
    throw new MessageRefused('its type is not multipart/encrypted');
  }
  const found = /;\s*boundary\s*=\s*(?:"([^"]{1,70})"|([^\s";]{1,70}))/i.exec(contentType);
  const name = found?.[1] ?? found?.[2];
  if (name === undefined) throw new MessageRefused('its type names no boundary');
  return new RegExp(`^--[ \t]*${name.replaceAll(/[^\w ]/g, String.raw`\$&`)}$`);
}

interface Line {
  readonly text: string;
  /** Where the next line begins. */
  readonly end: number;
}

function readLine(body: Buffer, at: number): Line {
  const stop = body.subarray(at, at + maxLineBytes).indexOf('\r\n', 0, 'latin1');
  if (stop === -1) throw new MessageRefused('the sealed message is cut off, or is none');
  return { text: body.toString('latin1', at, at + stop), end: at + stop + 2 };
}

function readHeaders(
  body: Buffer,
  start: number,
  delimiter: RegExp,
): { readonly headers: readonly string[]; readonly end: number } {
  const headers: string[] = [];
  for (let at = start; headers.length <= maxHeaderLines;) {
    const line = readLine(body, at);
    if (delimiter.test(line.text)) return { headers, end: line.end };
    headers.push(line.text);
    at = line.end;
  }
  throw new MessageRefused('the sealed message has too many headers');
}

function plainLengthOf(headers: readonly string[]): number {
  const original = headers.find((line) => /^\s*originalcontent\s*:/i.test(line));
  const digits = /[;:]\s*length\s*=\s*(\d{1,10})\s*(?:;|$)/i.exec(original ?? '')?.[1];
  if (digits === undefined) throw new MessageRefused('the sealed message does not say its length');
  return Number(digits);
}

function readSizedHeader(
  body: Buffer,
  at: number,
): { readonly bytes: Buffer; readonly end: number } {
  if (at + 4 > body.length) throw new MessageRefused('the sealed message is cut off');
  const length = body.readUInt32LE(at);
  if (length === 0 || length > maxHeaderBytes) {
    throw new MessageRefused(`the header of the sealed data has ${length} bytes`);
  }
  const end = at + 4 + length;
  if (end > body.length) throw new MessageRefused('the sealed message is cut off');
  return { bytes: body.subarray(at + 4, end), end };
}
