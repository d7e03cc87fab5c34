import type { MachineFiles } from '../../machine';
import { FileError } from './file-error';
import type { FileSystem } from './file-system';
import { resolvePath } from './paths';

/** The disk as SFTP sees it. */
export function createMachineFiles(files: FileSystem): MachineFiles {
  return {
    stat(path) {
      const found = files.stat(full(path));
      return found === null
        ? null
        : { kind: found.kind, size: found.size, modifiedAt: found.modifiedAt };
    },
    list: (path) => files.list(full(path)),
    read: (path) => files.read(full(path)),
    write: (path, offset, bytes) => files.writeAt(full(path), offset, bytes),
    truncate: (path, size) => files.truncate(full(path), size),
    makeFolder(path) {
      try {
        files.makeFolder(full(path));
      } catch (error) {
        if (!(error instanceof FileError) || error.code !== 'EEXIST') throw error;
      }
    },
    remove: (path) =>
      succeeds(() => {
        if (files.stat(full(path))?.kind === 'folder') files.removeFolder(full(path), false);
        else files.removeFile(full(path));
      }),
    rename: (from, to) => succeeds(() => files.rename(full(from), full(to), false)),
  };
}

function succeeds(act: () => void): boolean {
  try {
    act();
    return true;
  } catch (error) {
    if (error instanceof FileError) return false;
    throw error;
  }
}

function full(path: string): string {
  return resolvePath(path, 'C:\\');
}
