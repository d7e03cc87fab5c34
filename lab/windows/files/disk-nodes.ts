import type { BaseImage } from './base-image';
import type { Content } from './content';
import { FileError } from './file-error';
import { keyOf, parentOf } from './paths';

export interface DiskNode {
  readonly path: string;
  readonly kind: 'file' | 'folder';
  /** Null for folders, and for files that are as the installation left them. */
  readonly content: Content | null;
  modifiedAt: number;
}

/** What is on a disk: the installation's image, and over it what has changed since. */
export interface DiskNodes {
  find(path: string): DiskNode | null;
  childrenOf(path: string): DiskNode[];
  sizeOf(node: DiskNode): number;
  put(node: DiskNode): DiskNode;
  /** Takes a node away and gives its bytes back. */
  drop(node: DiskNode): void;
  /** Accounts for bytes that a file grows by; negative gives back. @throws FileError ENOSPC */
  reserve(bytes: number): void;
  freeBytes(): number;
}

export interface DiskSpace {
  readonly capacity: () => number;
  readonly isFull: () => boolean;
}

export function createDiskNodes(
  image: BaseImage,
  installedAt: number,
  { capacity, isFull }: DiskSpace,
): DiskNodes {
  // A null is a file of the installation that was deleted.
  const changed = new Map<string, DiskNode | null>();
  let used = 0;

  const find = (path: string): DiskNode | null => {
    const own = changed.get(keyOf(path));
    if (own !== undefined) return own;
    const base = image.get(path);
    if (base === undefined) return null;
    return { path: base.path, kind: base.kind, content: null, modifiedAt: installedAt };
  };

  return {
    find,
    childrenOf(path) {
      const parent = keyOf(path);
      const found = new Map<string, DiskNode | null>();
      for (const base of image.childrenOf(path)) found.set(keyOf(base.path), find(base.path));
      for (const [key, node] of changed) {
        const isChild = node !== null && keyOf(parentOf(node.path)) === parent && key !== parent;
        if (isChild) found.set(key, node);
      }
      return [...found.values()].filter((node) => node !== null);
    },
    sizeOf: (node) => node.content?.size ?? image.get(node.path)?.size ?? 0,
    put(node) {
      changed.set(keyOf(node.path), node);
      return node;
    },
    drop(node) {
      used -= node.content?.size ?? 0;
      if (image.get(node.path) === undefined) changed.delete(keyOf(node.path));
      else changed.set(keyOf(node.path), null);
    },
    reserve(bytes) {
      if (bytes > 0 && (isFull() || used + bytes > capacity())) throw new FileError('ENOSPC');
      used += bytes;
    },
    freeBytes: () => (isFull() ? 0 : Math.max(0, capacity() - used)),
  };
}
