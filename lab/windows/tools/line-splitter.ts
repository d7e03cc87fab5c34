const lineFeed = 10;

/** Cuts a stream of bytes at its line ends without looking into the lines. */
export interface LineSplitter {
  /** Complete lines that the bytes have ended, with their line ends, in one piece; empty when there is none yet. */
  push(chunk: Buffer): Buffer;
  /** What stands behind the last line end. */
  rest(): Buffer;
}

export function createLineSplitter(): LineSplitter {
  // Joined only when the line ends: a line of many chunks is copied once.
  let begun: Buffer[] = [];
  return {
    push(chunk) {
      const end = chunk.lastIndexOf(lineFeed) + 1;
      if (end === 0) {
        begun.push(chunk);
        return Buffer.alloc(0);
      }
      const lines = Buffer.concat([...begun, chunk.subarray(0, end)]);
      begun = end < chunk.length ? [chunk.subarray(end)] : [];
      return lines;
    },
    rest: () => Buffer.concat(begun),
  };
}

/** Lines of a block, each with its line end. */
export function* linesIn(block: Buffer): Generator<Buffer> {
  for (let start = 0; start < block.length;) {
    const end = block.indexOf(lineFeed, start) + 1;
    yield block.subarray(start, end === 0 ? block.length : end);
    start = end === 0 ? block.length : end;
  }
}
