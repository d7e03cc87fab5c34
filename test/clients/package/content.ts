/** Contents to compress, the same for every run. */

/** As programs are: repetitions near and far, runs, calls, and stretches that cannot be compressed. */
export function programLike(size: number, seed = 1): Buffer {
  const next = generator(seed);
  const bytes = Buffer.alloc(size);
  let at = 0;
  while (at < size) {
    const left = size - at;
    const length = Math.min(left, 1 + (next() % 400));
    const kind = next() % 5;
    if (kind === 0) {
      bytes.fill(next() & 0xff, at, at + length);
    } else if (kind === 1 && left > 5) {
      bytes[at] = 0xe8;
      bytes.writeInt32LE((next() % 0x40000) - 0x20000, at + 1);
      at += 5;
      continue;
    } else if (kind <= 3 && at > 0) {
      const from = at - 1 - (next() % at);
      for (let index = 0; index < length; index += 1) bytes[at + index] = bytes[from + index] ?? 0;
    } else {
      for (let index = 0; index < length; index += 1) bytes[at + index] = next() & 0xff;
    }
    at += length;
  }
  return bytes;
}

/** Numbers from 0 to 2^31 that look random. */
export function generator(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) >>> 1;
  };
}

/** The same 20 KB at both ends of 2 MB. */
export function farRepetition(): Buffer {
  const next = generator(5);
  const part = Buffer.from(Array.from({ length: 20_000 }, () => next() & 0xff));
  return Buffer.concat([part, Buffer.alloc(2_000_000), part]);
}
