import { createShell, type ShellOptions } from './create-shell';
import { evaluate } from './evaluate';
import { expandPercent } from './expand-percent';
import { parseLine } from './parse';
import { BatchExit, Jump, lookupOf, outputOf, ShellExit, type Streams } from './shell-state';
import { type Node, SyntaxProblem } from './syntax';

/** Longest line cmd takes; beyond it nothing runs (support article 830473). */
const longestLine = 8191;

/** `cmd /c`: runs one line and returns what cmd.exe ends with. */
export async function runLine(
  line: string,
  options: ShellOptions,
  streams: Streams,
): Promise<number> {
  const shell = createShell(options);
  const stderr = outputOf(shell, streams.stderr);
  if (line.length > longestLine) {
    stderr.line('The command line is too long.');
    return 1;
  }
  let node: Node | null;
  try {
    node = parseLine(expandPercent(firstLineOf(line), { lookup: lookupOf(shell) }));
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    stderr.line(error.message);
    return 1;
  }
  try {
    return node === null ? 0 : await evaluate(node, shell, streams);
  } catch (error) {
    if (error instanceof ShellExit || error instanceof BatchExit) return error.code;
    if (error instanceof Jump) return 0;
    throw error;
  }
}

/** What stands behind a line end is not run: `cmd /c` takes one line. */
function firstLineOf(line: string): string {
  return line.split(/\r?\n/, 1)[0] ?? '';
}

export interface ShellSwitches {
  readonly command: string | null;
  readonly isDelayedExpansionOn: boolean;
}

/**
 * Reads the switches of `cmd.exe`. Quotes around the command are kept only when there are exactly two, nothing special
 * between them and they name a program; otherwise the first and the last one go (text of `cmd /?`).
 */
export function readSwitches(tail: string, isProgram: (name: string) => boolean): ShellSwitches {
  let rest = tail.trimStart();
  let isDelayedExpansionOn = false;
  let stripsAlways = false;
  for (;;) {
    const match = /^\/([a-z])(:\w+)?/i.exec(rest);
    if (match === null) return { command: null, isDelayedExpansionOn };
    const letter = (match[1] ?? '').toLowerCase();
    rest = rest.slice(match[0].length);
    if (letter === 'c' || letter === 'k' || letter === 'r') {
      return {
        command: stripQuotes(rest.trimStart(), stripsAlways, isProgram),
        isDelayedExpansionOn,
      };
    }
    if (letter === 'v')
      isDelayedExpansionOn = match[2] === undefined || match[2].toLowerCase() === ':on';
    if (letter === 's') stripsAlways = true;
    rest = rest.trimStart();
  }
}

function stripQuotes(
  command: string,
  stripsAlways: boolean,
  isProgram: (name: string) => boolean,
): string {
  if (!command.startsWith('"')) return command;
  const last = command.lastIndexOf('"');
  const inner = command.slice(1, last);
  const quotes = command.split('"').length - 1;
  if (
    !stripsAlways &&
    quotes === 2 &&
    !/[&<>()@^|]/.test(inner) &&
    inner.includes(' ') &&
    isProgram(inner)
  )
    return command;
  return last === 0 ? command.slice(1) : inner + command.slice(last + 1);
}
