import { type Decoder, frameBytes } from '../layout';
import { BitReader } from './bit-reader';
import { BlockTrees, lengthHeaders, literals } from './block-trees';
import { translateCalls } from './call-translation';
import { damaged } from './damaged';
import { type PositionSlots, positionSlots } from './match-offsets';

const kinds = { verbatim: 1, aligned: 2, uncompressed: 3 } as const;
/** Frames after which calls are not translated any more: 1 GiB. */
const translatedFrames = 32_768;
const minMatch = 2;

/**
 * LZX as cabinets have it ([MS-PATCH] 2, without what is only for deltas): frames of 32 KiB, each in a CFDATA of its own,
 * in which blocks begin and end anywhere; no match goes over the end of a frame or of a block.
 */
export class LzxDecoder implements Decoder {
  readonly #window: Buffer;
  readonly #slots: PositionSlots;
  readonly #trees: BlockTrees;
  readonly #reader = new BitReader();
  /** Bytes before the current frame. */
  #done = 0;
  /** 0: nothing is translated; null: the header of the stream is not read yet. */
  #translationSize: number | null = null;
  /** Offsets of the last three matches that were not repetitions. */
  #recent: [number, number, number] = [1, 1, 1];
  #kind: number = kinds.verbatim;
  #blockLeft = 0;
  #fillByteFollows = false;

  constructor(windowBits: number) {
    // A frame never goes over the end of the window: both are powers of two.
    this.#window = Buffer.alloc(2 ** windowBits);
    this.#slots = positionSlots(windowBits);
    this.#trees = new BlockTrees(this.#slots.base.length);
  }

  decode(stored: Buffer, plainBytes: number): Buffer {
    if (this.#done % frameBytes !== 0) throw damaged('a frame follows one that is not full');
    this.#reader.start(stored);
    this.#translationSize ??= this.#reader.read(1) === 0 ? 0 : this.#reader.read(32) | 0;
    const begin = this.#done % this.#window.length;
    const end = begin + plainBytes;
    for (let at = begin; at < end;) {
      if (this.#blockLeft === 0) this.#beginBlock();
      const next = Math.min(end, at + this.#blockLeft);
      if (this.#kind === kinds.uncompressed) this.#reader.bytes(next - at).copy(this.#window, at);
      else this.#unpack(at, next, this.#done - begin);
      this.#blockLeft -= next - at;
      at = next;
    }
    const frame = Buffer.from(this.#window.subarray(begin, end));
    if (this.#translationSize > 0 && this.#done < translatedFrames * frameBytes) {
      translateCalls(frame, this.#done, this.#translationSize);
    }
    this.#done += plainBytes;
    return frame;
  }

  #beginBlock(): void {
    const reader = this.#reader;
    if (this.#fillByteFollows) reader.skipByte();
    this.#fillByteFollows = false;
    this.#kind = reader.read(3);
    this.#blockLeft = reader.read(24);
    if (this.#kind === kinds.uncompressed) {
      reader.alignForBytes();
      const offsets = reader.bytes(12);
      this.#recent = [0, 4, 8].map((at) => offsets.readUInt32LE(at)) as [number, number, number];
      this.#fillByteFollows = this.#blockLeft % 2 === 1;
    } else if (this.#kind === kinds.verbatim || this.#kind === kinds.aligned) {
      this.#trees.read(reader, this.#kind === kinds.aligned);
    } else {
      throw damaged(`there is a block of the unknown kind ${this.#kind}`);
    }
  }

  /** Fills the window from `begin` to `end`; the whole stream has `before` bytes more than the window's place says. */
  #unpack(begin: number, end: number, before: number): void {
    const window = this.#window;
    const mask = window.length - 1;
    const { main } = this.#trees;
    for (let at = begin; at < end;) {
      const symbol = main.decode(this.#reader);
      if (symbol < literals) {
        window[at] = symbol;
        at += 1;
        continue;
      }
      const length = this.#matchLength((symbol - literals) % lengthHeaders);
      const offset = this.#matchOffset(Math.floor((symbol - literals) / lengthHeaders));
      if (at + length > end) throw damaged('a match goes over the end of its block');
      if (offset === 0 || offset > before + at || offset > window.length) {
        throw damaged('a match begins before the beginning');
      }
      // Byte by byte: a match may overlap what it makes.
      for (const stop = at + length; at < stop; at += 1) {
        window[at] = window[(at - offset) & mask] ?? 0;
      }
    }
  }

  #matchLength(header: number): number {
    if (header < lengthHeaders - 1) return header + minMatch;
    return this.#trees.length.decode(this.#reader) + lengthHeaders - 1 + minMatch;
  }

  /** Slots 0 to 2 repeat a recent offset, which then changes places with the most recent ([MS-PATCH], Repeated Offsets). */
  #matchOffset(slot: number): number {
    const recent = this.#recent;
    if (slot < 3) {
      const offset = recent[slot] ?? 0;
      recent[slot] = recent[0];
      recent[0] = offset;
      return offset;
    }
    // The first three offsets are these slots, so that 3 stands for an offset of 1.
    const offset = (this.#slots.base[slot] ?? 0) + this.#footer(this.#slots.bits[slot] ?? 0) - 2;
    this.#recent = [offset, recent[0], recent[1]];
    return offset;
  }

  #footer(bits: number): number {
    if (this.#kind !== kinds.aligned || bits < 3) return this.#reader.read(bits);
    const high = this.#reader.read(bits - 3);
    return high * 8 + this.#trees.aligned.decode(this.#reader);
  }
}
