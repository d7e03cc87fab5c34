/** Keeps the first bytes of a stream and counts on what comes beyond being read and dropped. */
export interface OutputKeeper {
  readonly truncated: boolean;
  add(bytes: Buffer): void;
  bytes(): Buffer;
  /** The last bytes of the stream, also of one whose end was dropped; for an exit code that is printed behind it. */
  end(): Buffer;
}

const endBytes = 64;

/** Smaller pieces are copied together: one byte in a buffer of its own takes a hundred times its size. */
const blockBytes = 32 * 1024;

export function keepOutput(maxBytes: number): OutputKeeper {
  const full: Buffer[] = [];
  let size = 0;
  let truncated = false;
  let block = Buffer.alloc(0);
  let used = 0;
  const tail = Buffer.alloc(endBytes);
  let tailUsed = 0;
  const seal = () => {
    if (used > 0) full.push(block.subarray(0, used));
    block = Buffer.alloc(0);
    used = 0;
  };
  const keep = (bytes: Buffer) => {
    if (bytes.length >= blockBytes) {
      seal();
      full.push(bytes);
      return;
    }
    if (used + bytes.length > block.length) {
      seal();
      // Most commands print a line or two: a block grows with what there is.
      block = Buffer.allocUnsafe(Math.min(blockBytes, Math.max(1024, bytes.length, size)));
    }
    used += bytes.copy(block, used);
  };
  const follow = (bytes: Buffer) => {
    const added = Math.min(bytes.length, endBytes);
    const stays = Math.min(tailUsed, endBytes - added);
    tail.copyWithin(0, tailUsed - stays, tailUsed);
    bytes.copy(tail, stays, bytes.length - added);
    tailUsed = stays + added;
  };
  return {
    get truncated() {
      return truncated;
    },
    add(bytes) {
      follow(bytes);
      const room = maxBytes - size;
      if (bytes.length > room) truncated = true;
      if (room <= 0) return;
      const kept = bytes.length > room ? bytes.subarray(0, room) : bytes;
      keep(kept);
      size += kept.length;
    },
    bytes() {
      seal();
      return Buffer.concat(full, size);
    },
    end: () => Buffer.from(tail.subarray(0, tailUsed)),
  };
}
