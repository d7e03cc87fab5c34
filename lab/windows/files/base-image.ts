import type { WindowsFacts } from '../options';
import { filesOf, foldersOf } from './installed-files';
import { keyOf, parentOf } from './paths';

/** Files and folders a machine has from its installation on: one table for all machines of the same roles. */
export interface BaseEntry {
  readonly path: string;
  readonly kind: 'file' | 'folder';
  readonly size: number;
}

export interface BaseImage {
  get(path: string): BaseEntry | undefined;
  childrenOf(path: string): readonly BaseEntry[];
}

const images = new Map<string, BaseImage>();

/** @param programs full paths of the programs the machine has; the same list for all machines with the same roles */
export function baseImage(windows: WindowsFacts, programs: readonly string[]): BaseImage {
  const { exchange, iis, dns } = windows;
  const key = `${exchange} ${iis} ${dns} ${programs.length}`;
  const image = images.get(key) ?? indexEntries(entriesOf(windows, programs));
  images.set(key, image);
  return Object.keys(windows.files).length === 0 ? image : withFiles(image, windows.files);
}

function entriesOf(windows: WindowsFacts, programs: readonly string[]): BaseEntry[] {
  return [
    ...foldersOf(windows).map((path) => ({ path, kind: 'folder' as const, size: 0 })),
    ...filesOf(windows).map(([path, size]) => ({ path, kind: 'file' as const, size })),
    ...programs.map((path) => ({ path, kind: 'file' as const, size: 65_536 })),
  ];
}

/** What a scenario has otherwise, over the image that all machines share. */
function withFiles(image: BaseImage, files: WindowsFacts['files']): BaseImage {
  const gone = new Set<string>();
  const made: BaseEntry[] = [];
  for (const [path, version] of Object.entries(files)) {
    if (version === null) gone.add(keyOf(path));
    else if (image.get(path) === undefined) made.push({ path, kind: 'file', size: 65_536 });
  }
  const folders = made.flatMap(({ path }) => missingFolders(path, image));
  const own = indexEntries([...folders, ...made]);
  return {
    get: (path) => (gone.has(keyOf(path)) ? undefined : (image.get(path) ?? own.get(path))),
    childrenOf: (path) =>
      [...image.childrenOf(path), ...own.childrenOf(path)].filter(
        (entry) => !gone.has(keyOf(entry.path)),
      ),
  };
}

function missingFolders(path: string, image: BaseImage): BaseEntry[] {
  const parent = parentOf(path);
  if (image.get(parent) !== undefined) return [];
  return [...missingFolders(parent, image), { path: parent, kind: 'folder', size: 0 }];
}

function indexEntries(entries: readonly BaseEntry[]): BaseImage {
  const byPath = new Map(entries.map((entry) => [keyOf(entry.path), entry]));
  const children = new Map<string, BaseEntry[]>();
  for (const entry of byPath.values()) {
    const parent = keyOf(parentOf(entry.path));
    if (parent === keyOf(entry.path)) continue;
    children.set(parent, [...(children.get(parent) ?? []), entry]);
  }
  return {
    get: (path) => byPath.get(keyOf(path)),
    childrenOf: (path) => children.get(keyOf(path)) ?? [],
  };
}
