import type { HostId } from '../../contracts/ids';
import { reason } from '../../contracts/reason';
import { hasRoom, slotsOf, takeRoom } from './availability';
import { hostAt, idAt, indicesWhere, inWork, revise, type Draft } from './draft';
import { policyOf } from './limits';
import { keepReason } from './reasons-kept';
import type { HostRecord } from './state';

/**
 * A host that was changed and is back in service is watched: its workflow goes on, its slots are free. When the problem
 * shows again it is unhealthy and takes its slots at once, also above the limit; but nothing is done to it before it is
 * given leave, so that it is not drained while others of its sets are in work.
 */

const watching = reason('watching', 'back in service; watched for the symptom');
const waiting = reason(
  'slots-wanted',
  'the symptom is back: waits until others of its sets are done',
);
const given = reason('slots-given', 'the symptom is back: in work again');

/** To be called for a host in flight. */
export const noteWatched = (draft: Draft, index: number): void => {
  const host = hostAt(draft, index);
  if (host.watched === true || host.turn !== undefined) {
    ignore(draft, index, 'hostWatched', host.watched === true ? 'is watched' : 'waits for slots');
    return;
  }
  revise(draft, index, { watched: true, reason: keepReason(draft, watching) });
};

/** To be called for a host in flight. One that never gave its slots back is told so: it waits for that word. */
export const noteWanted = (draft: Draft, index: number): void => {
  const host = hostAt(draft, index);
  if (host.turn !== undefined) ignore(draft, index, 'slotsWanted', 'waits for slots');
  else if (host.watched !== true) draft.commands.push(giveTo(draft, index));
  else {
    const reasonIndex = keepReason(draft, waiting);
    revise(draft, index, { watched: undefined, turn: nextTurn(draft), reason: reasonIndex });
  }
};

const ignore = (draft: Draft, index: number, what: string, why: string): void => {
  const hostId: HostId = idAt(draft, index);
  draft.said.push(reason('ignored', `${what}: ${hostId} ${why} already`, { hostId }));
};

const nextTurn = (draft: Draft): number =>
  draft.hosts.reduce((last, { turn }) => Math.max(last, turn ?? 0), 0) + 1;

const giveTo = (draft: Draft, index: number) =>
  ({ type: 'giveSlots', hostId: idAt(draft, index) }) as const;

/** In the order in which they asked, before any host is started, and also while nothing may be started. */
export const giveSlots = (draft: Draft): void => {
  if (draft.counts.waiting === 0) return;
  const slots = slotsOf(draft);
  const { maxConcurrency } = policyOf(draft);
  const line = indicesWhere(draft, isWaiting);
  line.sort((a, b) => turnOf(draft, a) - turnOf(draft, b));
  for (const index of line) {
    const hostId = idAt(draft, index);
    if (inWork(draft) >= maxConcurrency || !hasRoom(draft, slots, index)) {
      draft.said.push(reason('slots-wanted', `${hostId} waits for its slots`, { hostId }));
      continue;
    }
    takeRoom(draft, slots, index);
    revise(draft, index, { turn: undefined, reason: keepReason(draft, given) });
    draft.commands.push(giveTo(draft, index));
    draft.said.push(reason('slots-given', `${hostId} is given its slots again`, { hostId }));
  }
};

/** Whether a host that waits would be given its slots if those were gone that wait for slots of other rollouts. */
export const areInTheWay = (draft: Draft): boolean => {
  const { counts } = draft;
  if (counts.waiting === 0 || counts.awaiting === 0) return false;
  if (inWork(draft) - counts.awaiting >= policyOf(draft).maxConcurrency) return false;
  const slots = slotsOf(draft);
  draft.plan.sets.forEach(({ members }, set) => {
    const awaiting = members.filter((member) => (hostAt(draft, member).awaits ?? 0) > 0).length;
    slots.inFlight[set] = (slots.inFlight[set] ?? 0) - awaiting;
  });
  return indicesWhere(draft, isWaiting).some((index) => hasRoom(draft, slots, index));
};

const isWaiting = (host: HostRecord): boolean => host.turn !== undefined;
const turnOf = (draft: Draft, index: number): number => hostAt(draft, index).turn ?? 0;
