import type { Client } from '@temporalio/client';
import { WithStartWorkflowOperation } from '@temporalio/client';
import type { SlotsPort } from '../activities';
import { availabilityWorkflowId } from '../contracts/ids';
import { messages, rolloutQueue, workflowTypes } from '../contracts/names';
import type { SlotAnswer } from '../contracts/slots';

/** Below the time-out of the activities: a try that was given up must not get through later. */
const patienceMs = 20_000;

/** The owners of slots as activities reach them. Whoever asks first starts the owner; one that was idle has ended. */
export function createSlotsPort(client: Client): SlotsPort {
  const update = <R>(set: string, name: string, args: unknown, updateId: string): Promise<R> =>
    client.withDeadline(Date.now() + patienceMs, () =>
      client.workflow.executeUpdateWithStart<() => Promise<void>, R, [unknown]>(name, {
        args: [args],
        updateId,
        startWorkflowOperation: new WithStartWorkflowOperation(workflowTypes.availability, {
          workflowId: availabilityWorkflowId(set),
          taskQueue: rolloutQueue,
          args: [{ set }],
          workflowIdConflictPolicy: 'USE_EXISTING',
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
          staticSummary: `slots of ${set}`,
        }),
      }),
    );
  return {
    ask: (set, request, updateId) => update<SlotAnswer>(set, messages.askSlot, request, updateId),
    tell: (set, news, updateId) => update<void>(set, messages.tellSlots, news, updateId),
  };
}
