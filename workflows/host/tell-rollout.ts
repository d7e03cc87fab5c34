import { CancellationScope, getExternalWorkflowHandle, workflowInfo } from '@temporalio/workflow';

/** Tells the rollout that started this workflow. False when there is none that could be told. */
export async function tellRollout(signal: string, news: unknown): Promise<boolean> {
  const { parent } = workflowInfo();
  if (parent === undefined) return false;
  try {
    await getExternalWorkflowHandle(parent.workflowId).signal(signal, news);
    return true;
  } catch {
    // It was terminated; a cancellation cannot come here.
    return CancellationScope.current().consideredCancelled;
  }
}
