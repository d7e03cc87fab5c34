import { rolloutWorkflowId } from '../../contracts/ids';
import type { RolloutId } from '../../contracts/ids';
import { rolloutQueue, searchAttributes, workflowTypes } from '../../contracts/names';
import type { Preview } from '../../contracts/preview';
import type { RolloutInput } from '../../contracts/rollout';
import type { RolloutMemo } from './list-rollouts';
import { refuseOverlap } from './overlap';
import { asking, awaitWorker } from './temporal';
import type { Temporal } from './temporal';

export interface StartRequest {
  readonly rolloutId: RolloutId;
  readonly preview: Preview;
  readonly requestedBy: string;
  /** Continue as new after so many history events; for tests. */
  readonly historyEvents?: number;
}

/**
 * Starts the rollout of a preview that lies in the preview folder already. One id is one rollout, for ever: the id of a
 * finished one is refused too.
 */
export async function startRollout(temporal: Temporal, request: StartRequest): Promise<void> {
  const { preview, rolloutId, requestedBy } = request;
  await awaitWorker(temporal);
  await refuseOverlap(
    temporal,
    preview.content.hosts.map((host) => host.hostId),
  );
  const input = rolloutInput(request);
  const memo: RolloutMemo = { change: input.change, requestedBy, hosts: input.hosts.length };
  await asking(temporal, () =>
    temporal.client.workflow.start(workflowTypes.rollout, {
      workflowId: rolloutWorkflowId(rolloutId),
      taskQueue: rolloutQueue,
      args: [input],
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      workflowIdConflictPolicy: 'FAIL',
      searchAttributes: {
        [searchAttributes.rolloutId]: [rolloutId],
        [searchAttributes.hotfix]: [input.hotfix.id],
        [searchAttributes.rolloutPhase]: ['assessing'],
      },
      memo: { ...memo },
      staticSummary: `${input.change}: ${input.action ?? 'fix'} ${input.hotfix.id} on ${String(input.hosts.length)} hosts`,
    }),
  );
}

function rolloutInput({
  preview,
  rolloutId,
  requestedBy,
  historyEvents,
}: StartRequest): RolloutInput {
  const { content } = preview;
  return {
    rolloutId,
    previewHash: preview.hash,
    change: content.change,
    requestedBy,
    hotfix: content.hotfix,
    ...(content.action === undefined ? {} : { action: content.action }),
    package: content.package,
    hosts: content.hosts.map((host) => host.hostId),
    sets: content.sets,
    policy: content.policy,
    hostPolicy: content.hostPolicy,
    ...(historyEvents === undefined ? {} : { historyEvents }),
  };
}
