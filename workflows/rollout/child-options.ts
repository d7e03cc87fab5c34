import type { ChildWorkflowOptions } from '@temporalio/workflow';
import type { HostId } from '../../contracts/ids';
import {
  assessWorkflowId,
  gateWorkflowId,
  hostWorkflowId,
  noticeWorkflowId,
  rolloutWorkflowId,
  stageWorkflowId,
} from '../../contracts/ids';
import type { Gate, GateWorkflowInput } from '../../contracts/gate';
import type { Notice, NoticeChannel, NotifyInput } from '../../contracts/notification';
import type { RolloutPhase } from '../../contracts/outcome';
import type { AssessWorkflowInput, RolloutInput } from '../../contracts/rollout';
import type { HostSet, HostWorkflowInput, StageWorkflowInput } from '../../contracts/steps';
import type { StandingPlan } from '../../contracts/standing';
import type { RolloutCommand } from '../../domain/rollout';
import { assessmentAttributes, hostAttributes } from '../search-attributes';

/** A child ends neither with its rollout nor when it is cancelled, but where that is safe for its host. */
const lifetime = {
  parentClosePolicy: 'REQUEST_CANCEL',
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  // The id is the lock on a host: free for the next rollout, or the next try, as soon as the workflow has ended.
  workflowIdReusePolicy: 'ALLOW_DUPLICATE',
} as const satisfies ChildWorkflowOptions;

type Of<T extends RolloutCommand['type']> = Extract<RolloutCommand, { type: T }>;

/** Rollouts of earlier releases, which have no `control`, count the slots of their sets by themselves. */
const setsOf = ({ control, sets }: RolloutInput, hostId: HostId): { sets?: HostSet[] } => {
  if (control === undefined) return {};
  const own = sets.filter(({ hosts }) => hosts.includes(hostId));
  const named = own.map(({ name, maxUnavailable }) => ({ name, maxUnavailable }));
  return { sets: named.toSorted((a, b) => (a.name < b.name ? -1 : 1)) };
};

export function hostChild(input: RolloutInput, command: Of<'startHost'>) {
  const { hostId, treatAsAffected, owed, restoreOnly } = command;
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
    ...setsOf(input, hostId),
    ...(owed === undefined ? {} : { owed }),
    ...(restoreOnly === undefined ? {} : { restoreOnly }),
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

export function gateChild(
  input: RolloutInput,
  {
    run,
    gate,
    hostId,
  }: { readonly run: number; readonly gate: Gate; readonly hostId: HostId | null },
) {
  const { rolloutId: owner, previewHash } = input;
  const about = hostId === null ? '' : ` about ${hostId}`;
  return {
    ...lifetime,
    workflowId: gateWorkflowId(owner, run),
    args: [{ owner, previewHash, gate, hostId }] as [GateWorkflowInput],
    typedSearchAttributes: assessmentAttributes(input),
    staticSummary: `gate ${gate.name}${about} of ${owner}`,
  };
}

export function stageChild(input: RolloutInput, { hosts, until }: Of<'stageAhead'>) {
  const { rolloutId, previewHash, hotfix, package: found, policy } = input;
  if (found === null) throw new TypeError('a rollout without a package stages none');
  const args: StageWorkflowInput = {
    rolloutId,
    previewHash,
    hotfix,
    package: found,
    hosts,
    parallel: policy.maxConcurrency,
    until: new Date(until).toISOString(),
  };
  return {
    ...lifetime,
    workflowId: stageWorkflowId(rolloutId, until),
    args: [args] as [StageWorkflowInput],
    typedSearchAttributes: assessmentAttributes(input),
    staticSummary: `packages of ${rolloutId} ahead of the window`,
  };
}

/** Of a standing plan: one opening is carried out once, whatever became of that. */
export function standingChild(input: RolloutInput, { name }: StandingPlan) {
  const { rolloutId, change, hotfix, hosts, requestedBy } = input;
  return {
    ...lifetime,
    workflowId: rolloutWorkflowId(rolloutId),
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    args: [input] as [RolloutInput],
    typedSearchAttributes: assessmentAttributes(input),
    // Lists of rollouts show it without asking a worker.
    memo: { change, requestedBy: `standing ${name}`, approved: requestedBy, hosts: hosts.length },
    staticSummary: `${change}: ${hotfix.id} on ${hosts.length} hosts for standing plan ${name}`,
  } as const;
}

interface NoticeOf {
  readonly id: string;
  readonly notice: Notice;
  readonly phase: RolloutPhase;
  readonly channel: NoticeChannel;
}

/** Outlives the rollout: nothing waits for people to be told. */
export function noticeChild(input: RolloutInput, { id, notice, phase, channel }: NoticeOf) {
  const { rolloutId, change, hotfix } = input;
  const noticeId = `${rolloutId}/${id}/${channel.name}`;
  const args: NotifyInput = {
    previewHash: input.previewHash,
    rolloutId,
    change,
    hotfixId: hotfix.id,
    phase,
    at: new Date().toISOString(),
    noticeId,
    notice,
    channel,
  };
  return {
    workflowId: noticeWorkflowId(noticeId),
    parentClosePolicy: 'ABANDON',
    args: [args] as [NotifyInput],
    typedSearchAttributes: assessmentAttributes(input),
    staticSummary: `${notice.event} of ${rolloutId} to ${channel.name}`,
  } as const;
}
