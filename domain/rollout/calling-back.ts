import type { Outcome } from '../../contracts/outcome';
import { reason } from '../../contracts/reason';
import { hostAt, idAt, indicesWhere, nothingPending, revise, type Draft } from './draft';
import { keepReason } from './reasons-kept';
import { mayStart } from './permission';
import type { HostRecord } from './state';
import { areInTheWay } from './watching';

/**
 * Hosts that wait for slots of other rollouts are in flight, but nothing has been done to them. When nothing may be begun
 * any more, they are called back: one that is given its slot after the window has closed, or after the rollout was paused
 * or stopped, would be drained all the same. So are they when they keep a host from being worked on that has the symptom
 * again: what they wait for may never come.
 */
export const callBack = (draft: Draft): void => {
  if (draft.control === undefined || draft.counts.awaiting === 0) return;
  if (mayStart(draft) && !areInTheWay(draft)) return;
  // An abort, or a hold that timed out, has called them off already.
  const calledOff = new Set(
    draft.commands.flatMap((each) => (each.type === 'cancelHost' ? [each.hostId] : [])),
  );
  for (const index of indicesWhere(draft, isWaitingForSlots)) {
    const hostId = idAt(draft, index);
    if (calledOff.has(hostId)) continue;
    revise(draft, index, { recalled: true });
    draft.said.push(reason('called-back', `${hostId} waits for slots and is called back`));
    draft.commands.push({ type: 'cancelHost', hostId });
  }
};

const isWaitingForSlots = (host: HostRecord): boolean =>
  (host.awaits ?? 0) > 0 && host.recalled === undefined;

/** A host that was called back keeps its place; one that had its slots already has gone on and ends as it does. */
export const takeBack = (draft: Draft, index: number, outcome: Outcome): boolean => {
  if (hostAt(draft, index).recalled !== true || outcome !== 'not-started') return false;
  if (draft.stopping !== null) return false;
  const why = reason('called-back', 'called back before anything was done to it: keeps its place');
  revise(draft, index, { ...nothingPending, is: 'queued', reason: keepReason(draft, why) });
  return true;
};
