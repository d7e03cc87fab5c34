import { readCabinet, type CabinetFile } from '../../../cabinet';
import type { FileSystem } from '../../files/file-system';

const opened = new WeakMap<ArrayBufferLike, Map<number, readonly CabinetFile[]>>();

/**
 * Files of the cabinet at a path. Asking for the hash makes its content one buffer for all machines of the process,
 * which is never written to: a package that a thousand machines expand is taken apart once, and so are its files.
 *
 * @throws BadCabinet
 */
export function cabinetOf(files: FileSystem, path: string): readonly CabinetFile[] | null {
  if (files.hash(path, 'sha256') === null) return null;
  const bytes = files.read(path);
  if (bytes === null) return null;
  const inBuffer = opened.get(bytes.buffer) ?? new Map<number, readonly CabinetFile[]>();
  opened.set(bytes.buffer, inBuffer);
  const members = inBuffer.get(bytes.byteOffset) ?? readCabinet(bytes);
  inBuffer.set(bytes.byteOffset, members);
  return members;
}
