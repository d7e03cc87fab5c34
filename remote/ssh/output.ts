/** Keeps the first bytes of a stream and counts on what comes beyond being read and dropped. */
export interface OutputKeeper {
  readonly truncated: boolean;
  add(bytes: Buffer): void;
  bytes(): Buffer;
}

export function keepOutput(maxBytes: number): OutputKeeper {
  const chunks: Buffer[] = [];
  let size = 0;
  let truncated = false;
  return {
    get truncated() {
      return truncated;
    },
    add(bytes) {
      const room = maxBytes - size;
      if (bytes.length > room) truncated = true;
      if (room <= 0) return;
      const kept = bytes.length > room ? bytes.subarray(0, room) : bytes;
      chunks.push(kept);
      size += kept.length;
    },
    bytes: () => Buffer.concat(chunks, size),
  };
}
