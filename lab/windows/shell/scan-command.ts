import { charAt, type Cursor, delimiters, isAtEnd, skipBlanks, takeText } from './cursor';
import { type Redirection, SyntaxProblem, unexpected } from './syntax';

/** Everything of a simple command: its text, and its redirections taken out of it. */
export interface ScannedCommand {
  readonly text: string;
  readonly redirections: readonly Redirection[];
}

/** @param depth brackets around it: within one a closing bracket ends the command */
export function scanCommand(cursor: Cursor, depth: number): ScannedCommand {
  const redirections: Redirection[] = [];
  const ends = (char: string): boolean => '&|<>'.includes(char) || (depth > 0 && char === ')');
  let text = '';
  for (;;) {
    text += takeText(cursor, (char) => ends(char) || isBeforeArrow(char, cursor));
    const isWordStart = text === '' || delimiters.test(text.slice(-1));
    const redirection = takeRedirection(cursor, isWordStart);
    if (redirection !== null) {
      redirections.push(redirection);
      continue;
    }
    const char = charAt(cursor);
    if (isAtEnd(cursor) || char === '\n' || ends(char)) return { text, redirections };
    text += char;
    cursor.at += 1;
  }
}

function isBeforeArrow(char: string, { text, at }: Cursor): boolean {
  const next = text.charAt(at + 1);
  return char >= '0' && char <= '9' && (next === '<' || next === '>');
}

/** `>`, `2>>`, `<`, `2>&1`; a digit counts as a handle only where a word could begin: `echo 3010>f` writes 3010. */
export function takeRedirection(cursor: Cursor, mayHaveHandle: boolean): Redirection | null {
  const match = /^([0-9]?)(>>|>|<)(?:&([0-9]))?/.exec(cursor.text.slice(cursor.at, cursor.at + 6));
  if (match === null || (match[1] !== '' && !mayHaveHandle)) return null;
  cursor.at += match[0].length;
  const operator = match[2] === '>>' || match[2] === '<' ? match[2] : '>';
  const usual = operator === '<' ? 0 : 1;
  const handle = match[1] === '' ? usual : Number(match[1]);
  const target = match[3] === undefined ? takeFileName(cursor) : Number(match[3]);
  return { handle, operator, target };
}

function takeFileName(cursor: Cursor): string {
  skipBlanks(cursor);
  const name = takeText(cursor, (char) => delimiters.test(char) || '&|<>()'.includes(char));
  if (name !== '') return name;
  const next = charAt(cursor);
  if (next === '' || next === '\n')
    throw new SyntaxProblem('The syntax of the command is incorrect.');
  const pair = cursor.text.slice(cursor.at, cursor.at + 2);
  throw unexpected(pair === '&&' || pair === '||' ? pair : next);
}
