import { FileError } from '../../files/file-error';
import { nameOf, parentOf, resolvePath, wildcardToPattern } from '../../files/paths';
import type { InternalCommand } from '../shell-state';
import { operandsOf } from './operands';

/** A file that is not there is told, and yet a success: `del` ends with 0. */
export const del: InternalCommand = ({ shell, tail, stderr }) => {
  const { names } = operandsOf(tail);
  const { files } = shell.context.host;
  if (names.length === 0) {
    stderr.line('The syntax of the command is incorrect.');
    return 1;
  }
  for (const typed of names) {
    const path = resolvePath(typed, shell.workingDirectory);
    const isFolder = files.stat(path)?.kind === 'folder';
    const folder = isFolder ? path : parentOf(path);
    const pattern = wildcardToPattern(isFolder ? '*' : nameOf(path));
    const found = (files.list(folder) ?? [])
      .filter((name) => pattern.test(name))
      .map((name) => resolvePath(name, folder))
      .filter((full) => files.stat(full)?.kind === 'file');
    for (const full of found) files.removeFile(full);
    if (found.length === 0 && !isFolder) {
      stderr.line(
        files.stat(folder) === null
          ? 'The system cannot find the path specified.'
          : `Could Not Find ${path}`,
      );
    }
  }
  return 0;
};

export const ren: InternalCommand = ({ shell, tail, stderr }) => {
  const [from, to] = operandsOf(tail).names;
  const { files } = shell.context.host;
  if (from === undefined || to === undefined || /[\\/:]/.test(to.replaceAll('"', ''))) {
    stderr.line('The syntax of the command is incorrect.');
    return 1;
  }
  const source = resolvePath(from, shell.workingDirectory);
  try {
    files.rename(source, resolvePath(to, parentOf(source)), false);
    return 0;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    stderr.line(textOf(error));
    return 1;
  }
};

function textOf(error: FileError): string {
  if (error.code === 'ENOENT') return 'The system cannot find the file specified.';
  return error.code === 'EEXIST'
    ? 'A duplicate file name exists, or the file\r\ncannot be found.'
    : error.message;
}
