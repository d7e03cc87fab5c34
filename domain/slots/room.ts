import type { SlotRequest } from '../../contracts/slots';
import type { SlotsState } from './state';
import { leaseOf } from './state';

/** Smallest number of the plans that are at work or want to be; null when none is. */
export function limitOf({ leases, waiting }: SlotsState): number | null {
  const numbers = [
    ...waiting.map(({ request }) => request.maxUnavailable),
    ...leases.flatMap((lease) => (lease.cause === 'in-work' ? [lease.request.maxUnavailable] : [])),
  ];
  return numbers.length === 0 ? null : Math.min(...numbers);
}

/**
 * Hosts that are down and that nothing under way brings back. One that waits to be worked on is none of them: it leaves
 * the others its room, since one has to be first.
 */
export function stuckLeases({ leases, waiting }: SlotsState): number {
  const wanted = new Set(waiting.map(({ request }) => request.hostId));
  return leases.filter(({ cause, hostId }) => cause !== 'in-work' && !wanted.has(hostId)).length;
}

/** Whether a request that waits may be granted now. */
export function hasRoom(state: SlotsState, { hostId, maxUnavailable }: SlotRequest): boolean {
  const limit = limitOf(state) ?? maxUnavailable;
  const own = leaseOf(state, hostId);
  if (own === undefined) return state.leases.length < limit;
  // It has the slot already: an earlier run of its workflow was given it.
  if (own.cause === 'in-work') return true;
  // Never counted against itself. Hosts that are down for good are worked on one at a time: nothing else would free them.
  const inWork = state.leases.filter(({ cause }) => cause === 'in-work').length;
  return inWork < Math.max(1, limit - stuckLeases(state));
}

/** Whether the request waits for something that only a person or a repair can end. */
export function isStuck(state: SlotsState, { hostId, maxUnavailable }: SlotRequest): boolean {
  const isDown = leaseOf(state, hostId) !== undefined;
  return !isDown && stuckLeases(state) >= (limitOf(state) ?? maxUnavailable);
}
