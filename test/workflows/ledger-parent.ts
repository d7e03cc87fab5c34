import {
  defineQuery,
  defineSignal,
  executeChild,
  getExternalWorkflowHandle,
  setHandler,
} from '@temporalio/workflow';
import { hostWorkflowId } from '../../contracts/ids';
import { messages } from '../../contracts/names';
import type { HostResult } from '../../contracts/rollout';
import type { HostWorkflowInput, PriorState } from '../../contracts/steps';
import { hostWorkflow } from '../../workflows/host-workflow';

/** @public for the bundle, whose entry this file is */
export { hostWorkflow } from '../../workflows/host-workflow';

export interface Followed {
  /** What the host's workflow told, in order. */
  readonly told: readonly string[];
  /** Null: it ended without a result. */
  readonly result: HostResult | null;
}

interface Drained {
  readonly hostId: string;
  readonly prior: PriorState;
}

const told = defineQuery<readonly string[]>('told');

/** In place of a rollout: starts one host's workflow and writes down what that tells it. */
export async function ledgerParent(input: HostWorkflowInput): Promise<Followed> {
  const heard: string[] = [];
  setHandler(told, () => heard);
  setHandler(defineSignal<[Drained]>(messages.hostDrained), ({ hostId, prior }) => {
    if (hostId === input.hostId) heard.push(`drained ${prior.state}`);
  });
  setHandler(defineSignal<[{ hostId: string }]>(messages.hostRestored), ({ hostId }) => {
    if (hostId === input.hostId) heard.push('restored');
  });
  setHandler(defineSignal(messages.slotsWanted), () =>
    getExternalWorkflowHandle(hostWorkflowId(input.hostId)).signal(messages.slotsGiven),
  );
  const result = await executeChild(hostWorkflow, {
    workflowId: hostWorkflowId(input.hostId),
    args: [input],
  }).catch(() => null);
  return { told: heard, result };
}
