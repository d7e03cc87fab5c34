import type { HostId } from '../../contracts/ids';
import { reason, type Reason } from '../../contracts/reason';
import type { OperatorRequest } from '../../contracts/rollout';
import { hostAt, indexOf } from './draft';
import type { Place, RolloutState } from './state';
import { approvalRefusal, isApproving } from './approvals';
import { isSteering } from './steering';
import { unexpected } from './unexpected';
import { unanswered } from './gates';
import { refusedHost, stopping } from './refused-host';
import { steeringRefusal } from './steering-refusal';
import { awaitsResume } from './waves';

const retryable: ReadonlySet<Place> = new Set<Place>([
  'failed',
  'unreachable',
  'mitigated',
  'rolled-back',
  'undecided',
  'skipped',
  'not-started',
  'held',
]);

const skippable: ReadonlySet<Place> = new Set<Place>(['queued', 'taken', 'held', 'unassessed']);

/** Why a request would be refused now; null when it would be carried out. */
export const refusal = (
  state: RolloutState,
  request: OperatorRequest,
  now: number,
): Reason | null => {
  if (request.author.trim() === '')
    return reason('author-missing', 'say who asks: the author is empty');
  if (request.reason.trim() === '') return reason('reason-missing', 'say why: the reason is empty');
  if (state.result !== null)
    return reason(
      'already-done',
      `the rollout is done (${state.result}): nothing to ${request.operation}`,
    );
  return refusalOf(state, request, now);
};

const refusalOf = (state: RolloutState, request: OperatorRequest, now: number): Reason | null => {
  if (isApproving(request))
    return stopping(state, request.operation) ?? approvalRefusal(state, request);
  if (isSteering(request)) return steeringRefusal(state, request, now);
  switch (request.operation) {
    case 'abort':
      return stopping(state, 'abort');
    case 'pause':
      return alreadyPaused(state) ?? stopping(state, 'pause');
    case 'resume':
      return stopping(state, 'resume') ?? notWaiting(state);
    case 'skip':
      return skipRefusal(state, request.hostId);
    case 'retry':
      return stopping(state, 'retry') ?? refusedHost(state, request.hostId, 'retry', retryable);
    default:
      return unexpected(request);
  }
};

const alreadyPaused = ({ paused }: RolloutState): Reason | null =>
  paused === null
    ? null
    : reason('already-paused', `already ${paused.message}; resume it, or abort it`);

const skipRefusal = (state: RolloutState, hostId: HostId): Reason | null =>
  betweenRuns(state, hostId) ?? refusedHost(state, hostId, 'skip', skippableIn(state, hostId));

/** Nobody would carry out what begins between the end of one run and the beginning of the next. */
const betweenRuns = (state: RolloutState, hostId: HostId): Reason | null => {
  const index = indexOf(state, hostId);
  const isOwed = index !== undefined && hostAt(state, index).owed !== undefined;
  return isOwed && state.moving === 'asked'
    ? reason('between-runs', `the rollout goes on in a new run just now: skip ${hostId} again`)
    : null;
};

/** A host that ended before it was restored may still be: that is all that skipping it does. */
const skippableIn = (state: RolloutState, hostId: HostId): ReadonlySet<Place> => {
  const index = indexOf(state, hostId);
  const owed = index === undefined ? undefined : hostAt(state, index).owed;
  return owed === undefined ? skippable : new Set([...skippable, 'failed', 'unreachable']);
};

const notWaiting = (state: RolloutState): Reason | null => {
  if (state.paused !== null || awaitsResume(state) || unanswered(state) !== undefined) return null;
  const message =
    state.fullSince === null
      ? `the rollout is ${state.phase}, not paused: nothing to resume`
      : 'the rollout is held by sets that are full, not paused: retry or skip hosts';
  return reason('not-paused', message, { phase: state.phase });
};
