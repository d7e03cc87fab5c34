import { FileError } from '../../files/file-error';
import {
  isNullDevice,
  keyOf,
  nameOf,
  parentOf,
  resolvePath,
  wildcardToPattern,
} from '../../files/paths';
import type { FileSystem } from '../../files/file-system';
import type { InternalCommand, InternalRun } from '../shell-state';
import { operandsOf } from './operands';

const nothingCopied = '        0 file(s) copied.';

interface CopyJob {
  readonly sources: readonly string[];
  readonly target: string;
}

/** `copy /y a b`, `copy /b a+b c`. Without /y it would ask; what runs without a console has nobody to answer. */
export const copy: InternalCommand = (run) => {
  const { names, switches } = operandsOf(joinSums(run.tail));
  const [from, to = '.'] = names;
  if (from === undefined) return tell(run, 'The syntax of the command is incorrect.');
  const jobs = jobsOf(from, to, run);
  if (jobs === null) return tell(run, missingText(termsOf(from)[0] ?? '', run), nothingCopied);
  const { shell, stdout } = run;
  const { files } = shell.context.host;
  const asks = !switches.includes('y') && shell.batch === null;
  for (const { sources, target } of jobs) {
    if (asks && files.stat(target) !== null) {
      stdout.text(`Overwrite ${target}? (Yes/No/All): `);
      return tell(run, '', nothingCopied);
    }
    try {
      writeCopy(files, sources, target);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return tell(run, error.message, nothingCopied);
    }
  }
  stdout.line(`${String(jobs.length).padStart(9)} file(s) copied.`);
  return 0;
};

/** `copy /b a+b a` adds to the file that is there; every other target is made anew. */
function writeCopy(files: FileSystem, sources: readonly string[], target: string): void {
  const isAddition = sources.length > 1 && keyOf(sources[0] ?? '') === keyOf(target);
  const parts = isAddition ? sources.slice(1) : sources;
  const bytes = Buffer.concat(parts.map((path) => files.read(path) ?? Buffer.alloc(0)));
  if (!isAddition) return files.write(target, bytes);
  const writer = files.open(target, 'append');
  try {
    writer.write(bytes);
  } finally {
    writer.close();
  }
}

/** Names of a sum may stand apart: `a + b`. A plus between quotes is part of a name. */
const joinSums = (tail: string): string =>
  tail.replace(/"[^"]*"|\s*\+\s*/g, (found) => (found.startsWith('"') ? found : '+'));

const termsOf = (sum: string): string[] => sum.match(/(?:"[^"]*"|[^+"])+/g) ?? [];

/** What goes where; null when something of it is not there. */
function jobsOf(from: string, to: string, run: InternalRun): CopyJob[] | null {
  const { workingDirectory, context } = run.shell;
  const { files } = context.host;
  const terms = termsOf(from);
  const parts = terms.flatMap((name) => matching(resolvePath(name, workingDirectory), run));
  const isThere = (path: string): boolean =>
    isNullDevice(path) || files.stat(path)?.kind === 'file';
  if (parts.length === 0 || !parts.every(isThere)) return null;
  const target = resolvePath(to, workingDirectory);
  const isFolder = files.stat(target)?.kind === 'folder';
  const into = (path: string): string => (isFolder ? resolvePath(nameOf(path), target) : target);
  if (terms.length > 1) return [{ sources: parts, target: into(parts[0] ?? '') }];
  return parts.map((path) => ({ sources: [path], target: into(path) }));
}

function missingText(typed: string, { shell }: InternalRun): string {
  const folder = parentOf(resolvePath(typed, shell.workingDirectory));
  return shell.context.host.files.stat(folder) === null
    ? 'The system cannot find the path specified.'
    : 'The system cannot find the file specified.';
}

export const move: InternalCommand = (run) => {
  const { names } = operandsOf(run.tail);
  const [from, to = '.'] = names;
  if (from === undefined) return tell(run, 'The syntax of the command is incorrect.');
  const { shell, stdout } = run;
  const { files } = shell.context.host;
  const source = resolvePath(from, shell.workingDirectory);
  const target = resolvePath(to, shell.workingDirectory);
  const found = files.stat(source);
  if (found === null) return tell(run, missingText(from, run));
  const goal =
    files.stat(target)?.kind === 'folder' ? resolvePath(nameOf(found.path), target) : target;
  try {
    files.rename(source, goal, true);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return tell(run, error.message);
  }
  stdout.line(`        1 ${found.kind === 'file' ? 'file(s)' : 'dir(s)'} moved.`);
  return 0;
};

function matching(path: string, { shell }: InternalRun): string[] {
  if (!/[*?]/.test(path)) return [path];
  const pattern = wildcardToPattern(nameOf(path));
  const { files } = shell.context.host;
  return (files.list(parentOf(path)) ?? [])
    .filter((name) => pattern.test(name))
    .map((name) => resolvePath(name, parentOf(path)))
    .filter((full) => files.stat(full)?.kind === 'file');
}

function tell({ stdout, stderr }: InternalRun, problem: string, summary?: string): number {
  if (problem !== '') stderr.line(problem);
  if (summary !== undefined) stdout.line(summary);
  return 1;
}
