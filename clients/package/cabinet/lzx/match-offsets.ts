/** What a position slot stands for: offsets from `base` on, told apart by `bits` more bits ([MS-PATCH], Position Slot). */
export interface PositionSlots {
  readonly base: readonly number[];
  readonly bits: readonly number[];
}

/** Slots of a window of so many bits, 15 to 21: from 30 to 50, as many as it takes to reach through the window. */
export function positionSlots(windowBits: number): PositionSlots {
  const base: number[] = [];
  const bits: number[] = [];
  for (let next = 0; next < 2 ** windowBits; next += 2 ** (bits.at(-1) ?? 0)) {
    const slot = base.length;
    base.push(next);
    bits.push(slot < 4 ? 0 : Math.min(17, (slot >> 1) - 1));
  }
  return { base, bits };
}
