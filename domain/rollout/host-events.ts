import type { HostId, RolloutId } from '../../contracts/ids';
import type { Outcome } from '../../contracts/outcome';
import { reason } from '../../contracts/reason';
import { successIn } from './action';
import { mayBeError } from './budget';
import { stopWhenSpent } from './finishing';
import { takeBack } from './calling-back';
import { noteDuration } from './durations';
import { askAfterHost } from './gates';
import { endHost, hostAt, idAt, indexOf, revise, verdictOf, type Draft } from './draft';
import type { RolloutEvent } from './messages';
import { notify } from './notices';
import { keepReason } from './reasons-kept';
import { rosterOf } from './roster';
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

/** A word of the host's workflow may come before this: of what comes together, Temporal hands signals over first. */
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
  if (event.type === 'hostWatched') {
    noteDuration(draft, index);
    noteWatched(draft, index);
  } else noteWanted(draft, index);
};

export const noteFinished = (
  draft: Draft,
  event: Extract<RolloutEvent, { type: 'hostFinished' }>,
): void => {
  const index = inFlight(draft, event.hostId, 'hostFinished');
  if (index === undefined) return;
  const { outcome } = event;
  if (takeBack(draft, index, outcome)) return;
  const success = successIn(draft);
  const { wave = draft.wave } = hostAt(draft, index);
  noteTook(draft, index, outcome);
  draft.finishedCount += 1;
  endHost(draft, index, outcome, event.reason);
  const down = isDown(draft, index, event);
  const isBad = mayBeError(outcome) && outcome !== success;
  revise(draft, index, {
    down: down ? true : undefined,
    order: isBad ? draft.finishedCount : undefined,
  });
  if (outcome === success) {
    draft.lastFixed = draft.finishedCount;
    askAfterHost(draft, index, wave);
  } else if (outcome === 'mitigated')
    notify(draft, { event: 'mitigated', reason: event.reason, hostId: event.hostId });
  if (down) tellDown(draft, index, event.reason.message);
  stopWhenSpent(draft);
};

/** What was not changed took no time that says anything, and of a watched host it was noted when it was back. */
const noteTook = (draft: Draft, index: number, outcome: Outcome): void => {
  const isChanged = outcome === successIn(draft) || mayBeError(outcome);
  if (isChanged && hostAt(draft, index).watched !== true) noteDuration(draft, index);
};

const isDown = (
  draft: Draft,
  index: number,
  { outcome, available }: Extract<RolloutEvent, { type: 'hostFinished' }>,
): boolean =>
  outcome === 'failed' || outcome === 'unreachable' || !available || isStillUnhealthy(draft, index);

/** The host's own workflow says so too, unless it was lost: then nobody else does. */
const tellDown = (draft: Draft, index: number, why: string): void => {
  if (draft.control === undefined || (rosterOf(draft.plan).setsOf[index] ?? []).length === 0)
    return;
  draft.commands.push({
    type: 'tellSets',
    cause: 'left-down',
    healthy: [],
    down: [{ hostId: idAt(draft, index), why }],
  });
};

/** The host waits before it is drained; nothing has been done to it. */
export const noteAwaits = (
  draft: Draft,
  event: Extract<RolloutEvent, { type: 'slotsAwaited' | 'slotsHeld' }>,
): void => {
  const index = inFlight(draft, event.hostId, event.type);
  if (index === undefined) return;
  if (event.type === 'slotsHeld') {
    revise(draft, index, { awaits: 0, awaitsMs: undefined });
    return;
  }
  const why = reason('slots-awaited', event.message);
  const { awaitsMs = draft.now - draft.startedAt } = hostAt(draft, index);
  revise(draft, index, {
    awaits: event.stuck ? 2 : 1,
    awaitsMs: event.stuck ? awaitsMs : undefined,
    reason: keepReason(draft, why),
  });
};

/** What is owed to a host stays, whatever becomes of its workflow, until it is restored. */
export const noteOwed = (
  draft: Draft,
  event: Extract<RolloutEvent, { type: 'hostDrained' | 'hostRestored' }>,
): void => {
  const index = indexOf(draft, event.hostId);
  if (index === undefined) return;
  const isOwed = event.type === 'hostDrained' && event.prior.drainedBy === null;
  revise(draft, index, { owed: isOwed ? event.prior : undefined });
};

/** Found unhealthy before, and nothing that ended well since has shown otherwise. */
const isStillUnhealthy = (draft: Draft, index: number): boolean => {
  const host = hostAt(draft, index);
  return host.is !== successIn(draft) && verdictOf(draft, host)?.health === 'unhealthy';
};
