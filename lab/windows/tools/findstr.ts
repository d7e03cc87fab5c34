import { decodeText } from '../process/code-pages';
import { resolvePath } from '../files/paths';
import type { Invocation, Program } from '../process/invocation';
import { readCommandLine, type FindstrCommand } from './findstr/command-line';
import { createSearch, type Search } from './findstr/search';
import { createLineSplitter } from './line-splitter';
import { matchingFiles, type MatchedFile } from './matching-files';

/** Lines of standard input may have so many bytes; longer ones are told and dropped. */
const longestInputLine = 8191;

/** 0 found, 1 not found, 2 bad command line. */
export const findstr: Program = async (invocation) => {
  const { args, context, stderr } = invocation;
  const command = readCommandLine(args, context.codePage, (typed) => textsIn(typed, invocation));
  for (const word of command?.ignored ?? []) stderr.line(`FINDSTR: /${word} ignored`);
  if (command === null) {
    stderr.line('FINDSTR: Bad command line');
    return 2;
  }
  const found =
    command.files.length === 0
      ? await searchInput(command, invocation)
      : searchFiles(command, invocation);
  return found ? 0 : 1;
};

function textsIn(
  typed: string,
  { host, context, workingDirectory, stderr }: Invocation,
): string[] | null {
  const bytes = host.files.read(resolvePath(typed, workingDirectory));
  if (bytes === null) stderr.line(`FINDSTR: Cannot open ${typed}`);
  return bytes === null
    ? null
    : decodeText(bytes, context.codePage)
        .split(/\r?\n/)
        .filter((line) => line !== '');
}

/** Prints lines as they arrive: whoever writes slowly sees them at once, and nothing of a long upload is held back. */
async function searchInput(
  command: FindstrCommand,
  { context, stdin, stdout, stderr }: Invocation,
): Promise<boolean> {
  const search = createSearch(command, {
    prefix: '',
    longestLine: longestInputLine,
    onTooLong: (lineNumber) => stderr.line(`FINDSTR: Line ${lineNumber} is too long.`),
  });
  const splitter = createLineSplitter();
  const take = (block: Buffer): void => {
    if (block.length === 0) return;
    const pieces = search.take(block);
    if (!command.namesOnly) stdout.bytes(Buffer.concat(pieces));
  };
  for (
    let chunk = await stdin.read(context.control);
    chunk !== null;
    chunk = await stdin.read(context.control)
  ) {
    take(splitter.push(chunk));
  }
  const rest = splitter.rest();
  // A pipe's last line gets the line end that it lacks; a file's stays as it is.
  if (rest.length > 0)
    take(stdin.kind === 'pipe' ? Buffer.concat([rest, Buffer.from('\r\n')]) : rest);
  if (command.namesOnly && search.found) stdout.line('(standard input)');
  return search.found;
}

function searchFiles(command: FindstrCommand, invocation: Invocation): boolean {
  const { stderr } = invocation;
  const files: MatchedFile[] = [];
  for (const typed of command.files) {
    const matched = matchingFiles(typed, invocation, command.inSubfolders);
    if (matched.length === 0) stderr.line(`FINDSTR: Cannot open ${typed}`);
    files.push(...matched);
  }
  const isMany =
    command.inSubfolders || command.files.length > 1 || /[*?]/.test(command.files[0] ?? '');
  return files.filter((file) => searchFile(file, isMany, command, invocation)).length > 0;
}

function searchFile(
  file: MatchedFile,
  isMany: boolean,
  command: FindstrCommand,
  { host, stdout }: Invocation,
): boolean {
  const search: Search = createSearch(command, {
    prefix: isMany ? `${file.shown}:` : '',
    longestLine: Infinity,
    onTooLong: () => undefined,
  });
  const pieces = search.take(host.files.read(file.path) ?? Buffer.alloc(0));
  if (command.namesOnly && search.found) stdout.line(file.shown);
  if (!command.namesOnly) stdout.bytes(Buffer.concat(pieces));
  return search.found;
}
