import { reason, type Reason } from '../../contracts/reason';
import type { OperatorRequest } from '../../contracts/rollout';
import { abort, retry } from './again';
import { hostAt, idAt, indexOf, indicesWhere, isRunning, revise, type Draft } from './draft';
import { stopWhenSpent } from './finishing';
import { askAgain } from './gates';
import { budgetWords } from './budget';
import { heldAt, heldByPerson } from './holding';
import { policyOf } from './limits';
import { keepReason } from './reasons-kept';
import { placesRetried } from './retried';
import { unexpected } from './unexpected';
import { openNow, opensNext } from './windows';

/** What a person may change while a rollout runs, beyond pausing and stopping it. */
export type Steering = Extract<
  OperatorRequest,
  {
    operation:
      | 'abort-now'
      | 'hold'
      | 'unhold'
      | 'release'
      | 'retry-all'
      | 'set-concurrency'
      | 'set-budget'
      | 'set-window'
      | 'ask-gate';
  }
>;

const operations: ReadonlySet<string> = new Set<Steering['operation']>([
  'abort-now',
  'hold',
  'unhold',
  'release',
  'retry-all',
  'set-concurrency',
  'set-budget',
  'set-window',
  'ask-gate',
]);

export const isSteering = (request: OperatorRequest): request is Steering =>
  operations.has(request.operation);

const iso = (at: number): string => new Date(at).toISOString();

/** Carries out what was not refused; returns what the person is told. */
export const steer = (draft: Draft, request: Steering, who: string): string => {
  switch (request.operation) {
    case 'abort-now':
      return abortNow(draft, reason('aborted-by-person', `aborted ${who}`));
    case 'hold':
      return hold(draft, request.hostId, reason(heldByPerson, `held ${who}`));
    case 'unhold':
      return unhold(draft, request.hostId, reason('unheld-by-person', `to be changed ${who}`));
    case 'release':
      return release(draft, request.hostId);
    case 'retry-all':
      return retryAll(draft, request, reason('retried-by-person', `to be retried ${who}`));
    case 'set-concurrency':
    case 'set-budget':
      return setLimits(draft, request);
    case 'set-window':
      return moveEnd(draft, Date.parse(request.until));
    case 'ask-gate':
      return askAgain(draft, request.gate);
    default:
      return unexpected(request);
  }
};

/** What waits for a reboot or for the symptom is left where it is; an installer is never ended. */
const abortNow = (draft: Draft, why: Reason): string => {
  const isStopping = draft.stopping !== null;
  const said = isStopping ? 'stopping already' : abort(draft, why);
  const inFlight = indicesWhere(draft, isRunning);
  for (const index of inFlight)
    draft.commands.push({ type: 'endWaits', hostId: idAt(draft, index) });
  return `${said}; waits for reboots and for the symptom end, such hosts are reported as last seen`;
};

type HostSteering = Extract<Steering, { hostId: unknown }>;

const hold = (draft: Draft, hostId: HostSteering['hostId'], why: Reason): string => {
  const index = indexOf(draft, hostId);
  if (index === undefined) return `${hostId} is not in the plan`;
  revise(draft, index, { ...heldAt(draft), reason: keepReason(draft, why) });
  return `${hostId} is held; unhold it before the hold times out`;
};

/** A host that a person held goes on as it was; one that is suspect or unknown is changed as if it were affected. */
const unhold = (draft: Draft, hostId: HostSteering['hostId'], why: Reason): string => {
  const index = indexOf(draft, hostId);
  if (index === undefined) return `${hostId} is not in the plan`;
  draft.fullSince = null;
  const { verdict } = hostAt(draft, index);
  const state = verdict === undefined ? undefined : draft.verdicts[verdict]?.state;
  const forced = state === 'suspect' || state === 'unknown';
  revise(draft, index, {
    is: verdict === undefined ? 'unassessed' : 'queued',
    wanted: verdict === undefined ? true : undefined,
    heldMs: undefined,
    forced: forced ? true : undefined,
    reason: keepReason(draft, why),
  });
  return forced
    ? `${hostId} is ${state} and will be changed as if it were affected`
    : `${hostId} goes on`;
};

/** A person knows better: the host takes no slot of its sets any more. */
const release = (draft: Draft, hostId: HostSteering['hostId']): string => {
  const index = indexOf(draft, hostId);
  if (index === undefined) return `${hostId} is not in the plan`;
  draft.fullSince = null;
  revise(draft, index, { down: undefined });
  return `${hostId} takes no slot any more`;
};

const retryAll = (
  draft: Draft,
  { which }: Extract<Steering, { operation: 'retry-all' }>,
  why: Reason,
): string => {
  const places = placesRetried(draft, which);
  const chosen = indicesWhere(draft, ({ is }) => places.has(is));
  for (const index of chosen) retry(draft, idAt(draft, index), why);
  return `${chosen.length} hosts are tried again`;
};

const setLimits = (
  draft: Draft,
  request: Extract<Steering, { operation: 'set-concurrency' | 'set-budget' }>,
): string => {
  const { control } = draft;
  if (control === undefined) return 'nothing is changed';
  if (request.operation === 'set-concurrency') {
    const { maxConcurrency } = request;
    draft.control = { ...control, steered: { ...control.steered, maxConcurrency } };
    return `at most ${maxConcurrency} hosts at once from now on`;
  }
  const { maxErrors, maxConsecutiveErrors } = request;
  const all = maxErrors === undefined ? {} : { maxErrors };
  const inARow = maxConsecutiveErrors === undefined ? {} : { maxConsecutiveErrors };
  draft.control = { ...control, steered: { ...control.steered, ...all, ...inARow } };
  stopWhenSpent(draft);
  return `${budgetWords(policyOf(draft), draft.toBeChanged)}, from now on`;
};

const moveEnd = (draft: Draft, until: number): string => {
  const { control, now } = draft;
  const opening = openNow(draft, now) ?? opensNext(draft, now);
  if (control === undefined || opening === null) return 'no window is known';
  draft.control = { ...control, moved: { from: opening.from, until } };
  return `window ${opening.window} of ${iso(opening.from)} ends ${iso(until)} instead of ${iso(opening.until)}`;
};

/** What else was asked, for the record. */
export const detailOf = (request: OperatorRequest): { readonly detail?: string } => {
  if ('hash' in request) return { detail: request.hash.slice(0, 12) };
  if ('which' in request) return { detail: request.which };
  if ('until' in request) return { detail: `until ${request.until}` };
  if ('gate' in request) return { detail: request.gate };
  if (request.operation === 'set-concurrency')
    return { detail: `at most ${request.maxConcurrency} at once` };
  return request.operation === 'set-budget' ? { detail: budgetDetail(request) } : {};
};

const budgetDetail = ({
  maxErrors,
  maxConsecutiveErrors,
}: Extract<OperatorRequest, { operation: 'set-budget' }>): string =>
  [
    ...(maxErrors === undefined ? [] : [`maxErrors ${maxErrors}`]),
    ...(maxConsecutiveErrors === undefined
      ? []
      : [`maxConsecutiveErrors ${maxConsecutiveErrors ?? 'none'}`]),
  ].join(', ');
