import { type Frame, frameBytes } from './frames';
import { codeLengths, codesOf } from './huffman';

/** Written from the specification of the format, not from the decoder: cabextract says whether it is right. */

export type BlockKind = 'verbatim' | 'aligned' | 'uncompressed';
export interface LzxOptions {
  /** 15 to 21. */
  readonly windowBits: number;
  /** What the blocks are, in turn; each ends after so many bytes, wherever that is. */
  readonly blocks: readonly { readonly kind: BlockKind; readonly bytes: number }[];
  /** Above 0: calls are made absolute. */
  readonly translationSize?: number;
}

const kinds = { verbatim: 1, aligned: 2, uncompressed: 3 } as const;

class BitWriter {
  readonly frames: Buffer[] = [];
  #bytes: number[] = [];
  #word = 0;
  #free = 16;

  write(value: number, bits: number): void {
    for (let bit = bits - 1; bit >= 0; bit -= 1) {
      this.#word = this.#word * 2 + ((value >>> bit) & 1);
      this.#free -= 1;
      if (this.#free === 0) this.#put();
    }
  }
  get aligned(): boolean {
    return this.#free === 16;
  }
  align(): void {
    while (!this.aligned) this.write(0, 1);
  }
  raw(bytes: Iterable<number>): void {
    this.#bytes.push(...bytes);
  }
  endFrame(): void {
    this.align();
    this.frames.push(Buffer.from(this.#bytes));
    this.#bytes = [];
  }
  #put(): void {
    this.#bytes.push(this.#word % 256, Math.floor(this.#word / 256));
    this.#word = 0;
    this.#free = 16;
  }
}

/** Frames as they go into CFDATAs. */
export function encodeLzx(plain: Buffer, options: LzxOptions): Frame[] {
  const { windowBits, blocks, translationSize = 0 } = options;
  const bytes = translationSize > 0 ? translated(plain, translationSize) : plain;
  const writer = new BitWriter();
  writer.write(translationSize > 0 ? 1 : 0, 1);
  if (translationSize > 0) writer.write(translationSize, 32);
  const encoder = new BlockEncoder(bytes, windowBits, writer);
  let at = 0;
  for (let index = 0; at < bytes.length; index += 1) {
    const block = blocks[index % blocks.length];
    if (block === undefined) throw new Error('no blocks');
    const end = Math.min(bytes.length, at + block.bytes);
    encoder.encode(block.kind, at, end);
    at = end;
  }
  if (at % frameBytes !== 0) writer.endFrame();
  return writer.frames.map((stored, index) => ({
    stored,
    plainBytes: Math.min(frameBytes, bytes.length - index * frameBytes),
  }));
}

/** What the decoder undoes: a relative target becomes an absolute one. */
function translated(plain: Buffer, size: number): Buffer {
  const bytes = Buffer.from(plain);
  for (let frame = 0; frame < bytes.length; frame += frameBytes) {
    const end = Math.min(bytes.length, frame + frameBytes) - 10;
    for (let at = frame; at < end; at += 1) {
      if (bytes[at] !== 0xe8) continue;
      const relative = bytes.readInt32LE(at + 1);
      if (relative >= -at && relative < size) {
        bytes.writeInt32LE(relative < size - at ? relative + at : relative - size, at + 1);
      }
      at += 4;
    }
  }
  return bytes;
}

interface Token {
  readonly main: number;
  readonly length?: number;
  readonly footer?: { readonly value: number; readonly bits: number };
  readonly plainBytes: number;
}

class BlockEncoder {
  readonly #bases: number[] = [];
  readonly #bits: number[] = [];
  readonly #seen = new Map<number, number>();
  readonly #mainBefore: number[];
  readonly #lengthBefore: number[] = Array.from({ length: 249 }, () => 0);
  #recent = [1, 1, 1];
  #oddBytes = false;
  readonly bytes: Buffer;
  readonly windowBits: number;
  readonly writer: BitWriter;

  constructor(bytes: Buffer, windowBits: number, writer: BitWriter) {
    this.bytes = bytes;
    this.windowBits = windowBits;
    this.writer = writer;
    const slots = new Map([
      [15, 30],
      [16, 32],
      [17, 34],
      [18, 36],
      [19, 38],
      [20, 42],
      [21, 50],
    ]).get(windowBits);
    let base = 0;
    for (let slot = 0; slot < (slots ?? 0); slot += 1) {
      const bits = slot < 4 ? 0 : slot < 36 ? Math.floor(slot / 2) - 1 : 17;
      this.#bases.push(base);
      this.#bits.push(bits);
      base += 2 ** bits;
    }
    this.#mainBefore = Array.from({ length: 256 + this.#bases.length * 8 }, () => 0);
  }

  encode(kind: BlockKind, begin: number, end: number): void {
    if (this.#oddBytes) this.writer.raw([0]);
    this.#oddBytes = false;
    this.writer.write(kinds[kind], 3);
    this.writer.write(end - begin, 24);
    if (kind === 'uncompressed') this.#writeBytes(begin, end);
    else this.#writeTokens(kind === 'aligned', this.#tokens(begin, end), begin);
  }

  #writeBytes(begin: number, end: number): void {
    if (this.writer.aligned) this.writer.write(0, 16);
    this.writer.align();
    const offsets = Buffer.alloc(12);
    this.#recent.forEach((offset, index) => offsets.writeUInt32LE(offset, index * 4));
    this.writer.raw(offsets);
    for (let at = begin; at < end;) {
      const next = Math.min(end, (Math.floor(at / frameBytes) + 1) * frameBytes);
      this.writer.raw(this.bytes.subarray(at, next));
      for (let seen = at; seen < next; seen += 1) this.#see(seen);
      at = next;
      if (at % frameBytes === 0) this.writer.endFrame();
    }
    this.#oddBytes = (end - begin) % 2 === 1;
  }

  #tokens(begin: number, end: number): Token[] {
    const tokens: Token[] = [];
    for (let at = begin; at < end;) {
      const limit = Math.min(end, (Math.floor(at / frameBytes) + 1) * frameBytes, at + 257);
      const token = this.#match(at, limit) ?? { main: this.bytes[at] ?? 0, plainBytes: 1 };
      tokens.push(token);
      for (let seen = at; seen < at + token.plainBytes; seen += 1) this.#see(seen);
      at += token.plainBytes;
    }
    return tokens;
  }

  #match(at: number, limit: number): Token | null {
    const before = this.#seen.get(this.#hash(at));
    const offsets = [...this.#recent, ...(before === undefined ? [] : [at - before])];
    let best = { length: 1, offset: 0 };
    for (const offset of offsets) {
      if (offset > at || offset > 2 ** this.windowBits - 3) continue;
      let length = 0;
      while (at + length < limit && this.bytes[at + length] === this.bytes[at + length - offset]) {
        length += 1;
      }
      if (length > best.length) best = { length, offset };
    }
    return best.length < 2 ? null : this.#token(best.length, best.offset);
  }

  #token(length: number, offset: number): Token {
    const header = Math.min(7, length - 2);
    const again = this.#recent.indexOf(offset);
    const more = { plainBytes: length, ...(header === 7 && { length: length - 9 }) };
    if (again >= 0) {
      [this.#recent[0], this.#recent[again]] = [offset, this.#recent[0] ?? 0];
      return { main: 256 + again * 8 + header, ...more };
    }
    this.#recent = [offset, ...this.#recent.slice(0, 2)];
    const slot = this.#bases.findLastIndex((base) => base <= offset + 2);
    const footer = { value: offset + 2 - (this.#bases[slot] ?? 0), bits: this.#bits[slot] ?? 0 };
    return { main: 256 + slot * 8 + header, footer, ...more };
  }

  #hash(at: number): number {
    return at + 3 > this.bytes.length ? -1 : this.bytes.readUIntLE(at, 3);
  }
  #see(at: number): void {
    if (at + 3 <= this.bytes.length) this.#seen.set(this.#hash(at), at);
  }

  #writeTokens(isAligned: boolean, tokens: readonly Token[], begin: number): void {
    const lowBits = (token: Token): number | null =>
      isAligned && token.footer !== undefined && token.footer.bits >= 3
        ? token.footer.value % 8
        : null;
    const alignedLengths = codeLengths(
      tokens.map(lowBits).filter((low) => low !== null),
      8,
      7,
      true,
    );
    if (isAligned) for (const length of alignedLengths) this.writer.write(length, 3);
    const mainLengths = codeLengths(
      tokens.map(({ main }) => main),
      this.#mainBefore.length,
      16,
      true,
    );
    this.#writeLengths(this.#mainBefore.slice(0, 256), mainLengths.slice(0, 256));
    this.#writeLengths(this.#mainBefore.slice(256), mainLengths.slice(256));
    const lengthLengths = codeLengths(
      tokens.flatMap(({ length }) => (length === undefined ? [] : [length])),
      249,
      16,
      false,
    );
    this.#writeLengths(this.#lengthBefore, lengthLengths);
    mainLengths.forEach((length, symbol) => (this.#mainBefore[symbol] = length));
    lengthLengths.forEach((length, symbol) => (this.#lengthBefore[symbol] = length));
    const [main, length, aligned] = [mainLengths, lengthLengths, alignedLengths].map(codesOf);
    const put = (
      codes: readonly number[] | undefined,
      lengths: readonly number[],
      symbol: number,
    ) => this.writer.write(codes?.[symbol] ?? 0, lengths[symbol] ?? 0);
    let at = begin;
    for (const token of tokens) {
      put(main, mainLengths, token.main);
      if (token.length !== undefined) put(length, lengthLengths, token.length);
      const low = lowBits(token);
      const { value = 0, bits = 0 } = token.footer ?? {};
      if (low === null) this.writer.write(value, bits);
      else {
        this.writer.write(Math.floor(value / 8), bits - 3);
        put(aligned, alignedLengths, low);
      }
      at += token.plainBytes;
      if (at % frameBytes === 0) this.writer.endFrame();
    }
  }

  /** Differences to the lengths before, with runs, through a tree of their own. */
  #writeLengths(before: readonly number[], lengths: readonly number[]): void {
    const symbols: { symbol: number; extra?: readonly [number, number]; symbolAfter?: number }[] =
      [];
    const difference = (at: number): number => ((before[at] ?? 0) - (lengths[at] ?? 0) + 17) % 17;
    for (let at = 0; at < lengths.length;) {
      let run = 1;
      while (at + run < lengths.length && lengths[at + run] === lengths[at]) run += 1;
      if (lengths[at] === 0 && run >= 20) {
        run = Math.min(run, 51);
        symbols.push({ symbol: 18, extra: [run - 20, 5] });
      } else if (lengths[at] === 0 && run >= 4) {
        symbols.push({ symbol: 17, extra: [run - 4, 4] });
      } else if (run >= 4) {
        run = Math.min(run, 5);
        symbols.push({ symbol: 19, extra: [run - 4, 1], symbolAfter: difference(at) });
      } else {
        run = 1;
        symbols.push({ symbol: difference(at) });
      }
      at += run;
    }
    const used = symbols.flatMap(({ symbol, symbolAfter }) =>
      symbolAfter === undefined ? [symbol] : [symbol, symbolAfter],
    );
    const pretree = codeLengths(used, 20, 15, true);
    const codes = codesOf(pretree);
    for (const length of pretree) this.writer.write(length, 4);
    for (const { symbol, extra, symbolAfter } of symbols) {
      this.writer.write(codes[symbol] ?? 0, pretree[symbol] ?? 0);
      if (extra !== undefined) this.writer.write(...extra);
      if (symbolAfter !== undefined) {
        this.writer.write(codes[symbolAfter] ?? 0, pretree[symbolAfter] ?? 0);
      }
    }
  }
}
