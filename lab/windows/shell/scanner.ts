import { charAt, type Cursor, delimiters, isAtEnd, skipBlanks, takeText } from './cursor';
import { scanCommand, type ScannedCommand, takeRedirection } from './scan-command';
import { type Redirection, unexpected } from './syntax';

/** Reads one line character by character with cmd's rules for quotes and carets. */
export interface Scanner {
  /** The operator at the cursor, blanks before it skipped; null when a word is next or the line is at its end. */
  operator(): Operator | null;
  take(operator: Operator): void;
  isAtEnd(): boolean;
  /** One word up to a blank or an operator, quotes kept; empty at an operator or the end. */
  word(): string;
  /** Looks at the next word without taking it. */
  peekWord(): string;
  command(depth: number): ScannedCommand;
  /** Redirections behind a closing bracket. */
  redirections(): Redirection[];
  /** Up to the closing bracket of a `for` set; quotes hide brackets. */
  bracketed(): string;
  /** Everything up to the end of the line. */
  rest(): string;
}

export type Operator = '&' | '&&' | '|' | '||' | '(' | ')' | '\n';

export function createScanner(line: string): Scanner {
  const cursor: Cursor = { text: line.replaceAll('\r', ''), at: 0 };
  const word = (): string => {
    skipBlanks(cursor);
    return takeText(cursor, (char) => delimiters.test(char) || '&|<>()'.includes(char));
  };
  return {
    operator() {
      skipBlanks(cursor);
      return operatorAt(cursor);
    },
    take(operator) {
      cursor.at += operator.length;
    },
    isAtEnd: () => isAtEnd(cursor),
    word,
    peekWord() {
      const { at } = cursor;
      const next = word();
      cursor.at = at;
      return next;
    },
    command: (depth) => scanCommand(cursor, depth),
    redirections() {
      const found: Redirection[] = [];
      for (;;) {
        skipBlanks(cursor);
        const redirection = takeRedirection(cursor, true);
        if (redirection === null) return found;
        found.push(redirection);
      }
    },
    bracketed() {
      const inner = takeText(cursor, (char) => char === ')');
      if (charAt(cursor) !== ')') throw unexpected('');
      cursor.at += 1;
      return inner;
    },
    rest() {
      const end = cursor.text.indexOf('\n', cursor.at);
      const from = cursor.at;
      cursor.at = end === -1 ? cursor.text.length : end;
      return cursor.text.slice(from, cursor.at);
    },
  };
}

function operatorAt({ text, at }: Cursor): Operator | null {
  const two = text.slice(at, at + 2);
  if (two === '&&' || two === '||') return two;
  const one = text.charAt(at);
  return one === '&' || one === '|' || one === '(' || one === ')' || one === '\n' ? one : null;
}
