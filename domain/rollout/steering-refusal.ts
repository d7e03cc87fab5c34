import { reason, type Reason } from '../../contracts/reason';
import type { Opening } from '../../contracts/window';
import { isInside } from '../window';
import { hostAt, indexOf, indicesWhere, verdictOf } from './draft';
import { gateRefusal } from './gates';
import { changedSinceApproval } from './holding';
import { refusedHost, stopping } from './refused-host';
import { placesRetried } from './retried';
import type { Place, RolloutState } from './state';
import type { Steering } from './steering';
import { unexpected } from './unexpected';
import { hasCalendar, openNow, opensNext } from './windows';

const holdable: ReadonlySet<Place> = new Set<Place>(['queued', 'taken', 'unassessed']);
const held: ReadonlySet<Place> = new Set<Place>(['held']);

/** Why a person may not steer so now; null when it would be carried out. */
export const steeringRefusal = (
  state: RolloutState,
  request: Steering,
  now: number,
): Reason | null =>
  request.operation === 'abort-now'
    ? null
    : (stopping(state, words[request.operation]) ?? refusalNow(state, request, now));

type Lasting = Exclude<Steering, { operation: 'abort-now' }>;

const words: { readonly [operation in Lasting['operation']]: string } = {
  hold: 'hold',
  unhold: 'unhold',
  release: 'release a slot',
  'retry-all': 'retry',
  'set-concurrency': 'change limits',
  'set-budget': 'change limits',
  'set-window': 'move the end of a window',
  'ask-gate': 'ask a gate',
};

const refusalNow = (state: RolloutState, request: Lasting, now: number): Reason | null => {
  switch (request.operation) {
    case 'hold':
      return refusedHost(state, request.hostId, 'hold', holdable);
    case 'unhold':
      return unholdRefusal(state, request.hostId);
    case 'release':
      return releaseRefusal(state, request.hostId);
    case 'retry-all':
      return nothingToRetry(state, request.which);
    case 'set-concurrency':
    case 'set-budget':
      return limitRefusal(state, request);
    case 'set-window':
      return windowMoveRefusal(state, request.until, now);
    case 'ask-gate':
      return gateRefusal(state, request.gate);
    default:
      return unexpected(request);
  }
};

type HostId = Extract<Steering, { hostId: unknown }>['hostId'];

/** Nobody can decide that a hotfix applies which does not, nor approve an entry that is not the approved one. */
const unholdRefusal = (state: RolloutState, hostId: HostId): Reason | null => {
  const refused = refusedHost(state, hostId, 'unhold', held);
  const index = indexOf(state, hostId);
  if (refused !== null || index === undefined) return refused;
  const host = hostAt(state, index);
  const why = state.reasons[host.reason ?? -1];
  if (why?.code === changedSinceApproval)
    return reason('cannot-unhold', `${hostId}: ${why.message}`, { hostId });
  const verdict = verdictOf(state, host);
  const undecided = verdict?.state === 'suspect' || verdict?.state === 'unknown';
  if (!undecided || verdict.applicable === 'yes') return null;
  const message = `${hostId} is ${verdict.state}, and it is not known that the hotfix applies to it: it cannot be changed; skip it, or retry it once it can be told`;
  return reason('cannot-unhold', message, { hostId, applicable: verdict.applicable });
};

/** What is in flight gives its slots back by itself, or keeps them when it ends. */
const releaseRefusal = (state: RolloutState, hostId: HostId): Reason | null => {
  const index = indexOf(state, hostId);
  if (index === undefined)
    return reason('not-in-plan', `${hostId} is not in this rollout; look up its name with status`);
  const host = hostAt(state, index);
  if (host.is === 'running')
    return reason('cannot-release', `${hostId} is in work: its slot comes back when it ends`);
  return host.down === true
    ? null
    : reason('cannot-release', `${hostId} takes no slot in this rollout: nothing to release`);
};

const nothingToRetry = (
  state: RolloutState,
  which: Extract<Steering, { operation: 'retry-all' }>['which'],
): Reason | null => {
  const places = placesRetried(state, which);
  if (indicesWhere(state, ({ is }) => places.has(is)).length > 0) return null;
  return reason('nothing-to-retry', `no host is ${[...places].join(', ')}: nothing to retry`);
};

/** People with Temporal's own tools send what they like: numbers are looked at here. */
const limitRefusal = (
  state: RolloutState,
  request: Extract<Steering, { operation: 'set-concurrency' | 'set-budget' }>,
): Reason | null => {
  if (state.control === undefined)
    return reason(
      'earlier-release',
      'a rollout of an earlier release keeps its limits: abort it and start anew',
    );
  if (request.operation === 'set-concurrency') {
    const { maxConcurrency } = request;
    return isWhole(maxConcurrency, 1, 1000)
      ? null
      : reason(
          'bad-limit',
          `maxConcurrency is ${String(maxConcurrency)}: give a whole number from 1 to 1000`,
        );
  }
  return budgetRefusal(request);
};

const budgetRefusal = (request: Extract<Steering, { operation: 'set-budget' }>): Reason | null => {
  const { maxErrors, maxConsecutiveErrors = null } = request;
  if (maxErrors === undefined && request.maxConsecutiveErrors === undefined)
    return reason('bad-limit', 'no limit is given: give maxErrors, maxConsecutiveErrors, or both');
  const isPercent = typeof maxErrors === 'string' && /^([1-9]\d?|100)%$/.test(maxErrors);
  if (maxErrors !== undefined && !isPercent && !isWhole(maxErrors, 0, 100_000))
    return reason(
      'bad-limit',
      `maxErrors is ${String(maxErrors)}: give a count from 0, or a percentage from 1% to 100%`,
    );
  if (maxConsecutiveErrors !== null && !isWhole(maxConsecutiveErrors, 0, 100_000))
    return reason(
      'bad-limit',
      `maxConsecutiveErrors is ${String(maxConsecutiveErrors)}: give a count from 0`,
    );
  return null;
};

const isWhole = (value: unknown, min: number, max: number): boolean =>
  Number.isInteger(value) && Number(value) >= min && Number(value) <= max;

const mostMs = 7 * 86_400_000;

/** Blackouts win over people, too, and a window does not grow into the next one. */
const windowMoveRefusal = (state: RolloutState, given: string, now: number): Reason | null => {
  if (!hasCalendar(state))
    return reason('no-window', 'the plan has no window whose end could be moved');
  const until = Date.parse(given);
  if (Number.isNaN(until))
    return reason('bad-time', `${given} is no time: write it as 2026-12-06T03:00:00Z`);
  const opening = openNow(state, now) ?? opensNext(state, now);
  if (opening === null)
    return reason('no-window', 'no window is open, and none is known that will be');
  return endRefusal(state, opening, until, now);
};

const iso = (at: number): string => new Date(at).toISOString();

const endRefusal = (
  state: RolloutState,
  opening: Opening,
  until: number,
  now: number,
): Reason | null => {
  if (until <= now || until <= opening.from)
    return reason(
      'bad-time',
      `${iso(until)} is not after now and after ${iso(opening.from)}: pause or abort the rollout to stop at once`,
    );
  if (until - opening.from > mostMs)
    return reason('bad-time', `window ${opening.window} would be longer than seven days`);
  const blackout = state.control?.reading?.blackouts.find(
    (span) => span.from < until && opening.from < span.until && !isInside(span, opening.from),
  );
  if (blackout !== undefined)
    return reason(
      'blackout',
      `a blackout begins ${iso(blackout.from)}: the window cannot go on beyond it`,
    );
  const next = opensNext(state, opening.from);
  return next !== null && until > next.from
    ? reason('next-window', `the next window opens ${iso(next.from)}: it goes on by itself then`)
    : null;
};
