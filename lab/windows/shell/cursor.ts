/** A place in a line of cmd. */
export interface Cursor {
  readonly text: string;
  at: number;
}

/** What parts words: blanks, and characters that cmd takes for blanks. */
export const delimiters = /[\s,;=]/;

export function charAt({ text, at }: Cursor): string {
  return text.charAt(at);
}

export function isAtEnd({ text, at }: Cursor): boolean {
  return at >= text.length;
}

/** Goes over blanks, not over the end of a line. */
export function skipBlanks(cursor: Cursor): void {
  while (!isAtEnd(cursor) && charAt(cursor) !== '\n' && delimiters.test(charAt(cursor)))
    cursor.at += 1;
}

/** Takes characters until one ends it; a caret takes the next one as it is, but not within quotes. */
export function takeText(cursor: Cursor, ends: (char: string) => boolean): string {
  let taken = '';
  let isQuoted = false;
  while (!isAtEnd(cursor)) {
    const char = charAt(cursor);
    if (char === '\n' || (!isQuoted && ends(char))) break;
    cursor.at += 1;
    if (char === '^' && !isQuoted) {
      // A caret at the end of a line joins the next one to it.
      if (charAt(cursor) === '\n') cursor.at += 1;
      taken += charAt(cursor);
      cursor.at += 1;
      continue;
    }
    if (char === '"') isQuoted = !isQuoted;
    taken += char;
  }
  return taken;
}
