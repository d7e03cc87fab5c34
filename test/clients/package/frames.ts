import { deflateRawSync } from 'node:zlib';

/** What goes into one block of a cabinet. */
export interface Frame {
  readonly stored: Buffer;
  readonly plainBytes: number;
}

export const frameBytes = 32_768;

/** MSZIP, each block referring to what came before it. */
export function encodeMsZip(plain: Buffer): Frame[] {
  return slices(plain).map((block, index) => {
    const dictionary = plain.subarray(Math.max(0, (index - 1) * frameBytes), index * frameBytes);
    const deflated = deflateRawSync(block, dictionary.length > 0 ? { dictionary } : {});
    return { stored: Buffer.concat([Buffer.from('CK'), deflated]), plainBytes: block.length };
  });
}

export const encodePlain = (plain: Buffer): Frame[] =>
  slices(plain).map((stored) => ({ stored, plainBytes: stored.length }));

const slices = (plain: Buffer): Buffer[] =>
  Array.from({ length: Math.ceil(plain.length / frameBytes) }, (_, index) =>
    plain.subarray(index * frameBytes, (index + 1) * frameBytes),
  );
