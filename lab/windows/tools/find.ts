import { resolvePath } from '../files/paths';
import { decodeText, encodeText } from '../process/code-pages';
import type { Invocation, Program } from '../process/invocation';
import { readAll } from '../process/streams';
import { linesIn } from './line-splitter';
import { matchingFiles } from './matching-files';

interface FindCommand {
  readonly text: string;
  readonly switches: ReadonlySet<string>;
  readonly files: readonly string[];
}

const known = new Set(['v', 'c', 'n', 'i', 'off', 'offline']);

/** 0 found, 1 not found, 2 bad command line. The text must stand in quotes: that is why the raw tail is read. */
export const find: Program = async (invocation) => {
  const { tail, stdin, stdout, stderr, context } = invocation;
  const command = readTail(tail);
  if (typeof command === 'string') {
    stderr.line(command);
    return 2;
  }
  if (command.files.length > 0) return searchFiles(command, invocation);
  const lines = matchingLines(await readAll(stdin, context.control), command, context.codePage);
  if (command.switches.has('c')) stdout.line(String(lines.length));
  else stdout.bytes(Buffer.concat(lines));
  return lines.length > 0 ? 0 : 1;
};

/** A text is what find tells of a bad command line. */
function readTail(tail: string): FindCommand | string {
  const switches = new Set<string>();
  const files: string[] = [];
  let text: string | null = null;
  for (const [, slash, quoted, bare] of tail.matchAll(
    /\/(\w*)|"((?:""|[^"])*)(?:"|$)|([^\s"]+)/g,
  )) {
    if (slash !== undefined) {
      const name = slash.toLowerCase();
      if (!known.has(name)) return 'FIND: Invalid switch';
      switches.add(name);
    } else if (quoted !== undefined && text === null) text = quoted.replaceAll('""', '"');
    else if (text === null) return 'FIND: Parameter format not correct';
    else files.push(quoted ?? bare ?? '');
  }
  return text === null ? 'FIND: Parameter format not correct' : { text, switches, files };
}

function searchFiles(command: FindCommand, invocation: Invocation): number {
  const { host, stdout, stderr, context, workingDirectory } = invocation;
  const counts = command.switches.has('c');
  let isFound = false;
  for (const typed of command.files) {
    const files = matchingFiles(typed, invocation);
    if (files.length === 0) {
      const isFolder = host.files.stat(resolvePath(typed, workingDirectory))?.kind === 'folder';
      stderr.line(`${isFolder ? 'Access denied' : 'File not found'} - ${typed.toUpperCase()}`);
    }
    for (const { path, shown } of files) {
      const lines = matchingLines(
        host.files.read(path) ?? Buffer.alloc(0),
        command,
        context.codePage,
      );
      isFound ||= lines.length > 0;
      stdout.line(`\r\n---------- ${shown.toUpperCase()}${counts ? `: ${lines.length}` : ''}`);
      if (!counts) stdout.bytes(Buffer.concat(lines));
    }
  }
  return isFound ? 0 : 1;
}

/** Lines as they are to be printed, each with CR LF. Nothing contains the empty text, so /v "" gives every line. */
function matchingLines(bytes: Buffer, { text, switches }: FindCommand, codePage: number): Buffer[] {
  const fold = (line: string): string => (switches.has('i') ? line.toLowerCase() : line);
  const wanted = fold(text);
  // What wmic writes into a file is UTF-16; find reads that, findstr does not.
  const isWide = bytes[0] === 0xff && bytes[1] === 0xfe;
  const block = isWide ? encodeText(bytes.toString('utf16le', 2), codePage) : bytes;
  const found: Buffer[] = [];
  let lineNumber = 0;
  for (const line of linesIn(block)) {
    lineNumber += 1;
    const content = withoutEnd(line);
    const contains = wanted !== '' && fold(decodeText(content, codePage)).includes(wanted);
    if (contains === switches.has('v')) continue;
    const label = switches.has('n') ? `[${lineNumber}]` : '';
    found.push(Buffer.concat([Buffer.from(label), content, Buffer.from('\r\n')]));
  }
  return found;
}

function withoutEnd(line: Buffer): Buffer {
  if (line.at(-1) !== 10) return line;
  return line.subarray(0, line.at(-2) === 13 ? -2 : -1);
}
