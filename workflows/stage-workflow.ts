import { CancellationScope, isCancellation, proxyActivities, sleep } from '@temporalio/workflow';
import type { Activities } from '../contracts/activities';
import type { HostId } from '../contracts/ids';
import type { StageWorkflowInput, StageWorkflowResult } from '../contracts/steps';
import { stageOptions } from './activity-options';
import { stepFailureOf } from './step-failure';

const failuresTold = 100;

/**
 * Brings a package to hosts before their window opens, so that the window pays only for install and reboot. Nothing rests
 * on it: every host's own workflow looks whether the package is there, and brings it where it is not.
 */
export async function stageWorkflow(input: StageWorkflowInput): Promise<StageWorkflowResult> {
  const failed: { hostId: HostId; message: string }[] = [];
  let next = 0;
  let staged = 0;
  const stageOneAfterAnother = async (): Promise<void> => {
    while (next < input.hosts.length) {
      const hostId = input.hosts[next++];
      if (hostId === undefined) return;
      const message = await stageOn(input, hostId);
      if (message === null) staged += 1;
      else failed.push({ hostId, message });
    }
  };
  const lanes = Math.max(1, Math.min(input.parallel, input.hosts.length));
  await untilTime(Date.parse(input.until), async () => {
    await Promise.all(Array.from({ length: lanes }, stageOneAfterAnother));
  });
  return { staged, failed: failed.slice(0, failuresTold) };
}

/** Null when the package is there; else why not. */
async function stageOn(
  { rolloutId: owner, previewHash, hotfix, package: found }: StageWorkflowInput,
  hostId: HostId,
): Promise<string | null> {
  const { stage } = proxyActivities<Activities>(stageOptions);
  try {
    await stage({ owner, previewHash, hostId, hotfix, package: found });
    return null;
  } catch (error) {
    if (isCancellation(error)) throw error;
    return stepFailureOf(error).message;
  }
}

/** Two workflows never write the same file of a host at once: uploads have let go of their hosts when this ends. */
async function untilTime(until: number, work: () => Promise<void>): Promise<void> {
  const timer = new CancellationScope();
  const scope = new CancellationScope();
  void timer
    .run(() => sleep(Math.max(1, until - Date.now())))
    .then(
      () => scope.cancel(),
      () => undefined,
    );
  try {
    await scope.run(work);
  } catch (error) {
    if (!isCancellation(error)) throw error;
  } finally {
    timer.cancel();
  }
}
