import type { ChildWorkflowOptions } from '@temporalio/workflow';
import type { HostId } from '../../contracts/ids';
import { assessWorkflowId, hostWorkflowId } from '../../contracts/ids';
import type { AssessWorkflowInput, RolloutInput } from '../../contracts/rollout';
import type { HostWorkflowInput } from '../../contracts/steps';
import { assessmentAttributes, hostAttributes } from '../search-attributes';

/** A child ends neither with its rollout nor when it is cancelled, but where that is safe for its host. */
const lifetime = {
  parentClosePolicy: 'REQUEST_CANCEL',
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  // The id is the lock on a host: free for the next rollout, or the next try, as soon as the workflow has ended.
  workflowIdReusePolicy: 'ALLOW_DUPLICATE',
} as const satisfies ChildWorkflowOptions;

export function hostChild(input: RolloutInput, hostId: HostId, treatAsAffected: boolean) {
  const { rolloutId, previewHash, change, hotfix, hostPolicy, policy } = input;
  const args: HostWorkflowInput = {
    rolloutId,
    hostId,
    previewHash,
    change,
    hotfix,
    ...(input.action === undefined ? {} : { action: input.action }),
    package: input.package,
    policy: hostPolicy,
    scope: policy.scope,
    treatAsAffected,
  };
  return {
    ...lifetime,
    workflowId: hostWorkflowId(hostId),
    args: [args] as [HostWorkflowInput],
    typedSearchAttributes: hostAttributes(input, hostId),
    // Whoever finds the host taken reads here by whom.
    memo: { rolloutId },
    staticSummary: `${hotfix.id} on ${hostId} for ${rolloutId}`,
  };
}

export function assessChild(input: RolloutInput, hosts: readonly HostId[], round: number) {
  const { rolloutId, previewHash, hotfix } = input;
  return {
    ...lifetime,
    workflowId: assessWorkflowId(rolloutId, round),
    args: [{ owner: rolloutId, previewHash, hotfix, hosts }] as [AssessWorkflowInput],
    typedSearchAttributes: assessmentAttributes(input),
    staticSummary: `assessment ${round} of ${rolloutId}`,
  };
}
