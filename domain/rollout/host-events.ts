import type { HostId, RolloutId } from '../../contracts/ids';
import { reason } from '../../contracts/reason';
import { successIn } from './action';
import { judgeBudget, mayBeError } from './budget';
import { endHost, hostAt, indexOf, revise, verdictOf, type Draft } from './draft';
import type { RolloutEvent } from './messages';
import { keepReason } from './reasons-kept';
import { heldBy } from './state';
import { noteWanted, noteWatched } from './watching';

/** Index of a host in flight; what is said about any other is late or repeated, and changes nothing. */
const inFlight = (draft: Draft, hostId: HostId, what: string): number | undefined => {
  const index = indexOf(draft, hostId);
  if (index !== undefined && hostAt(draft, index).is === 'running') return index;
  const why = index === undefined ? 'is not in the plan' : 'is not in flight';
  draft.said.push(reason('ignored', `${what}: ${hostId} ${why}`, { hostId }));
  return undefined;
};

export const noteStarted = (draft: Draft, hostId: HostId, runId: string): void => {
  const index = inFlight(draft, hostId, 'hostStarted');
  if (index === undefined) return;
  revise(draft, index, {
    runId,
    attempts: (hostAt(draft, index).attempts ?? 0) + 1,
    startedMs: draft.now - draft.startedAt,
    takenMs: undefined,
  });
};

/** The clock of the time-out runs from the first time: a host that changes hands does not wait for ever. */
export const noteTaken = (draft: Draft, hostId: HostId, by: RolloutId | null): void => {
  const index = inFlight(draft, hostId, 'hostTaken');
  if (index === undefined) return;
  const sinceStart = draft.now - draft.startedAt;
  revise(draft, index, {
    is: 'taken',
    watched: undefined,
    turn: undefined,
    takenMs: hostAt(draft, index).takenMs ?? sinceStart,
    retryMs: sinceStart + draft.plan.policy.takenRetryMs,
    reason: keepReason(draft, heldBy(by)),
  });
};

export const noteInFlight = (
  draft: Draft,
  event: Extract<RolloutEvent, { type: 'hostWatched' | 'slotsWanted' }>,
): void => {
  const index = inFlight(draft, event.hostId, event.type);
  if (index === undefined) return;
  if (event.type === 'hostWatched') noteWatched(draft, index);
  else noteWanted(draft, index);
};

export const noteFinished = (
  draft: Draft,
  event: Extract<RolloutEvent, { type: 'hostFinished' }>,
): void => {
  const index = inFlight(draft, event.hostId, 'hostFinished');
  if (index === undefined) return;
  const { outcome } = event;
  const failed = outcome === 'failed' || outcome === 'unreachable';
  const success = successIn(draft);
  draft.finishedCount += 1;
  endHost(draft, index, outcome, event.reason);
  revise(draft, index, {
    down: failed || !event.available || isStillUnhealthy(draft, index) ? true : undefined,
    order: mayBeError(outcome) && outcome !== success ? draft.finishedCount : undefined,
  });
  if (outcome === success) draft.lastFixed = draft.finishedCount;
  const budget = judgeBudget(draft);
  draft.said.push(budget.reason);
  if (budget.spent) draft.stopping ??= { result: 'stopped-by-budget', reason: budget.reason };
};

/** Found unhealthy before, and nothing that ended well since has shown otherwise. */
const isStillUnhealthy = (draft: Draft, index: number): boolean => {
  const host = hostAt(draft, index);
  return host.is !== successIn(draft) && verdictOf(draft, host)?.health === 'unhealthy';
};
