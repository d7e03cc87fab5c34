import { createHash } from 'node:crypto';
import type { BaseImage } from './base-image';
import { type Content, createContent } from './content';
import { createDiskNodes, type DiskNode, type DiskNodes, type DiskSpace } from './disk-nodes';
import { FileError } from './file-error';
import { isNameValid, nameOf, parentOf } from './paths';
import { createTreeOperations, type TreeOperations } from './tree-operations';

export interface FileStat {
  readonly path: string;
  readonly kind: 'file' | 'folder';
  readonly size: number;
  readonly modifiedAt: number;
}

export interface FileWriter {
  /** @throws FileError ENOSPC */
  write(bytes: Uint8Array): void;
  close(): void;
}

/** The disk of one machine. All paths are full, case is ignored. Every failure is a FileError. */
export interface FileSystem extends TreeOperations {
  stat(path: string): FileStat | null;
  /** Names in a folder, sorted; null when there is no such folder. */
  list(path: string): readonly string[] | null;
  read(path: string): Buffer | null;
  open(path: string, mode: 'truncate' | 'append'): FileWriter;
  write(path: string, bytes: Uint8Array): void;
  writeAt(path: string, offset: number, bytes: Uint8Array): void;
  truncate(path: string, size: number): void;
  /** SHA-256, SHA-1 or MD5 of a file in hex; null when there is none. */
  hash(path: string, algorithm: 'sha256' | 'sha1' | 'md5'): string | null;
  freeBytes(): number;
}

export interface DiskOptions extends DiskSpace {
  readonly image: BaseImage;
  readonly now: () => number;
  readonly installedAt: number;
  readonly onWritten: (path: string, size: number) => void;
  readonly onDeleted: (path: string) => void;
}

const imageBytes = Buffer.from('MZ\u0090\u0000 part of the installation', 'latin1');

export function createFileSystem(disk: DiskOptions): FileSystem {
  const nodes = createDiskNodes(disk.image, disk.installedAt, disk);
  return {
    ...createTreeOperations({ ...disk, nodes, contentOf }),
    ...createReading(nodes),
    ...createWriting(nodes, disk),
    freeBytes: () => nodes.freeBytes(),
  };
}

function contentOf({ content }: DiskNode): Content {
  return content ?? createContent(imageBytes);
}

function createReading(nodes: DiskNodes): Pick<FileSystem, 'stat' | 'list' | 'read' | 'hash'> {
  const read = (path: string): Buffer | null => {
    const node = nodes.find(path);
    if (node === null || node.kind === 'folder') return null;
    return node.content === null ? imageBytes : node.content.bytes();
  };
  return {
    read,
    stat(path) {
      const node = nodes.find(path);
      if (node === null) return null;
      const { kind, modifiedAt } = node;
      return { path: node.path, kind, size: nodes.sizeOf(node), modifiedAt };
    },
    list(path) {
      if (nodes.find(path)?.kind !== 'folder') return null;
      return nodes
        .childrenOf(path)
        .map((node) => nameOf(node.path))
        .toSorted((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
    },
    hash(path, algorithm) {
      const bytes = read(path);
      if (bytes === null) return null;
      const digest = createHash(algorithm).update(bytes).digest('hex');
      if (algorithm === 'sha256') nodes.find(path)?.content?.share(digest);
      return digest;
    },
  };
}

interface OpenFile {
  readonly node: DiskNode;
  readonly content: Content;
  readonly isNew: boolean;
}

function createWriting(
  nodes: DiskNodes,
  disk: DiskOptions,
): Pick<FileSystem, 'open' | 'write' | 'writeAt' | 'truncate'> {
  const openFile = (path: string, keep: boolean): OpenFile => openIn(nodes, disk, path, keep);
  const writeInto = ({ node, content }: OpenFile, offset: number, bytes: Uint8Array): void => {
    nodes.reserve(Math.max(0, offset + bytes.length - content.size));
    content.write(offset, bytes);
    node.modifiedAt = disk.now();
  };

  return {
    open(path, mode) {
      const file = openFile(path, mode === 'append');
      let isOpen = true;
      return {
        write: (bytes) => writeInto(file, file.content.size, bytes),
        close() {
          if (!isOpen) return;
          isOpen = false;
          file.content.settle();
          disk.onWritten(file.node.path, file.content.size);
        },
      };
    },
    write(path, bytes) {
      const old = fileAt(path, nodes);
      if (disk.isFull()) throw new FileError('ENOSPC');
      nodes.reserve(bytes.length - (old?.content?.size ?? 0));
      // The caller's buffer becomes the content: what `expand` takes out of a shared package stays shared.
      const content = createContent(asBuffer(bytes));
      const name = old?.path ?? path;
      nodes.put({ path: name, kind: 'file', content, modifiedAt: disk.now() });
      disk.onWritten(name, bytes.length);
    },
    writeAt(path, offset, bytes) {
      const file = openFile(path, true);
      writeInto(file, offset, bytes);
      if (file.isNew) disk.onWritten(file.node.path, file.content.size);
    },
    truncate(path, size) {
      const { node, content, isNew } = openFile(path, true);
      nodes.reserve(size - content.size);
      content.truncate(size);
      node.modifiedAt = disk.now();
      if (isNew) disk.onWritten(node.path, size);
    },
  };
}

/** Makes the file anew, or goes on with what it has. */
function openIn(nodes: DiskNodes, disk: DiskOptions, path: string, keep: boolean): OpenFile {
  const old = fileAt(path, nodes);
  if (disk.isFull()) throw new FileError('ENOSPC');
  if (old !== null && old.content !== null && keep) {
    return { node: old, content: old.content, isNew: false };
  }
  const content = createContent(old !== null && keep ? imageBytes : undefined);
  nodes.reserve(content.size - (old?.content?.size ?? 0));
  const name = old?.path ?? path;
  const node = nodes.put({ path: name, kind: 'file', content, modifiedAt: disk.now() });
  return { node, content, isNew: true };
}

/** What a file is to be written over; null when there is nothing yet. */
function fileAt(path: string, nodes: DiskNodes): DiskNode | null {
  if (!isNameValid(path)) throw new FileError('EINVAL');
  if (nodes.find(parentOf(path))?.kind !== 'folder') throw new FileError('ENOENT');
  const node = nodes.find(path);
  if (node?.kind === 'folder') throw new FileError('EISDIR');
  return node;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
