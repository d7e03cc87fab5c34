import { linesIn } from '../line-splitter';
import type { FindstrCommand } from './command-line';
import type { LinePattern } from './pattern';

/** Search through the lines of one file or stream. */
export interface Search {
  readonly found: boolean;
  /** Takes whole lines and returns what is to be printed of them, in as few pieces as there can be. */
  take(block: Buffer): readonly Buffer[];
}

export interface SearchOptions {
  /** What stands before each line: the file's name and a colon, or nothing. */
  readonly prefix: string;
  /** Longest line in bytes, its end not counted. */
  readonly longestLine: number;
  readonly onTooLong: (lineNumber: number) => void;
}

export function createSearch(
  command: FindstrCommand,
  { prefix, longestLine, onTooLong }: SearchOptions,
): Search {
  const { showsNumbers, showsOffsets, isInverted } = command;
  const isPlain = prefix === '' && !showsNumbers && !showsOffsets;
  const isWanted = lineTest(command.patterns, isInverted);
  let lineNumber = 0;
  let offset = 0;
  let found = false;

  const label = (): string =>
    `${prefix}${showsNumbers ? `${lineNumber}:` : ''}${showsOffsets ? `${offset}:` : ''}`;
  const decide = (line: Buffer): boolean => {
    lineNumber += 1;
    if (line.length > longestLine + 2) {
      onTooLong(lineNumber);
      return false;
    }
    if (!isWanted(line)) return false;
    found = true;
    return true;
  };
  return {
    get found() {
      return found;
    },
    take(block) {
      const pieces: Buffer[] = [];
      // Neighbouring lines go out as one piece: an upload of megabytes is not cut into single lines.
      let runStart = 0;
      let at = 0;
      const endRun = (): void => {
        if (at > runStart) pieces.push(block.subarray(runStart, at));
      };
      for (const line of linesIn(block)) {
        const isKept = decide(line);
        if (!isKept || !isPlain) {
          if (isPlain) endRun();
          if (isKept) pieces.push(Buffer.from(label(), 'latin1'), line);
          runStart = at + line.length;
        }
        at += line.length;
        offset += line.length;
      }
      if (isPlain) endRun();
      return pieces;
    },
  };
}

function lineTest(
  patterns: readonly LinePattern[],
  isInverted: boolean,
): (line: Buffer) => boolean {
  if (patterns.some(({ isAlways }) => isAlways)) return () => !isInverted;
  return (line) => {
    const text = line.toString('latin1');
    const bare = text.replace(/\r?\n$/, '');
    const hasReturn = text.endsWith('\r\n');
    const matches = patterns.some(
      ({ expression, needsReturn }) => (hasReturn || !needsReturn) && expression.test(bare),
    );
    return matches !== isInverted;
  };
}
