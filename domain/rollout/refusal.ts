import type { HostId } from '../../contracts/ids';
import { reason, type Reason } from '../../contracts/reason';
import type { OperatorRequest } from '../../contracts/rollout';
import { successIn } from './action';
import { hostAt, indexOf } from './draft';
import type { Place, RolloutState } from './state';
import { unexpected } from './unexpected';
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
  // Kept in the signature: windows and approvals will make a refusal depend on the time.
  _now: number,
): Reason | null => {
  if (request.author.trim() === '')
    return reason('author-missing', 'say who asks: the author is empty');
  if (request.reason.trim() === '') return reason('reason-missing', 'say why: the reason is empty');
  if (state.result !== null)
    return reason(
      'already-done',
      `the rollout is done (${state.result}): nothing to ${request.operation}`,
    );
  return refusalOf(state, request);
};

const refusalOf = (state: RolloutState, request: OperatorRequest): Reason | null => {
  switch (request.operation) {
    case 'abort':
      return stopping(state, 'abort');
    case 'pause':
      if (state.paused !== null)
        return reason('already-paused', `already ${state.paused.message}; resume it, or abort it`);
      return stopping(state, 'pause');
    case 'resume':
      return stopping(state, 'resume') ?? notWaiting(state);
    case 'skip':
      return refusedHost(state, request.hostId, 'skip', skippable);
    case 'retry':
      return stopping(state, 'retry') ?? refusedHost(state, request.hostId, 'retry', retryable);
    default:
      return unexpected(request);
  }
};

const stopping = (state: RolloutState, operation: string): Reason | null =>
  state.stopping === null
    ? null
    : reason(
        'already-stopping',
        `the rollout is stopping (${state.stopping.reason.message}): too late to ${operation}`,
      );

const notWaiting = (state: RolloutState): Reason | null => {
  if (state.paused !== null || awaitsResume(state)) return null;
  const message =
    state.fullSince === null
      ? `the rollout is ${state.phase}, not paused: nothing to resume`
      : 'the rollout is held by sets that are full, not paused: retry or skip hosts';
  return reason('not-paused', message, { phase: state.phase });
};

const refusedHost = (
  state: RolloutState,
  hostId: HostId,
  operation: 'skip' | 'retry',
  allowed: ReadonlySet<Place>,
): Reason | null => {
  const index = indexOf(state, hostId);
  if (index === undefined)
    return reason('not-in-plan', `${hostId} is not in this rollout; look up its name with status`);
  const place = hostAt(state, index).is;
  // What a rollout is there for is not done twice.
  const places = [...allowed].filter((each) => each !== successIn(state));
  if (places.includes(place)) return null;
  const advice = `${operation} is for hosts that are ${places.join(', ')}`;
  return reason(`cannot-${operation}`, `${hostId} is ${place}: ${advice}`, { hostId, place });
};
