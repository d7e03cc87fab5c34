import { assessWorkflowId } from '../../contracts/ids';
import type {
  BudgetStatus,
  HostStatus,
  OperationRecord,
  RolloutInput,
  RolloutStatus,
} from '../../contracts/rollout';
import type { HostId } from '../../contracts/ids';
import { amountOf } from './amounts';
import { budgetWords, spentOf } from './budget';
import { controlStatusOf } from './control-status';
import { idAt, indicesWhere, isOpen, isRunning, verdictOf } from './draft';
import { fitStatus } from './fit-status';
import { policyOf } from './limits';
import { isFinal, type HostRecord, type KeptRequest, type RolloutState } from './state';

export type StatusInput = Pick<
  RolloutInput,
  'rolloutId' | 'change' | 'previewHash' | 'requestedBy'
> & { readonly hotfix: Pick<RolloutInput['hotfix'], 'id'> };

const iso = (at: number): string => new Date(at).toISOString();

/** Fits into one payload, also with thousands of hosts. */
export const statusOf = (state: RolloutState, input: StatusInput, now: number): RolloutStatus =>
  fitStatus(wholeStatusOf(state, input, now));

const wholeStatusOf = (state: RolloutState, input: StatusInput, now: number): RolloutStatus => ({
  rolloutId: input.rolloutId,
  change: input.change,
  hotfixId: input.hotfix.id,
  previewHash: input.previewHash,
  ...(state.plan.action === undefined ? {} : { action: state.plan.action }),
  requestedBy: input.requestedBy,
  phase: state.phase,
  result: state.result,
  reason: state.phaseReason,
  startedAt: iso(state.startedAt),
  finishedAt: state.finishedAt === null ? null : iso(state.finishedAt),
  // A look that is overdue is due now; a person is not told a time that has passed.
  nextLookAt: state.nextLookAt === null ? null : iso(Math.max(state.nextLookAt, now)),
  wave: state.wave,
  toBeChanged: state.toBeChanged ?? 0,
  budget: budgetOf(state),
  hosts: statusesOf(state),
  assessments: Array.from({ length: state.round }, (_, index) =>
    assessWorkflowId(input.rolloutId, index + 1),
  ),
  operations: state.requests.map(operationOf),
  ...controlStatusOf(state, now),
});

export const statusesOf = (state: RolloutState): HostStatus[] =>
  state.hosts.map((host, index) => hostStatusOf(state, host, index));

const budgetOf = (state: RolloutState): BudgetStatus => {
  const policy = policyOf(state);
  const spent = spentOf(state);
  return {
    maxErrors: state.toBeChanged === null ? null : amountOf(policy.maxErrors, state.toBeChanged),
    errors: spent.errors,
    maxConsecutiveErrors: policy.maxConsecutiveErrors,
    consecutiveErrors: spent.consecutive,
    words: budgetWords(policy, state.toBeChanged),
  };
};

const hostStatusOf = (state: RolloutState, host: HostRecord, index: number): HostStatus => {
  const at = (sinceStart: number | undefined): string | null =>
    sinceStart === undefined ? null : iso(state.startedAt + sinceStart);
  return {
    hostId: idAt(state, index),
    wave: host.wave ?? null,
    standing: isFinal(host.is) ? 'done' : host.is,
    state: verdictOf(state, host)?.state ?? null,
    outcome: isFinal(host.is) ? host.is : null,
    reason: (host.reason === undefined ? undefined : state.reasons[host.reason]) ?? null,
    runId: host.runId ?? null,
    attempts: host.attempts ?? 0,
    startedAt: at(host.startedMs),
    finishedAt: at(host.finishedMs),
  };
};

const operationOf = (request: KeptRequest): OperationRecord => ({
  at: iso(request.at),
  operation: request.operation,
  author: request.author,
  reason: request.reason,
  ...(request.source === undefined ? {} : { source: request.source }),
  ...(request.hostId === undefined ? {} : { hostId: request.hostId }),
  ...(request.detail === undefined ? {} : { detail: request.detail }),
});

/** What an open rollout owns: another one that names such a host is refused. */
export const hostsStillToChange = (state: RolloutState): HostId[] =>
  indicesWhere(state, isOpen).map((index) => idAt(state, index));

export const hostsInFlight = (state: RolloutState): HostId[] =>
  indicesWhere(state, isRunning).map((index) => idAt(state, index));
