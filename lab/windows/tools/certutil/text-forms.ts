import { invalidData } from './result';

const firstLine = '-----BEGIN CERTIFICATE-----';
const lastLine = '-----END CERTIFICATE-----';

/** Base64 in lines of 64 characters between BEGIN and END, as `-encode` writes it whatever is inside. */
export function encodeText(bytes: Buffer): Buffer {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return Buffer.from([firstLine, ...lines, lastLine, ''].join('\r\n'), 'latin1');
}

/** @throws VerbFailed 0x8007000d */
export function decodeText(bytes: Buffer): Buffer {
  const text = betweenMarks(asSingleBytes(bytes));
  requireBase64(text);
  return Buffer.from(text.toString('latin1'), 'base64');
}

/** Notepad and wmic write UTF-16; certutil reads both. */
function asSingleBytes(bytes: Buffer): Buffer {
  const isWide = bytes[0] === 0xff && bytes[1] === 0xfe;
  return isWide ? Buffer.from(bytes.toString('utf16le', 2), 'latin1') : bytes;
}

function betweenMarks(text: Buffer): Buffer {
  const begin = text.indexOf('-----BEGIN ');
  if (begin < 0) return text;
  const start = text.indexOf('-----', begin + 11);
  const end = text.indexOf('-----END ', start + 5);
  if (start < 0 || end < 0) throw invalidData();
  return text.subarray(start + 5, end);
}

const kinds = kindsOfBytes();

function kindsOfBytes(): Uint8Array {
  const table = new Uint8Array(256);
  for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/') {
    table[char.charCodeAt(0)] = 1;
  }
  for (const char of ' \t\r\n') table[char.charCodeAt(0)] = 2;
  table['='.charCodeAt(0)] = 3;
  return table;
}

/** Node takes whatever it is given for base64; a lost line must fail here as it does on Windows. */
function requireBase64(text: Buffer): void {
  let digits = 0;
  let pads = 0;
  for (const byte of text) {
    const kind = kinds[byte];
    if (kind === 0 || (kind === 1 && pads > 0)) throw invalidData();
    if (kind === 1) digits += 1;
    if (kind === 3) pads += 1;
  }
  if (digits === 0 || pads > 2 || (digits + pads) % 4 !== 0) throw invalidData();
}

/** Bytes of a hex dump: with or without addresses before and characters behind. @throws VerbFailed 0x8007000d */
export function decodeHex(bytes: Buffer): Buffer {
  const lines = asSingleBytes(bytes).toString('latin1').split(/\r?\n/);
  const digits = lines.map(digitsOfLine).join('');
  if (digits === '' || digits.length % 2 !== 0) throw invalidData();
  return Buffer.from(digits, 'hex');
}

function digitsOfLine(line: string): string {
  // An address is four or more digits and then a tab or two blanks; the characters stand behind three blanks.
  const dump =
    /^\s*(?:[0-9a-f]{4,}(?:\t|\s{2}))?\s*((?:[0-9a-f]{2}[ \t]{1,2})*[0-9a-f]{2})\s{3,}\S.*$/i;
  const match = dump.exec(line);
  const text =
    match?.[1] ?? line.replace(/^\s*[0-9a-f]{4,}(?:\t|\s{2,})(?=[0-9a-f]{2}(\s|$))/i, '');
  const digits = text.replace(/\s/g, '');
  if (!/^[0-9a-f]*$/i.test(digits)) throw invalidData();
  return digits;
}
