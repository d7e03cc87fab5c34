import type { BitReader } from './bit-reader';
import { damaged } from './damaged';

const longest = 16;
/** Codes up to this length are found in one step; longer ones are rare. */
const quickBits = 10;

/**
 * A canonical Huffman code, told by the lengths of its codes: shorter before longer, then by symbol ([MS-PATCH], Huffman Trees).
 * 0: the symbol has no code.
 */
export class CodeTree {
  /** By the next bits: symbol × 32 + length of its code; 0 when it is longer or there is none. */
  readonly #quick = new Uint16Array(1 << quickBits);
  /** Symbols in the order of their codes; those of one length begin at `#index`, their codes at `#first`. */
  readonly #sorted: Uint16Array;
  readonly #index = new Uint16Array(longest + 2);
  readonly #first = new Uint32Array(longest + 2);

  constructor(symbols: number) {
    this.#sorted = new Uint16Array(symbols);
  }

  /** @throws BadPackage when the lengths ask for more codes than there are */
  build(lengths: Uint8Array): void {
    const counts = new Uint16Array(longest + 2);
    for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1;
    let code = 0;
    let index = 0;
    for (let length = 1; length <= longest; length += 1) {
      this.#first[length] = code;
      this.#index[length] = index;
      const count = counts[length] ?? 0;
      index += count;
      code = (code + count) * 2;
      if (code > 2 ** (length + 1)) throw damaged('a tree has too many codes');
    }
    this.#index[longest + 1] = index;
    this.#fill(lengths);
  }

  #fill(lengths: Uint8Array): void {
    this.#quick.fill(0);
    const next = this.#index.slice();
    for (let symbol = 0; symbol < lengths.length; symbol += 1) {
      const length = lengths[symbol] ?? 0;
      if (length === 0) continue;
      const place = next[length] ?? 0;
      next[length] = place + 1;
      this.#sorted[place] = symbol;
      if (length > quickBits) continue;
      const code = (this.#first[length] ?? 0) + place - (this.#index[length] ?? 0);
      const from = code << (quickBits - length);
      this.#quick.fill(symbol * 32 + length, from, from + (1 << (quickBits - length)));
    }
  }

  /** @throws BadPackage when no code begins with the next bits */
  decode(reader: BitReader): number {
    const bits = reader.peek(longest);
    const quick = this.#quick[bits >>> (longest - quickBits)] ?? 0;
    if (quick !== 0) {
      reader.skip(quick & 31);
      return quick >>> 5;
    }
    for (let length = quickBits + 1; length <= longest; length += 1) {
      const place = (bits >>> (longest - length)) - (this.#first[length] ?? 0);
      const index = this.#index[length] ?? 0;
      if (place >= (this.#index[length + 1] ?? 0) - index) continue;
      if (place < 0) break;
      reader.skip(length);
      return this.#sorted[index + place] ?? 0;
    }
    throw damaged('there is a code that its tree does not have');
  }
}
