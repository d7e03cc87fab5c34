import { reason, type Reason } from '../../contracts/reason';
import type { OperatorAnswer, OperatorRequest } from '../../contracts/rollout';
import { changeOf } from './change-of';
import {
  endHost,
  hostAt,
  idAt,
  indexOf,
  indicesWhere,
  inWork,
  isInWork,
  nothingPending,
  revise,
  verdictOf,
  type Draft,
} from './draft';
import { keepReason } from './reasons-kept';
import { requestsKept, type RolloutState } from './state';
import { unexpected } from './unexpected';
import { isWaveOpen } from './waves';

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

const clip = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`;

/** Carries an accepted request out; returns what the person is told. */
export const carryOut = (draft: Draft, request: OperatorRequest): string => {
  const who = `by ${request.author}: ${request.reason}`;
  const inFlight = draft.counts.running;
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
  draft.resumedWave = draft.wave;
  return `goes on after wave ${draft.wave}`;
};

/** A host that was changed and is watched has nothing left that could be called off. */
const abort = (draft: Draft, why: Reason): string => {
  draft.paused = null;
  draft.stopping = { result: 'aborted', reason: why };
  for (const index of indicesWhere(draft, isInWork))
    draft.commands.push({ type: 'cancelHost', hostId: idAt(draft, index) });
  const watched = draft.counts.running - inWork(draft);
  const others = watched === 0 ? '' : `, ${watched} that are watched end as they would`;
  return `aborting; ${inWork(draft)} hosts in flight are brought to a safe place${others}`;
};

type HostRequest = Extract<OperatorRequest, { hostId: unknown }>;

const skip = (draft: Draft, hostId: HostRequest['hostId'], why: Reason): string => {
  const index = indexOf(draft, hostId);
  if (index === undefined) return `${hostId} is not in the plan`;
  endHost(draft, index, 'skipped', why);
  // Nobody has seen it up, and skipping it does not bring it up: what is not known blocks its sets.
  if (hostAt(draft, index).verdict === undefined) revise(draft, index, { down: true });
  return `${hostId} is skipped`;
};

const retry = (draft: Draft, hostId: HostRequest['hostId'], why: Reason): string => {
  const index = indexOf(draft, hostId);
  if (index === undefined) return `${hostId} is not in the plan`;
  const host = hostAt(draft, index);
  const verdict = verdictOf(draft, host);
  // A hold that ends must not take with it the host that somebody has just asked for.
  draft.fullSince = null;
  const common = {
    ...nothingPending,
    reason: keepReason(draft, why),
    finishedMs: undefined,
    order: undefined,
  };
  const isOwed = verdict !== undefined && changeOf(draft.plan, verdict).need === 'change';
  if (isOwed && host.is !== 'held') {
    const joins = isWaveOpen(draft) && host.wave === draft.wave;
    revise(draft, index, { ...common, is: 'queued', wave: joins ? host.wave : undefined });
    return `${hostId} is queued again, ${joins ? `in wave ${draft.wave}` : 'for the next wave'}`;
  }
  const sinceStart = draft.now - draft.startedAt;
  const is = verdict === undefined ? 'unassessed' : 'held';
  const heldMs = is === 'held' ? sinceStart : undefined;
  revise(draft, index, { ...common, is, heldMs, wave: undefined, wanted: true });
  return `${hostId} is assessed again`;
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
    ...('hostId' in request ? { hostId: request.hostId } : {}),
    answer,
  };
  draft.requests = [...draft.requests, record].slice(-requestsKept);
};
