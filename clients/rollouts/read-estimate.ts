import { rolloutWorkflowId } from '../../contracts/ids';
import { messages } from '../../contracts/names';
import type { EstimateStatus, RolloutStatus } from '../../contracts/rollout';
import { estimate } from '../../domain/preview';
import type { RolloutState } from '../../domain/rollout';
import type { Temporal } from './temporal';

const patienceMs = 5000;
/** A worker in the same process (`rollout dev`) does nothing meanwhile. */
const budgetMs = 500;
/** A simulation takes up to a second of a big fleet: whoever looks every second is told the last one meanwhile. */
const freshMs = 30_000;

/**
 * Adds to a status when the rollout will be over, by what is known now. It is computed here and not in the workflow, whose
 * tasks are to be short. Workers of earlier releases do not tell what it takes; then there is no estimate.
 */
export async function withEstimate(
  temporal: Temporal,
  status: RolloutStatus,
): Promise<RolloutStatus> {
  if (status.result !== null) return status;
  const found = await readEstimate(temporal, status);
  return found === null ? status : { ...status, estimate: found };
}

async function readEstimate(
  { client }: Temporal,
  { rolloutId }: RolloutStatus,
): Promise<EstimateStatus | null> {
  const handle = client.workflow.getHandle(rolloutWorkflowId(rolloutId));
  try {
    const state = await client.withDeadline(Date.now() + patienceMs, () =>
      handle.query<RolloutState>(messages.rolloutState),
    );
    const now = Date.now();
    return estimate(state, null, now, () => Date.now() - now > budgetMs);
  } catch {
    // An estimate is no reason to show nothing.
    return null;
  }
}

/** The same for one who looks again and again. */
export function createEstimates(temporal: Temporal) {
  let last: { readonly at: number; readonly estimate: EstimateStatus | undefined } | null = null;
  return async (status: RolloutStatus): Promise<RolloutStatus> => {
    if (status.result !== null) return status;
    if (last === null || Date.now() - last.at > freshMs) {
      const estimated = await withEstimate(temporal, status);
      last = { at: Date.now(), estimate: estimated.estimate };
    }
    return last.estimate === undefined ? status : { ...status, estimate: last.estimate };
  };
}
