import iconv from 'iconv-lite';

/** What a console has that does not say: the code page of US English Windows. */
export const defaultCodePage = 437;

/**
 * Number of the code page in what `chcp` printed. Its sentence is localised and may itself hold bytes of that code
 * page, so that only the digits at its end count.
 */
export function parseCodePage(output: string): number | null {
  const digits = /(\d{3,5})\D*$/.exec(output.trim())?.[1];
  return digits === undefined ? null : Number(digits);
}

/**
 * Text of what a tool sent. The same host sends UTF-16LE (wmic into a file), the OEM code page (most tools) and UTF-8
 * (a session that switched the console): bytes that are valid UTF-8 beyond ASCII are taken for it, because text of an
 * OEM code page practically never is.
 */
export function decodeOutput(bytes: Buffer, codePage: number = defaultCodePage): string {
  if (isUtf16(bytes)) return bytes.toString('utf16le').replace(/^\uFEFF/, '');
  if (bytes.every((byte) => byte < 0x80)) return bytes.toString('latin1');
  return asUtf8(bytes) ?? iconv.decode(bytes, encodingOf(codePage));
}

/** Lines without their ends. wmic ends each with CR CR LF when it writes into a pipe. */
export function linesOf(text: string): string[] {
  return text.split(/\r*\n|\r+/);
}

function isUtf16(bytes: Buffer): boolean {
  if (bytes.length >= 2 && bytes[0] === 0xff && bytes[1] === 0xfe) return true;
  const pairs = Math.min(bytes.length >> 1, 16);
  if (pairs < 4) return false;
  for (let pair = 0; pair < pairs; pair += 1) {
    if (bytes[2 * pair] === 0 || bytes[2 * pair + 1] !== 0) return false;
  }
  return true;
}

function asUtf8(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function encodingOf(codePage: number): string {
  if (codePage === 65001) return 'utf8';
  const name = `cp${codePage}`;
  return iconv.encodingExists(name) ? name : `cp${defaultCodePage}`;
}
