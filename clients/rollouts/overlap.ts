import { Failure } from '../../contracts/failures';
import type { HostId } from '../../contracts/ids';
import type { RolloutPhase } from '../../contracts/outcome';
import { bounded } from './bounded';
import { listRollouts } from './list-rollouts';
import { readStatus } from './read-status';
import type { Temporal } from './temporal';

/**
 * Refuses hosts that an open rollout still has to change. Two starts in the same second may both pass: then the hosts'
 * workflow ids keep them apart, and the later rollout waits for the host.
 *
 * @throws Failure bad-request that names the rollouts and the hosts
 */
export async function refuseOverlap(temporal: Temporal, hosts: readonly HostId[]): Promise<void> {
  const open = await listRollouts(temporal, { openOnly: true });
  const wanted = new Set<HostId>(hosts);
  const overlaps = await bounded(10, open, async ({ rolloutId }) => {
    const status = await readStatus(temporal, rolloutId);
    const taken = status.hosts.filter((host) => host.outcome === null && wanted.has(host.hostId));
    return { rolloutId, phase: status.phase, hosts: taken.map((host) => host.hostId) };
  });
  const taken = overlaps.filter((overlap) => overlap.hosts.length > 0);
  if (taken.length === 0) return;
  const words = taken.map(
    ({ rolloutId, phase, hosts: names }) => `${rolloutId} (${some(names)}${waiting[phase] ?? ''})`,
  );
  throw new Failure(
    'bad-request',
    `open rollouts still have to change hosts of this plan: ${words.join(', ')}`,
    {
      advice:
        'wait until they are done, abort or reject them, or leave these hosts out of the plan',
    },
  );
}

/** One that has not begun owns its hosts already: what was approved must not be changed by others meanwhile. */
const waiting: { readonly [phase in RolloutPhase]?: string } = {
  'awaiting-approval': '; it waits for approval',
  'awaiting-window': '; it waits for its window',
};

function some(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${String(names.length - 5)} more` : shown;
}
