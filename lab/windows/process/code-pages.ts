import { decode, encode, encodingExists } from 'iconv-lite';

/** Bytes of a text as a console of this code page gives them; what the page has not becomes `?`. */
export function encodeText(text: string, codePage: number): Buffer {
  return codePage === 65001 ? Buffer.from(text, 'utf8') : encode(text, nameOf(codePage));
}

export function decodeText(bytes: Buffer, codePage: number): string {
  return codePage === 65001
    ? bytes.toString('utf8')
    : decode(bytes, nameOf(codePage), { stripBOM: false });
}

export function isCodePageKnown(codePage: number): boolean {
  return codePage === 65001 || encodingExists(`cp${codePage}`);
}

function nameOf(codePage: number): string {
  const name = `cp${codePage}`;
  return encodingExists(name) ? name : 'cp437';
}
