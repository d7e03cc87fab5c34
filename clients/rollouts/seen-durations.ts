import type { RolloutAction } from '../../contracts/plan';
import { bounded } from './bounded';
import { listRollouts } from './list-rollouts';
import { readStatus } from './read-status';
import type { Temporal } from './temporal';

/** Rollouts that are looked at, newest first. */
const looked = 5;

/**
 * How long hosts took until they were back in service in the newest finished rollouts that did the same, milliseconds.
 * Empty: nothing was seen yet, or only by earlier releases, which did not tell.
 */
export async function seenDurations(
  temporal: Temporal,
  hotfixId: string,
  action: RolloutAction,
): Promise<number[]> {
  const all = await listRollouts(temporal, { openOnly: false });
  const same = all.filter((one) => one.finishedAt !== null && one.hotfixId === hotfixId);
  const statuses = await bounded(looked, same.slice(0, looked), async ({ rolloutId }) => {
    try {
      return await readStatus(temporal, rolloutId);
    } catch {
      // One that was terminated has no status; it says nothing about how long hosts take.
      return null;
    }
  });
  return statuses
    .filter((status) => status !== null && (status.action ?? 'fix') === action)
    .flatMap((status) => status?.hostDurations ?? []);
}
