import { randomUUID } from 'node:crypto';
import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { HostId } from '../../contracts/ids';
import { rolloutWorkflowId } from '../../contracts/ids';
import { messages, rolloutQueue, workflowTypes } from '../../contracts/names';
import type { Outcome } from '../../contracts/outcome';
import type {
  OperatorAnswer,
  OperatorRequest,
  RolloutInput,
  RolloutStatus,
} from '../../contracts/rollout';
import type { TestEngine } from '../engine';

/** A rollout under way in a test: asked and looked at as a client does. */
export interface RunningRollout {
  readonly handle: WorkflowHandleWithFirstExecutionRunId;
  operate(request: Partial<OperatorRequest>, updateId?: string): Promise<OperatorAnswer>;
  /** The code with which the validator refuses. */
  refusalOf(request: Partial<OperatorRequest>): Promise<string>;
  status(): Promise<RolloutStatus>;
  result(): Promise<RolloutStatus>;
}

export async function startRollout(
  { client }: TestEngine,
  input: RolloutInput,
): Promise<RunningRollout> {
  const handle = await client.workflow.start(workflowTypes.rollout, {
    workflowId: rolloutWorkflowId(input.rolloutId),
    taskQueue: rolloutQueue,
    args: [input],
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
  });
  const operate = (request: Partial<OperatorRequest>, updateId: string = randomUUID()) =>
    handle.executeUpdate<OperatorAnswer, [Partial<OperatorRequest>]>(messages.operate, {
      args: [{ author: 'ada', reason: 'because', ...request }],
      updateId,
    });
  return {
    handle,
    operate,
    async refusalOf(request) {
      try {
        const answer = await operate(request);
        return `not refused: ${answer.message}`;
      } catch (error) {
        const cause = error instanceof WorkflowUpdateFailedError ? error.cause : error;
        return cause instanceof ApplicationFailure ? (cause.type ?? 'no code') : String(error);
      }
    },
    status: () => handle.query<RolloutStatus>(messages.rolloutStatus),
    result: () => handle.result() as Promise<RolloutStatus>,
  };
}

export const outcomesOf = (status: RolloutStatus): { readonly [host: string]: Outcome | null } =>
  Object.fromEntries(status.hosts.map(({ hostId, outcome }) => [hostId, outcome]));

export const hostOf = (status: RolloutStatus, host: HostId | undefined) => {
  const found = status.hosts.find(({ hostId }) => hostId === host);
  if (found === undefined) throw new Error(`${host} is not in the status`);
  return found;
};

/** Asks until the rollout is so; each question is answered by a worker, so that this waits for events, not for time. */
export async function untilStatus(
  rollout: RunningRollout,
  isSo: (status: RolloutStatus) => boolean,
): Promise<void> {
  while (!isSo(await rollout.status()));
}
