import { setTimeout as pause } from 'node:timers/promises';
import type { RolloutId } from '../../contracts/ids';
import type { RolloutStatus } from '../../contracts/rollout';
import type { ProgressView } from '../progress/view';
import { createEstimates } from './read-estimate';
import { readView, refuseBroken } from './read-status';
import type { Temporal } from './temporal';

export interface FollowOptions {
  readonly onView: (view: ProgressView) => void;
  readonly signal: AbortSignal;
  /** @default 1 s */
  readonly intervalMs?: number;
}

/** Looks until the rollout is done and gives its last status; rejects with the signal's reason. */
export async function followRollout(
  temporal: Temporal,
  rollout: RolloutId,
  options: FollowOptions,
): Promise<RolloutStatus> {
  const estimated = createEstimates(temporal);
  for (;;) {
    const begun = Date.now();
    const seen = await readView(temporal, rollout);
    const view = { ...seen, status: await estimated(seen.status) };
    options.signal.throwIfAborted();
    options.onView(view);
    if (view.status.phase === 'done') return view.status;
    await refuseBroken(temporal, rollout);
    // A fleet of thousands takes long to ask: then look more rarely, so that looking stays cheap.
    const rest = Math.max(options.intervalMs ?? 1000, 2 * (Date.now() - begun));
    await pause(rest, undefined, { signal: options.signal });
  }
}
