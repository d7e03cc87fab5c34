import { nameOf, parentOf, resolvePath, wildcardToPattern } from '../files/paths';
import type { Invocation } from '../process/invocation';

export interface MatchedFile {
  readonly path: string;
  /** Name as tools print it: the folder as it was typed. */
  readonly shown: string;
}

/** Files that a typed name means, its wildcards replaced; empty when there is none. */
export function matchingFiles(
  typed: string,
  { host, workingDirectory }: Invocation,
  inSubfolders = false,
): MatchedFile[] {
  const path = resolvePath(typed, workingDirectory);
  if (!inSubfolders && !/[*?]/.test(typed)) {
    return host.files.stat(path)?.kind === 'file' ? [{ path, shown: typed }] : [];
  }
  const pattern = wildcardToPattern(nameOf(path));
  const typedFolder = /^.*[\\/:]/.exec(typed)?.[0] ?? '';
  return filesIn(parentOf(path), typedFolder);

  function filesIn(folder: string, shownFolder: string): MatchedFile[] {
    const names = host.files.list(folder) ?? [];
    const found = names
      .map((name) => ({ name, path: resolvePath(name, folder), shown: `${shownFolder}${name}` }))
      .map((entry) => ({ ...entry, kind: host.files.stat(entry.path)?.kind }));
    const files = found
      .filter(({ kind, name }) => kind === 'file' && pattern.test(name))
      .map(({ path: full, shown }) => ({ path: full, shown }));
    if (!inSubfolders) return files;
    const below = found.filter(({ kind }) => kind === 'folder');
    return [...files, ...below.flatMap((entry) => filesIn(entry.path, `${entry.shown}\\`))];
  }
}

/** What Windows says of a file that cannot be opened: its folder may be missing too. */
export function missingFileError(
  path: string,
  { host }: Invocation,
): { readonly text: string; readonly win32: number } {
  if (host.files.stat(path)?.kind === 'folder') return { text: 'Access is denied.', win32: 5 };
  return host.files.stat(parentOf(path))?.kind === 'folder'
    ? { text: 'The system cannot find the file specified.', win32: 2 }
    : { text: 'The system cannot find the path specified.', win32: 3 };
}
