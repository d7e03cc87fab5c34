import type { CountOrPercent } from '../../../contracts/plan';
import { wavesOf } from '../../../domain/preview';

it.each<{ count: number; serial: CountOrPercent[]; sizes: number[] }>([
  { count: 0, serial: [1], sizes: [] },
  { count: 1, serial: [1, 5, '20%'], sizes: [1] },
  { count: 20, serial: [1, 5, '20%'], sizes: [1, 5, 4, 4, 4, 2] },
  { count: 9, serial: ['10%'], sizes: [1, 1, 1, 1, 1, 1, 1, 1, 1] },
  { count: 100, serial: ['0.5%', '50%'], sizes: [1, 50, 49] },
  { count: 100, serial: ['29%'], sizes: [29, 29, 29, 13] },
  { count: 1000, serial: ['32.3%'], sizes: [323, 323, 323, 31] },
  { count: 1000, serial: ['100%'], sizes: [1000] },
])('$count hosts with serial $serial make waves of $sizes', ({ count, serial, sizes }) => {
  expect(wavesOf(count, serial)).toEqual(sizes);
});
