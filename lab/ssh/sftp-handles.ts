import type { FileEntry } from 'ssh2';

/** What a client has open: a file, or a folder with the entries that were not read yet. */
export interface OpenHandle {
  readonly path: string;
  readonly listing: FileEntry[] | null;
}

export interface Handles {
  add(open: OpenHandle): Buffer;
  get(handle: Buffer): OpenHandle | undefined;
  remove(handle: Buffer): boolean;
}

export function createHandles(): Handles {
  const open = new Map<number, OpenHandle>();
  let last = 0;
  return {
    add(entry) {
      last += 1;
      open.set(last, entry);
      const handle = Buffer.alloc(4);
      handle.writeUInt32BE(last);
      return handle;
    },
    get: (handle) => open.get(numberOf(handle)),
    remove: (handle) => open.delete(numberOf(handle)),
  };
}

/** 0, which is nobody's, for what is no handle of ours. */
const numberOf = (handle: Buffer): number => (handle.length === 4 ? handle.readUInt32BE(0) : 0);
