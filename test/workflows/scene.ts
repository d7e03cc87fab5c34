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

/**
 * Asks whenever something has happened until the rollout is so: this waits for events, not for time.
 *
 * @throws what the rollout failed with, or that it ended otherwise
 */
export async function untilStatus(
  rollout: RunningRollout,
  isSo: (status: RolloutStatus) => boolean,
): Promise<void> {
  const ends: Error[] = [];
  void rollout.result().then(
    ({ result, reason }) => ends.push(new Error(`it ended: ${result}, ${reason.message}`)),
    (error: unknown) => ends.push(causeOf(error)),
  );
  const news = newsOf(rollout);
  for (;;) {
    await news();
    const [ended] = ends;
    if (isSo(await rollout.status())) return;
    if (ended !== undefined) throw ended;
  }
}

/** Settles when the history has grown since it was called last; a question each time would replay it each time. */
function newsOf({ handle }: RunningRollout): () => Promise<void> {
  const { workflowId, client } = handle;
  let seen: Uint8Array | null = null;
  return async () => {
    const { nextPageToken } = await client.workflowService.getWorkflowExecutionHistory({
      namespace: client.options.namespace,
      execution: { workflowId },
      waitNewEvent: true,
      ...(seen === null ? {} : { nextPageToken: seen }),
    });
    // Without one the run is over; the next question is about the run that followed.
    seen = nextPageToken.length > 0 ? nextPageToken : null;
  };
}

function causeOf(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  return error.cause instanceof Error ? error.cause : error;
}
