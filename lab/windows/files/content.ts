/**
 * Bytes of one file. Contents of equal hash are one buffer for all machines of the process: a package staged on a
 * thousand machines is held once. A shared buffer is never written to.
 */
export interface Content {
  readonly size: number;
  bytes(): Buffer;
  write(offset: number, bytes: Uint8Array): void;
  truncate(size: number): void;
  /** Gives back what growing reserved. */
  settle(): void;
  share(sha256: string): void;
}

const pool = new Map<string, WeakRef<Buffer>>();
const cleanup = new FinalizationRegistry<string>((sha256) => {
  if (pool.get(sha256)?.deref() === undefined) pool.delete(sha256);
});

export function createContent(initial: Buffer = Buffer.alloc(0)): Content {
  let buffer = initial;
  let size = initial.length;
  let isShared = initial.length > 0;

  const grow = (needed: number): void => {
    if (!isShared && needed <= buffer.length) return;
    const larger = Buffer.alloc(
      Math.max(needed, isShared ? size : Math.min(buffer.length * 2, buffer.length + 8_388_608)),
    );
    buffer.copy(larger, 0, 0, size);
    buffer = larger;
    isShared = false;
  };

  return {
    get size() {
      return size;
    },
    bytes() {
      // Whoever has it may keep it (expand remembers cabinets by their buffer), so the next write goes to a copy.
      if (buffer.length > size) buffer = Buffer.from(buffer.subarray(0, size));
      isShared = true;
      return buffer;
    },
    write(offset, bytes) {
      grow(offset + bytes.length);
      // What truncation left behind the end must not show again when the file grows.
      if (offset > size) buffer.fill(0, size, offset);
      buffer.set(bytes, offset);
      size = Math.max(size, offset + bytes.length);
    },
    truncate(newSize) {
      if (newSize > size) {
        grow(newSize);
        buffer.fill(0, size, newSize);
      }
      size = newSize;
    },
    settle() {
      if (!isShared && buffer.length > size) buffer = Buffer.from(buffer.subarray(0, size));
    },
    share(sha256) {
      const known = pool.get(sha256)?.deref();
      if (known === undefined) {
        if (buffer.length > size) buffer = Buffer.from(buffer.subarray(0, size));
        pool.set(sha256, new WeakRef(buffer));
        cleanup.register(buffer, sha256);
      } else buffer = known;
      isShared = true;
    },
  };
}
