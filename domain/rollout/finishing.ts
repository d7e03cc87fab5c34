import { reason, type Reason } from '../../contracts/reason';
import type { RolloutResult } from '../../contracts/outcome';
import { judgeBudget } from './budget';
import { endHost, hostAt, idAt, indicesWhere, isRunning, revise, type Draft } from './draft';
import { isAsking, unanswered } from './gates';
import { heldBy, isFinal, type HostRecord } from './state';

/** Holds that have lasted as long as they may; a pause does not stop their clocks. */
export const expire = (draft: Draft): void => {
  const { holdTimeoutMs } = draft.plan.policy;
  const sinceStart = draft.now - draft.startedAt;
  const isOver = (host: HostRecord): boolean =>
    (host.is === 'held' && (host.heldMs ?? 0) + holdTimeoutMs <= sinceStart) ||
    (host.is === 'taken' && (host.takenMs ?? 0) + holdTimeoutMs <= sinceStart);
  const waiting = draft.counts.held + draft.counts.taken;
  for (const index of waiting === 0 ? [] : indicesWhere(draft, isOver)) {
    if (hostAt(draft, index).is === 'held')
      endHost(draft, index, 'undecided', holdOver(draft, index));
    else endHost(draft, index, 'not-started', reasonOf(draft, index) ?? heldBy(null));
  }
  if (draft.fullSince !== null && draft.fullSince + holdTimeoutMs <= draft.now) {
    draft.fullSince = null;
    // Their workflows wait for slots before anything was done to them.
    for (const index of indicesWhere(draft, isStuck)) {
      draft.commands.push({ type: 'cancelHost', hostId: idAt(draft, index) });
      // It takes its time to end; meanwhile it is not called off again every moment.
      revise(draft, index, { awaitsMs: sinceStart });
    }
    const why = reason('set-full', 'no slot of its sets came free before the hold timed out');
    for (const index of indicesWhere(draft, (host) => host.is === 'queued'))
      endHost(draft, index, 'not-started', why);
  }
};

const isStuck = (host: HostRecord): boolean => host.awaits === 2;

const reasonOf = (draft: Draft, index: number): Reason | undefined =>
  draft.reasons[hostAt(draft, index).reason ?? -1];

const holdOver = (draft: Draft, index: number): Reason =>
  reason('hold-timed-out', `nobody decided in time: ${reasonOf(draft, index)?.message ?? 'held'}`);

/** Looked at when a host has ended, and when a person changed the budget. */
export const stopWhenSpent = (draft: Draft): void => {
  const budget = judgeBudget(draft);
  draft.said.push(budget.reason);
  if (budget.spent) draft.stopping ??= { result: 'stopped-by-budget', reason: budget.reason };
};

/** Once the rollout stops, only what is in flight goes on. */
export const letGo = (draft: Draft): void => {
  if (draft.stopping === null) return;
  const why = draft.stopping.reason;
  const notStarted = reason(why.code, `not started: ${why.message}`);
  const undecided = reason(why.code, `not decided: ${why.message}`);
  draft.fullSince = null;
  for (const index of indicesWhere(draft, (host) => !isFinal(host.is) && !isRunning(host))) {
    if (hostAt(draft, index).is === 'held') endHost(draft, index, 'undecided', undecided);
    else endHost(draft, index, 'not-started', notStarted);
  }
};

/** Held hosts never keep a rollout open by themselves, unless somebody has just asked for another look at one. */
const isOpenStill = (draft: Draft): boolean => {
  const { counts, hosts, stopping } = draft;
  return (
    counts.unassessed + counts.queued + counts.running + counts.taken > 0 ||
    (stopping === null && (isAsking(draft) || unanswered(draft) !== undefined)) ||
    (counts.held > 0 && hosts.some(isHeldAndAsked))
  );
};

const isHeldAndAsked = (host: HostRecord): boolean =>
  host.is === 'held' && (host.wanted === true || host.asked !== undefined);

export const conclude = (draft: Draft): void => {
  if (!draft.admitted && draft.stopping === null) return;
  if (!isOpenStill(draft)) {
    for (const index of indicesWhere(draft, isHeld)) {
      const message = `all other hosts are done: ${reasonOf(draft, index)?.message ?? 'held'}`;
      endHost(draft, index, 'undecided', reason('nobody-decided', message));
    }
    // With a new run on its way nobody carries a command out; the new run finishes.
    if (draft.moving !== 'asked') finish(draft);
  } else if (draft.moving === 'wanted' && isIdle(draft)) {
    draft.moving = 'asked';
    draft.commands.push({ type: 'continueAsNew' });
    draft.said.push(reason('history-full', 'the history is full and nothing is in flight'));
  }
};

const isHeld = (host: HostRecord): boolean => host.is === 'held';

const isIdle = (draft: Draft): boolean =>
  draft.openRounds.length === 0 &&
  draft.counts.running === 0 &&
  !isAsking(draft) &&
  (draft.control?.calendar.askedAt ?? null) === null &&
  (draft.control?.fleet.askedAt ?? null) === null &&
  draft.control?.stagedAhead !== 'asked';

const finish = (draft: Draft): void => {
  const result: RolloutResult = draft.stopping?.result ?? 'completed';
  draft.result = result;
  draft.finishedAt = draft.now;
  draft.moving = null;
  draft.fullSince = null;
  draft.commands.push({ type: 'finish', result });
};
