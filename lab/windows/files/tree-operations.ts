import { type Content, createContent } from './content';
import type { DiskNode, DiskNodes } from './disk-nodes';
import { FileError } from './file-error';
import { isNameValid, keyOf, nameOf, parentOf } from './paths';

export interface TreeOptions {
  readonly nodes: DiskNodes;
  readonly now: () => number;
  readonly isFull: () => boolean;
  readonly contentOf: (node: DiskNode) => Content | null;
  readonly onWritten: (path: string, size: number) => void;
  readonly onDeleted: (path: string) => void;
}

/** What concerns names and folders, not bytes. */
export interface TreeOperations {
  makeFolder(path: string): void;
  removeFile(path: string): void;
  removeFolder(path: string, withContents: boolean): void;
  rename(from: string, to: string, replace: boolean): void;
}

export function createTreeOperations(options: TreeOptions): TreeOperations {
  const { nodes, now, isFull, onDeleted } = options;

  const makeFolder = (path: string): void => {
    if (!isNameValid(path)) throw new FileError('EINVAL');
    if (nodes.find(path) !== null) throw new FileError('EEXIST');
    if (isFull()) throw new FileError('ENOSPC');
    const parent = nodes.find(parentOf(path));
    // Another drive than the one there is has no root.
    if (parent?.kind === 'file' || parentOf(path) === path) throw new FileError('ENOENT');
    if (parent === null) makeFolder(parentOf(path));
    nodes.put({ path, kind: 'folder', content: null, modifiedAt: now() });
  };
  const removeFile = (path: string): void => {
    const node = nodes.find(path);
    if (node === null) throw new FileError('ENOENT');
    if (node.kind === 'folder') throw new FileError('EISDIR');
    nodes.drop(node);
    onDeleted(node.path);
  };
  const removeFolder = (path: string, withContents: boolean): void => {
    const node = nodes.find(path);
    if (node === null) throw new FileError('ENOENT');
    if (node.kind === 'file') throw new FileError('ENOTDIR');
    const children = nodes.childrenOf(path);
    if (children.length > 0 && !withContents) throw new FileError('ENOTEMPTY');
    for (const child of children) {
      if (child.kind === 'folder') removeFolder(child.path, true);
      else removeFile(child.path);
    }
    nodes.drop(node);
  };
  const rename = (from: string, to: string, replace: boolean): void => {
    const node = nodes.find(from);
    if (node === null) throw new FileError('ENOENT');
    makeWay(nodes, from, to, replace);
    const children = node.kind === 'folder' ? nodes.childrenOf(from) : [];
    moveNode(node, to, options);
    for (const child of children) rename(child.path, `${to}\\${nameOf(child.path)}`, false);
  };
  return { makeFolder, removeFile, removeFolder, rename };
}

/** Whatever stands where something is to be moved. */
function makeWay(nodes: DiskNodes, from: string, to: string, replace: boolean): void {
  if (!isNameValid(to)) throw new FileError('EINVAL');
  if (nodes.find(parentOf(to))?.kind !== 'folder') throw new FileError('ENOENT');
  // A folder cannot be put below itself.
  if (keyOf(to).startsWith(`${keyOf(from)}\\`)) throw new FileError('EACCES');
  const target = nodes.find(to);
  if (target === null || keyOf(to) === keyOf(from)) return;
  if (!replace) throw new FileError('EEXIST');
  if (target.kind === 'folder') throw new FileError('EACCES');
  nodes.drop(target);
}

function moveNode(node: DiskNode, to: string, { nodes, contentOf, onWritten }: TreeOptions): void {
  const content = node.kind === 'folder' ? null : (contentOf(node) ?? createContent());
  const size = content?.size ?? 0;
  nodes.drop({ ...node, content: null });
  nodes.put({ path: to, kind: node.kind, content, modifiedAt: node.modifiedAt });
  if (node.kind === 'file') onWritten(to, size);
}
