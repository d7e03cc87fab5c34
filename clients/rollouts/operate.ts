import { randomUUID } from 'node:crypto';
import { Failure } from '../../contracts/failures';
import { rolloutWorkflowId } from '../../contracts/ids';
import type { RolloutId } from '../../contracts/ids';
import { messages } from '../../contracts/names';
import type { OperatorAnswer, OperatorRequest } from '../../contracts/rollout';
import { executionStatus } from './read-status';
import { askingWorker } from './temporal';
import type { Temporal } from './temporal';

/** One update id for all tries of one request: asked twice, it is carried out once. */
export async function operate(
  temporal: Temporal,
  rollout: RolloutId,
  request: OperatorRequest,
): Promise<OperatorAnswer> {
  // Without a worker an update to a rollout that does not exist would wait for one.
  const execution = await executionStatus(temporal, rollout);
  if (execution !== 'RUNNING' && execution !== 'PAUSED') throw over(rollout, request);
  const updateId = randomUUID();
  const handle = temporal.client.workflow.getHandle(rolloutWorkflowId(rollout));
  return askingWorker(temporal, () =>
    handle.executeUpdate<OperatorAnswer, [OperatorRequest]>(messages.operate, {
      args: [request],
      updateId,
    }),
  );
}

/** The server would only say that it does not find what an update could be sent to. */
const over = (rollout: RolloutId, { operation }: OperatorRequest): Failure =>
  new Failure('bad-request', `rollout ${rollout} is done: too late for ${operation}`, {
    advice: `see how it ended with \`rollout status ${rollout}\``,
  });
