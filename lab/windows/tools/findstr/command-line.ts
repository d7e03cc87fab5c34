import { encodeText } from '../../process/code-pages';
import { compilePattern, hasMeta, type LinePattern } from './pattern';

export interface FindstrCommand {
  readonly patterns: readonly LinePattern[];
  readonly isInverted: boolean;
  readonly showsNumbers: boolean;
  readonly showsOffsets: boolean;
  readonly namesOnly: boolean;
  readonly inSubfolders: boolean;
  readonly files: readonly string[];
  /** Switches it does not know: told, and passed over. */
  readonly ignored: readonly string[];
}

interface Words {
  readonly switches: Set<string>;
  readonly texts: string[];
  readonly textFiles: string[];
  readonly plain: string[];
  readonly ignored: string[];
}

const known = new Set([
  'b',
  'e',
  'l',
  'r',
  's',
  'i',
  'x',
  'v',
  'n',
  'm',
  'o',
  'p',
  'offline',
  'off',
]);

/** Null when there is nothing to search for. `readTexts` gives the lines of a /g: file, null when it is not there. */
export function readCommandLine(
  args: readonly string[],
  codePage: number,
  readTexts: (typedPath: string) => readonly string[] | null,
): FindstrCommand | null {
  const words: Words = { switches: new Set(), texts: [], textFiles: [], plain: [], ignored: [] };
  for (const arg of args) readWord(arg, words);
  const wanted = searchTexts(words, readTexts);
  if (wanted === null || wanted.length === 0) return null;
  const { switches } = words;
  const options = {
    isRegex: isRegex(words, wanted[0] ?? ''),
    ignoresCase: switches.has('i'),
    atBegin: switches.has('b') || switches.has('x'),
    atEnd: switches.has('e') || switches.has('x'),
  };
  // Bytes are compared, one character each: what is searched for must be in the console's code page.
  const asBytes = (text: string): string => encodeText(text, codePage).toString('latin1');
  return {
    patterns: wanted.map((text) => compilePattern(asBytes(text), options)),
    isInverted: switches.has('v'),
    showsNumbers: switches.has('n'),
    showsOffsets: switches.has('o'),
    namesOnly: switches.has('m'),
    inSubfolders: switches.has('s'),
    files: isSpaced(words) ? words.plain.slice(1) : words.plain,
    ignored: words.ignored,
  };
}

/** Neither /c: nor /g: was given: the first plain word holds the texts, with blanks between them. */
const isSpaced = ({ texts, textFiles }: Words): boolean => texts.length + textFiles.length === 0;

function searchTexts(
  words: Words,
  readTexts: (typedPath: string) => readonly string[] | null,
): readonly string[] | null {
  if (isSpaced(words)) return (words.plain[0] ?? '').split(' ').filter((word) => word !== '');
  const fromFiles = words.textFiles.map(readTexts);
  return fromFiles.includes(null)
    ? null
    : [...words.texts, ...fromFiles.flatMap((lines) => lines ?? [])];
}

/** Unless it is told, findstr takes /c: as it stands and the other form as what the first text looks like. */
function isRegex(words: Words, first: string): boolean {
  if (words.switches.has('r')) return true;
  return !words.switches.has('l') && isSpaced(words) && hasMeta(first);
}

function readWord(arg: string, words: Words): void {
  const match = /^[-/]([a-z]+)(?::([^]*)|(\/[^]*))?$/i.exec(arg);
  if (match === null) {
    words.plain.push(arg);
    return;
  }
  const [, name = '', value, more] = match;
  if (value === undefined) readSwitches(name.toLowerCase(), words);
  else readValue(name.toLowerCase(), value, arg, words);
  if (more !== undefined) readWord(more, words);
}

/** `/inv` is /i /n /v. */
function readSwitches(name: string, { switches, ignored }: Words): void {
  for (const letter of known.has(name) ? [name] : name) {
    if (known.has(letter)) switches.add(letter);
    else ignored.push(letter);
  }
}

function readValue(name: string, value: string, arg: string, words: Words): void {
  // Letters may stand before the one that takes the value: `/ic:text`.
  readSwitches(name.slice(0, -1), words);
  const last = name.at(-1);
  if (last === 'c') words.texts.push(value);
  else if (last === 'g') words.textFiles.push(value);
  else if (last !== 'a') words.ignored.push(arg.slice(1));
}
