import type { BitReader } from './bit-reader';
import { CodeTree } from './code-tree';
import { damaged } from './damaged';

export const literals = 256;
/** Lengths of matches that a main symbol tells by itself; the 8th says that a symbol of the length tree follows. */
export const lengthHeaders = 8;
const lengthSymbols = 249;
const alignedSymbols = 8;
const pretreeSymbols = 20;

/** The trees of a stream. Lengths of codes are told as differences to those of the block before ([MS-PATCH], Encoding the Trees and Pretrees). */
export class BlockTrees {
  readonly main: CodeTree;
  readonly length = new CodeTree(lengthSymbols);
  readonly aligned = new CodeTree(alignedSymbols);
  readonly #pretree = new CodeTree(pretreeSymbols);
  readonly #mainLengths: Uint8Array;
  readonly #lengthLengths = new Uint8Array(lengthSymbols);

  constructor(slots: number) {
    const symbols = literals + slots * lengthHeaders;
    this.main = new CodeTree(symbols);
    this.#mainLengths = new Uint8Array(symbols);
  }

  /** Reads the trees at the beginning of a block. */
  read(reader: BitReader, hasAligned: boolean): void {
    if (hasAligned) this.aligned.build(plainLengths(reader, alignedSymbols, 3));
    this.#update(reader, this.#mainLengths.subarray(0, literals));
    this.#update(reader, this.#mainLengths.subarray(literals));
    this.main.build(this.#mainLengths);
    this.#update(reader, this.#lengthLengths);
    this.length.build(this.#lengthLengths);
  }

  #update(reader: BitReader, lengths: Uint8Array): void {
    this.#pretree.build(plainLengths(reader, pretreeSymbols, 4));
    let at = 0;
    while (at < lengths.length) {
      const { count, value } = this.#nextRun(reader, lengths[at] ?? 0);
      if (at + count > lengths.length) throw damaged('a tree has too many lengths');
      // Each of a run of differences counts from the first of them.
      lengths.fill(value, at, at + count);
      at += count;
    }
  }

  #nextRun(reader: BitReader, before: number): { count: number; value: number } {
    const symbol = this.#pretree.decode(reader);
    if (symbol === 17) return { count: 4 + reader.read(4), value: 0 };
    if (symbol === 18) return { count: 20 + reader.read(5), value: 0 };
    if (symbol < 17) return { count: 1, value: (before - symbol + 17) % 17 };
    const count = 4 + reader.read(1);
    const difference = this.#pretree.decode(reader);
    if (difference > 16) throw damaged('a run of lengths has no length');
    return { count, value: (before - difference + 17) % 17 };
  }
}

const plainLengths = (reader: BitReader, count: number, bits: number): Uint8Array =>
  Uint8Array.from({ length: count }, () => reader.read(bits));
