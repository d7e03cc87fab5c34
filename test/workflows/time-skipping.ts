import type { Duration } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time';
import type { TestEngine } from '../engine';

/**
 * Lets the virtual time of one workflow run ahead, as far as `duration`, whenever nothing of it is under way: no activity
 * and no child. Children inherit its time and skip for themselves. The typed client has no word for it yet.
 */
export async function skipTime(
  { client, engine: { namespace } }: TestEngine,
  workflowId: string,
  duration: Duration,
): Promise<void> {
  await client.workflowService.updateWorkflowExecutionOptions({
    namespace,
    workflowExecution: { workflowId },
    workflowExecutionOptions: {
      timeSkippingConfig: {
        enabled: true,
        fastForwardConfig: { id: `skip ${duration}`, duration: msToTs(duration) },
      },
    },
    updateMask: { paths: ['time_skipping_config'] },
  });
}
