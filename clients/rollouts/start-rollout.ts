import type { Identity } from '../../contracts/identity';
import { rolloutWorkflowId } from '../../contracts/ids';
import type { RolloutId } from '../../contracts/ids';
import { rolloutQueue, searchAttributes, workflowTypes } from '../../contracts/names';
import type { RolloutPhase } from '../../contracts/outcome';
import type { Preview } from '../../contracts/preview';
import type { ChangeControl, RolloutInput } from '../../contracts/rollout';
import type { RolloutMemo } from './list-rollouts';
import { refuseOverlap } from './overlap';
import { asking, awaitWorker } from './temporal';
import type { Temporal } from './temporal';

export interface StartRequest {
  readonly rolloutId: RolloutId;
  readonly preview: Preview;
  readonly requestedBy: Identity;
  /**
   * Fleet file from which the preview was made, absolute, as the workers see it too. When the plan has approvals or a
   * calendar it is read again before hosts are begun. @default it is not read again
   */
  readonly fleetFile?: string | null;
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
  const memo: RolloutMemo = {
    change: input.change,
    requestedBy: requestedBy.name,
    hosts: input.hosts.length,
  };
  const phase: RolloutPhase =
    preview.content.approvals === undefined ? 'assessing' : 'awaiting-approval';
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
        [searchAttributes.rolloutPhase]: [phase],
      },
      memo: { ...memo },
      staticSummary: `${input.change}: ${input.action ?? 'fix'} ${input.hotfix.id} on ${String(input.hosts.length)} hosts`,
    }),
  );
}

/** What the workflow of a rollout is started with. */
export function rolloutInput(request: StartRequest): RolloutInput {
  const { preview, rolloutId, requestedBy, historyEvents } = request;
  const { content } = preview;
  return {
    rolloutId,
    previewHash: preview.hash,
    change: content.change,
    requestedBy: requestedBy.name,
    hotfix: content.hotfix,
    ...(content.action === undefined ? {} : { action: content.action }),
    package: content.package,
    hosts: content.hosts.map((host) => host.hostId),
    sets: content.sets,
    policy: content.policy,
    hostPolicy: content.hostPolicy,
    control: controlOf(request),
    ...(historyEvents === undefined ? {} : { historyEvents }),
  };
}

function controlOf({ preview, requestedBy, fleetFile = null }: StartRequest): ChangeControl {
  const {
    approvals = null,
    calendar = null,
    order = [],
    gates = [],
    notify = [],
  } = preview.content;
  return {
    requester: requestedBy.source,
    approvals,
    calendar,
    order,
    gates,
    notify,
    fleetFile: approvals === null && calendar === null ? null : fleetFile,
    firing: null,
  };
}
