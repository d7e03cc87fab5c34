import { FileError } from '../../files/file-error';
import { nameOf, parentOf, resolvePath, wildcardToPattern } from '../../files/paths';
import type { InternalCommand, InternalRun } from '../shell-state';
import { operandsOf } from './operands';

export const changeFolder: InternalCommand = ({ shell, tail, stdout, stderr }) => {
  const typed = tail.replace(/^\s*\/d\b/i, '').trim();
  if (typed === '') {
    stdout.line(shell.workingDirectory);
    return 0;
  }
  const path = resolvePath(typed, shell.workingDirectory);
  const found = shell.context.host.files.stat(path);
  if (found?.kind !== 'folder') {
    stderr.line(
      found === null
        ? 'The system cannot find the path specified.'
        : 'The directory name is invalid.',
    );
    return 1;
  }
  shell.workingDirectory = found.path;
  return 0;
};

export const makeFolder: InternalCommand = (run) =>
  eachName(run, (path, typed) => {
    const { files } = run.shell.context.host;
    try {
      files.makeFolder(path);
      return null;
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return error.code === 'EEXIST'
        ? `A subdirectory or file ${typed} already exists.`
        : error.message;
    }
  });

export const removeFolder: InternalCommand = (run) => {
  const { switches } = operandsOf(run.tail);
  return eachName(run, (path) => {
    const { files } = run.shell.context.host;
    try {
      files.removeFolder(path, switches.includes('s'));
      return null;
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      if (error.code !== 'ENOENT') return error.message;
      return files.stat(parentOf(path)) === null
        ? 'The system cannot find the path specified.'
        : 'The system cannot find the file specified.';
    }
  });
};

/** Runs for each name; a text is an error and makes the exit code 1. */
function eachName(run: InternalRun, act: (path: string, typed: string) => string | null): number {
  const { names } = operandsOf(run.tail);
  if (names.length === 0) {
    run.stderr.line('The syntax of the command is incorrect.');
    return 1;
  }
  let code = 0;
  for (const typed of names) {
    const problem = act(resolvePath(typed, run.shell.workingDirectory), typed);
    if (problem === null) continue;
    run.stderr.line(problem);
    code = 1;
  }
  return code;
}

export const dir: InternalCommand = (run) => {
  const { names, switches } = operandsOf(run.tail);
  const { files } = run.shell.context.host;
  const path = resolvePath(names[0] ?? '.', run.shell.workingDirectory);
  const isFolder = files.stat(path)?.kind === 'folder';
  const folder = isFolder ? path : parentOf(path);
  const pattern = wildcardToPattern(isFolder ? '*' : nameOf(path));
  const found = (files.list(folder) ?? []).filter((name) => pattern.test(name)).filter(wanted);
  const isBare = switches.includes('b');
  if (!isBare)
    run.stdout.text(
      ` Volume in drive C has no label.\r\n Volume Serial Number is 5A1C-20E4\r\n\r\n Directory of ${folder}\r\n\r\n`,
    );
  if (found.length === 0) {
    run.stderr.line('File Not Found');
    return 1;
  }
  if (isBare) for (const name of found) run.stdout.line(name);
  else listLong(run, folder, found);
  return 0;

  function wanted(name: string): boolean {
    const kind = files.stat(resolvePath(name, folder))?.kind;
    const filter = switches.find((word) => /^a:?-?d$/.test(word));
    if (filter === undefined) return true;
    return filter.includes('-') ? kind === 'file' : kind === 'folder';
  }
};

function listLong({ shell, stdout }: InternalRun, folder: string, names: readonly string[]): void {
  const { files } = shell.context.host;
  let bytes = 0;
  let fileCount = 0;
  for (const name of names) {
    const found = files.stat(resolvePath(name, folder));
    if (found === null) continue;
    const size =
      found.kind === 'folder' ? '<DIR>         ' : found.size.toLocaleString('en-US').padStart(14);
    stdout.line(`${longDate(found.modifiedAt)}    ${size} ${name}`);
    if (found.kind === 'folder') continue;
    fileCount += 1;
    bytes += found.size;
  }
  stdout.line(
    `${String(fileCount).padStart(16)} File(s) ${bytes.toLocaleString('en-US').padStart(14)} bytes`,
  );
  stdout.line(
    `${String(names.length - fileCount).padStart(16)} Dir(s) ${files.freeBytes().toLocaleString('en-US').padStart(15)} bytes free`,
  );
}

function longDate(at: number): string {
  const iso = new Date(at).toISOString();
  const hour = Number(iso.slice(11, 13));
  const clock = `${String(hour % 12 === 0 ? 12 : hour % 12).padStart(2, '0')}:${iso.slice(14, 16)} ${hour < 12 ? 'AM' : 'PM'}`;
  return `${iso.slice(5, 7)}/${iso.slice(8, 10)}/${iso.slice(0, 4)}  ${clock}`;
}
