import type { ReleaseRequest } from '../../contracts/slots';
import type { KeptLease, SlotsState } from './state';
import { leaseOf, withoutLease } from './state';

const keptReleases = 100;

/** Why a person's request makes no sense; null when it does. */
export function refusalOfRelease(
  state: SlotsState,
  { hostId, author, reason }: ReleaseRequest,
  id: string,
): string | null {
  if (answerOfRelease(state, id) !== null) return null;
  if (isBlank(reason)) return 'a release needs a reason';
  if (isBlank(author)) return 'a release needs an author';
  return leaseOf(state, hostId) === undefined ? `${hostId} has no slot of ${state.set}` : null;
}

/** What came of a request that was carried out before, also in an earlier run. */
export const answerOfRelease = (state: SlotsState, id: string): string | null =>
  state.released.find((one) => one.id === id)?.message ?? null;

/**
 * Frees the slot of a host, whatever it was taken for: a person knows what the fleet cannot tell. Of a host in work only
 * the count ends, not the work; what its workflow tells later is heard as before.
 */
export function release(
  state: SlotsState,
  request: ReleaseRequest,
  id: string,
  at: string,
): SlotsState {
  if (answerOfRelease(state, id) !== null) return state;
  const { hostId } = request;
  const message = messageOf(state, hostId, leaseOf(state, hostId));
  const released = [...state.released, { ...request, id, at, message }];
  return { ...withoutLease(state, hostId), released: released.slice(-keptReleases) };
}

function messageOf({ set }: SlotsState, hostId: string, lease: KeptLease | undefined): string {
  // It ended between the look of the validator and the turn of this request.
  if (lease === undefined) return `${hostId} has no slot of ${set} any more`;
  const freed = `freed the slot of ${set} that ${hostId} had since ${lease.since} (${lease.why})`;
  if (lease.cause !== 'in-work') return freed;
  return `${freed}; the work on it goes on and is not counted any more: one host more than allowed may be down`;
}

const isBlank = (text: unknown): boolean => typeof text !== 'string' || text.trim() === '';
