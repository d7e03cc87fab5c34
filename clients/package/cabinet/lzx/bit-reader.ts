import { damaged } from './damaged';

/**
 * Bits of one chunk of an LZX stream: little-endian words of 16 bits, the highest bit of each first ([MS-PATCH], Bitstream).
 * A code may be looked for beyond the end of the chunk, where zeros stand in; none of them may be used.
 */
export class BitReader {
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  /** The bits that were taken from the bytes and not used yet, the next one the highest of `#count`. */
  #bits = 0;
  #count = 0;
  /** How many of them stand in. */
  #made = 0;

  start(chunk: Buffer): void {
    this.#bytes = chunk;
    this.#at = 0;
    this.#forget();
  }

  /** The next 1 to 16 bits, which stay. */
  peek(count: number): number {
    if (this.#count < count) this.#load();
    return (this.#bits >>> (this.#count - count)) & ((1 << count) - 1);
  }

  /** After a `peek` of at least as many. */
  skip(count: number): void {
    this.#count -= count;
    if (this.#count < this.#made) throw damaged('a block ends too early');
    this.#bits &= (1 << this.#count) - 1;
  }

  /** The next 0 to 32 bits. */
  read(count: number): number {
    if (count > 16) {
      const high = this.read(count - 16);
      return high * 65_536 + this.read(16);
    }
    if (count === 0) return 0;
    const value = this.peek(count);
    this.skip(count);
    return value;
  }

  /** Goes on at the next word; where a word has just ended, one of zeros is passed over ([MS-PATCH] 2.3.2.1). */
  alignForBytes(): void {
    if (this.#count === 0) this.#at += 2;
    else if (this.#count > 16 && this.#made === 0) this.#at -= 2;
    this.#forget();
  }

  /** Only after `alignForBytes`. */
  bytes(count: number): Buffer {
    const end = this.#at + count;
    if (end > this.#bytes.length) throw damaged('a block ends too early');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  /** Bytes of odd length are followed by one that fills the word; at the end of everything it may be missing. */
  skipByte(): void {
    this.#at += 1;
  }

  #forget(): void {
    this.#bits = 0;
    this.#count = 0;
    this.#made = 0;
  }

  #load(): void {
    const low = this.#bytes[this.#at];
    const high = this.#bytes[this.#at + 1];
    this.#at += 2;
    if (low === undefined || high === undefined) this.#made += 16;
    this.#bits = (this.#bits << 16) | ((high ?? 0) << 8) | (low ?? 0);
    this.#count += 16;
  }
}
