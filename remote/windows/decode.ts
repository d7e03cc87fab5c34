import iconv from 'iconv-lite';

/** What a console has that does not say: the code page of US English Windows. */
const defaultCodePage = 437;

/**
 * Number of the code page in what `chcp` printed. Its sentence is localised and may itself hold bytes of that code
 * page, so that only the digits at its end count. Null where there is none: Wine without a console says 0.
 */
export function parseCodePage(output: string): number | null {
  const digits = /(\d{3,5})\D*$/.exec(output.trim())?.[1];
  return digits === undefined ? null : Number(digits);
}

/**
 * Text of what tools sent. The same host sends the OEM code page (most tools), UTF-8 (a session that switched the
 * console, and tools that never ask) and UTF-16LE (wmic into a file, and Wine's always), also one after the other in
 * the same reply: a byte order mark begins the one, the first line that cannot be UTF-16 ends it.
 *
 * @param codePage what `chcp` said; without it bytes that are valid UTF-8 are taken for it
 */
export function decodeOutput(bytes: Buffer, codePage?: number): string {
  if (isBareUtf16(bytes)) return decodeUtf16(bytes);
  let text = '';
  let from = 0;
  for (;;) {
    const mark = nextMark(bytes, from);
    if (mark < 0) return text + decodeNarrow(bytes.subarray(from), codePage);
    const end = endOfUtf16(bytes, mark + 2);
    text += decodeNarrow(bytes.subarray(from, mark), codePage);
    text += decodeUtf16(bytes.subarray(mark + 2, end));
    from = end;
  }
}

/** Lines without their ends. wmic ends each with CR CR LF when it writes into a pipe. */
export function linesOf(text: string): string[] {
  return text.split(/\r*\n|\r+/);
}

const decodeUtf16 = (bytes: Buffer): string => bytes.toString('utf16le').replace(/^\uFEFF/, '');

/** UTF-16 without a mark is known by the zero bytes of its first ASCII characters; no other text has any. */
function isBareUtf16(bytes: Buffer): boolean {
  const pairs = Math.min(bytes.length >> 1, 16);
  if (pairs < 4) return false;
  for (let pair = 0; pair < pairs; pair += 1) {
    if (bytes[2 * pair] === 0 || bytes[2 * pair + 1] !== 0) return false;
  }
  return true;
}

/**
 * Where the next byte order mark stands; negative when nowhere. Its two bytes are characters in some code pages (a
 * blank and a square in 437), so that it has to be followed by the zero byte which UTF-16 has in every line end, before
 * any line end of a narrower text, or to be all there is.
 */
function nextMark(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(utf16Mark, from); at >= 0; at = bytes.indexOf(utf16Mark, at + 1)) {
    if (bytes.length === 2 || isUtf16Line(bytes, at + 2)) return at;
  }
  return -1;
}

const utf16Mark = Buffer.from([0xff, 0xfe]);

/** The first of the zero and the LF bytes of a line tells: UTF-16 writes CR LF as 0D 00 0A 00. */
function isUtf16Line(bytes: Buffer, from: number): boolean {
  const zero = bytes.indexOf(0, from);
  const lineFeed = bytes.indexOf(0x0a, from);
  return zero >= 0 && (lineFeed < 0 || zero < lineFeed || zero === lineFeed + 1);
}

function endOfUtf16(bytes: Buffer, from: number): number {
  for (let at = from; at + 1 < bytes.length; at += 2) {
    const isLineEnd = bytes[at] === 0x0a && bytes[at + 1] === 0;
    const next = at + 2;
    if (isLineEnd && (startsMark(bytes, next) || !isUtf16Line(bytes, next))) return next;
  }
  return bytes.length;
}

const startsMark = (bytes: Buffer, at: number): boolean =>
  bytes[at] === 0xff && bytes[at + 1] === 0xfe;

function decodeNarrow(bytes: Buffer, codePage: number | undefined): string {
  if (bytes.every((byte) => byte < 0x80)) return bytes.toString('latin1');
  const utf8 = asUtf8(bytes);
  if (codePage === 65001) return utf8 ?? bytes.toString('utf8');
  const known = `cp${codePage}`;
  // Of a code page that nobody here knows the bytes themselves have to tell.
  if (codePage === undefined || !iconv.encodingExists(known)) {
    return utf8 ?? iconv.decode(bytes, `cp${defaultCodePage}`);
  }
  const narrow = iconv.decode(bytes, known);
  const looksLikeUtf8 = !doubleBytePages.has(codePage) && boxDrawing.test(narrow);
  return looksLikeUtf8 && utf8 !== null ? utf8 : narrow;
}

/**
 * What the bytes of UTF-8 look like in the code pages of European consoles: `├`, `─`, `╨` and their like begin every
 * character of Latin, Greek and Cyrillic. No tool that is asked draws boxes, so that these are taken for the other.
 * Bytes that are letters in the code page stay letters: three of 866 may well be valid UTF-8.
 */
const boxDrawing = /[\u2500-\u259F]/;

/** Japanese, simplified Chinese, Korean, traditional Chinese: any two of their bytes may be valid UTF-8. */
const doubleBytePages: ReadonlySet<number> = new Set([932, 936, 949, 950]);

function asUtf8(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
