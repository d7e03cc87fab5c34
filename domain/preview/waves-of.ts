import type { CountOrPercent } from '../../contracts/plan';
import { waveSize } from '../rollout';

/** Sizes of the waves that so many hosts to be changed make. */
export const wavesOf = (count: number, serial: readonly CountOrPercent[]): number[] => {
  const sizes: number[] = [];
  for (let left = count; left > 0;) {
    const size = Math.min(left, waveSize(serial, sizes.length + 1, count));
    sizes.push(size);
    left -= size;
  }
  return sizes;
};
