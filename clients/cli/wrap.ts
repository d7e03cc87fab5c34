import { stripVTControlCharacters } from 'node:util';

// oxlint-disable-next-line no-control-regex -- colours are what is looked for
const color = /\u001b\[[\d;]{0,12}m/;
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const risky = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/;
const parts = new RegExp(`${color.source}|[^]`, 'gu');
const closing = /\[(?:0|22|39|49)?m$/;

export const visibleWidth = (text: string): number =>
  Math.max(...text.split('\n').map((line) => stripVTControlCharacters(line).length));

/**
 * Control characters as their pictures, colours and line ends left: hosts can send any byte, and a terminal would obey
 * some of them.
 */
export function printable(text: string): string {
  if (!risky.test(text)) return text;
  return text.replace(parts, (part) => (part.length > 1 ? part : picture(part)));
}

/** The same on one line, for what is drawn or logged line by line. */
export const printableLine = (text: string): string => printable(text).replaceAll('\n', ' ');

function picture(character: string): string {
  if (character === '\n' || !risky.test(character)) return character;
  const code = character.charCodeAt(0);
  // Of the C1 controls Unicode has no pictures.
  return code < 0x20 ? String.fromCharCode(0x2400 + code) : '\u2421';
}

/** Lines of at most so many characters; a colour ends with its line and goes on in the next. */
export function wrap(text: string, width: number): readonly string[] {
  if (text.length <= width && !text.includes('\n')) return [text];
  return text.split('\n').flatMap((line) => wrapLine(line, width));
}

function wrapLine(line: string, width: number): readonly string[] {
  const plain = stripVTControlCharacters(line);
  if (plain.length <= width) return [line];
  // As many words as fit; of one that is too long alone, as much as fits.
  const fitting = new RegExp(`(.{1,${width}})(?: +|$)|(.{${width}})`, 'gs');
  const lengths = Array.from(plain.matchAll(fitting), ([whole, words = '', piece = '']) => ({
    shown: words.length + piece.length,
    used: whole.length,
  }));
  return color.test(line) ? cutColored(line, lengths) : cutPlain(line, lengths);
}

type Lengths = readonly { readonly shown: number; readonly used: number }[];

function cutPlain(line: string, lengths: Lengths): string[] {
  let at = 0;
  return lengths.map(({ shown, used }) => {
    const text = line.slice(at, at + shown);
    at += used;
    return text;
  });
}

function cutColored(line: string, lengths: Lengths): string[] {
  const rest = line.match(new RegExp(`${color.source}|[^]`, 'g')) ?? [];
  let open: string[] = [];
  let next = 0;
  return lengths.map(({ shown, used }, index) => {
    let text = open.join('');
    let count = 0;
    // What closes a colour stands behind the last character.
    const end = index === lengths.length - 1 ? Infinity : used;
    while (next < rest.length && count < end) {
      const part = rest[next++] ?? '';
      if (part.length === 1) count += 1;
      else open = closing.test(part) ? [] : [...open, part];
      if (part.length > 1 || count <= shown) text += part;
    }
    return open.length > 0 ? `${text}\u001b[0m` : text;
  });
}
