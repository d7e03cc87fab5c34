import { WorkflowUpdateFailedError } from '@temporalio/client';
import { Failure } from '../../contracts/failures';
import type { RolloutId } from '../../contracts/ids';
import type { ReleaseRequest } from '../../contracts/slots';
import { bounded } from './bounded';
import { listRollouts } from './list-rollouts';
import { operate } from './operate';
import { releaseSlots } from './slots';
import type { ReleasedSlot } from './slots';
import type { Temporal } from './temporal';

export interface Released {
  readonly sets: readonly ReleasedSlot[];
  /** Open rollouts that counted the host as down and do not any more. */
  readonly rollouts: readonly { readonly rolloutId: RolloutId; readonly message: string }[];
}

/**
 * Frees the slots of a host in the sets that count it, and in open rollouts: each keeps in mind which of its hosts it
 * left down, so that a wave is planned without asking anybody.
 *
 * @throws Failure bad-request when nobody counts the host
 */
export async function releaseHost(
  temporal: Temporal,
  request: ReleaseRequest,
  only?: string,
): Promise<Released> {
  const sets = await releaseSlots(temporal, request, only);
  const rollouts = only === undefined ? await releaseInRollouts(temporal, request) : [];
  if (sets.length + rollouts.length > 0) return { sets, rollouts };
  const where = only === undefined ? 'any availability set' : `availability set ${only}`;
  throw new Failure('bad-request', `${request.hostId} has no slot of ${where}`, {
    advice: 'see `rollout slots` for the hosts that have one',
  });
}

async function releaseInRollouts(
  temporal: Temporal,
  request: ReleaseRequest,
): Promise<Released['rollouts']> {
  const open = await listRollouts(temporal, { openOnly: true });
  const asked = await bounded(10, open, async ({ rolloutId }) => {
    try {
      const answer = await operate(temporal, rolloutId, { ...request, operation: 'release' });
      return [{ rolloutId, message: `${rolloutId}: ${answer.message}` }];
    } catch (error) {
      if (isRefusal(error)) return [];
      throw error;
    }
  });
  return asked.flat();
}

/** Most rollouts do not have the host, or do not count it: they say so, and that is no trouble. */
const isRefusal = (error: unknown): boolean =>
  error instanceof Failure && error.cause instanceof WorkflowUpdateFailedError;
