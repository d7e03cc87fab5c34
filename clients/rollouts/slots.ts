import { randomUUID } from 'node:crypto';
import { WorkflowNotFoundError } from '@temporalio/client';
import { availabilitySetOf, availabilityWorkflowId } from '../../contracts/ids';
import { messages, workflowTypes } from '../../contracts/names';
import type { ReleaseRequest, SlotsStatus } from '../../contracts/slots';
import { bounded } from './bounded';
import { asking, askingWorker } from './temporal';
import type { Temporal } from './temporal';

const parallelQueries = 10;

/** Every set of which anybody has or wants a slot, or did today, by name. */
async function readAllSlots(temporal: Temporal): Promise<SlotsStatus[]> {
  const query = `WorkflowType = '${workflowTypes.availability}' AND ExecutionStatus = 'Running'`;
  const sets = await asking(temporal, async () => {
    const found = new Set<string>();
    for await (const { workflowId } of temporal.client.workflow.list({ query })) {
      const set = availabilitySetOf(workflowId);
      if (set !== undefined) found.add(set);
    }
    return [...found].toSorted();
  });
  return bounded(parallelQueries, sets, (set) => readSlots(temporal, set));
}

function readSlots(temporal: Temporal, set: string): Promise<SlotsStatus> {
  const handle = temporal.client.workflow.getHandle(availabilityWorkflowId(set));
  return askingWorker(temporal, () => handle.query<SlotsStatus>(messages.slotsStatus));
}

/** Whether anybody counts the hosts of the set now; who was idle for a day does not run. */
const isCounted = (temporal: Temporal, set: string): Promise<boolean> =>
  asking(temporal, async () => {
    try {
      const handle = temporal.client.workflow.getHandle(availabilityWorkflowId(set));
      return (await handle.describe()).status.name === 'RUNNING';
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  });

export interface ReleasedSlot {
  readonly set: string;
  readonly message: string;
}

/** Frees the slots of a host in the given set, or in all that count it; nothing when none does. */
export async function releaseSlots(
  temporal: Temporal,
  request: ReleaseRequest,
  only?: string,
): Promise<ReleasedSlot[]> {
  const holding = (await readSlotsOf(temporal, only)).filter(({ leases }) =>
    leases.some(({ hostId }) => hostId === request.hostId),
  );
  return bounded(1, holding, async ({ set }) => ({
    set,
    message: await release(temporal, set, request),
  }));
}

function release(temporal: Temporal, set: string, request: ReleaseRequest): Promise<string> {
  const handle = temporal.client.workflow.getHandle(availabilityWorkflowId(set));
  const updateId = randomUUID();
  return askingWorker(temporal, () =>
    handle.executeUpdate<string, [ReleaseRequest]>(messages.releaseSlot, {
      args: [request],
      updateId,
    }),
  );
}

/** One set, or all; one that nobody counts has no slots taken. */
export async function readSlotsOf(temporal: Temporal, only?: string): Promise<SlotsStatus[]> {
  if (only === undefined) return readAllSlots(temporal);
  return (await isCounted(temporal, only)) ? [await readSlots(temporal, only)] : [];
}
