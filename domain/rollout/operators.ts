import { reason, type Reason } from '../../contracts/reason';
import type { OperatorAnswer, OperatorRequest } from '../../contracts/rollout';
import { endHost, hostAt, indexOf, nothingPending, revise, type Draft } from './draft';
import { keepReason } from './reasons-kept';
import { requestsKept, type RolloutState } from './state';
import { decideApproval, isApproving } from './approvals';
import { unexpected } from './unexpected';
import { waive } from './gates';
import { abort, retry } from './again';
import { detailOf, isSteering, steer } from './steering';

/** Characters. The reason is what an auditor reads later; the answer is said again only to a repeated update. */
const kept = { author: 64, reason: 250, answer: 150 };

export const knownAnswer = (
  state: Pick<RolloutState, 'requests'>,
  updateId: string,
): OperatorAnswer | undefined =>
  state.requests.findLast((request) => request.id === updateId)?.answer;

/** What is kept of a person's words: 500 requests travel with the state. */
export const clipped = (request: OperatorRequest): OperatorRequest => ({
  ...request,
  author: clip(request.author, kept.author),
  reason: clip(request.reason, kept.reason),
});

export const clippedAnswer = (message: string): string => clip(message, kept.answer);

export const clip = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`;

/** Carries an accepted request out; returns what the person is told. */
export const carryOut = (draft: Draft, request: OperatorRequest): string => {
  const who = `by ${request.author}: ${request.reason}`;
  const inFlight = draft.counts.running;
  if (isApproving(request)) return decideApproval(draft, request);
  if (isSteering(request)) return steer(draft, request, who);
  switch (request.operation) {
    case 'pause':
      draft.paused = reason('paused-by-person', `paused ${who}`);
      return `paused; ${inFlight} hosts in flight finish, nothing else starts`;
    case 'resume':
      return resume(draft);
    case 'abort':
      return abort(draft, reason('aborted-by-person', `aborted ${who}`));
    case 'skip':
      return skip(draft, request.hostId, reason('skipped-by-person', `skipped ${who}`));
    case 'retry':
      return retry(draft, request.hostId, reason('retried-by-person', `to be retried ${who}`));
    default:
      return unexpected(request);
  }
};

const resume = (draft: Draft): string => {
  if (draft.paused !== null) {
    draft.paused = null;
    return 'resumed';
  }
  const waived = waive(draft);
  if (waived !== null) return waived;
  draft.resumedWave = draft.wave;
  return `goes on after wave ${draft.wave}`;
};

type HostRequest = Extract<OperatorRequest, { hostId: unknown }>;

const skip = (draft: Draft, hostId: HostRequest['hostId'], why: Reason): string => {
  const index = indexOf(draft, hostId);
  if (index === undefined) return `${hostId} is not in the plan`;
  const { owed, wave = draft.wave } = hostAt(draft, index);
  if (owed !== undefined) {
    const restoring = { ...nothingPending, is: 'running', wave, order: undefined } as const;
    revise(draft, index, { ...restoring, reason: keepReason(draft, why), finishedMs: undefined });
    draft.commands.push({
      type: 'startHost',
      hostId,
      treatAsAffected: false,
      owed,
      restoreOnly: true,
    });
    return `${hostId} is restored, then skipped`;
  }
  endHost(draft, index, 'skipped', why);
  // Nobody has seen it up, and skipping it does not bring it up: what is not known blocks its sets.
  if (hostAt(draft, index).verdict === undefined) revise(draft, index, { down: true });
  return `${hostId} is skipped`;
};

/** The same update may arrive again, also after a new run began: it gets the answer that was given. */
export const rememberRequest = (
  draft: Draft,
  updateId: string,
  request: OperatorRequest,
  answer: OperatorAnswer,
): void => {
  const record = {
    id: updateId,
    at: draft.now,
    operation: request.operation,
    author: request.author,
    reason: request.reason,
    ...(request.source === undefined ? {} : { source: request.source }),
    ...('hostId' in request ? { hostId: request.hostId } : {}),
    ...detailOf(request),
    answer,
  };
  draft.requests = [...draft.requests, record].slice(-requestsKept);
};
