import { readdirSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What a process holds when nothing is left to be collected. */
export interface Weight {
  readonly rssKb: number;
  /** Objects, and the buffers that they own outside the heap. */
  readonly heapKb: number;
  /** Open file descriptors; NaN where there is no /proc. */
  readonly descriptors: number;
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

export async function ownWeight(): Promise<Weight> {
  for (let round = 0; round < 3; round += 1) {
    collect();
    // Buffers and handles are freed in turns of their own.
    // oxlint-disable-next-line no-await-in-loop
    await turn();
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rssKb: rss / 1024, heapKb: (heapUsed + external) / 1024, descriptors: descriptors() };
}

function descriptors(): number {
  try {
    // Less the one of the folder itself.
    return readdirSync('/proc/self/fd').length - 1;
  } catch {
    return Number.NaN;
  }
}
