import type { ReleaseRequest, SlotNews, SlotRequest } from '../../contracts/slots';
import { hear } from './news';
import { release } from './release';
import { backToBefore, enqueue, serve } from './serve';
import type { Served } from './serve';
import type { SlotsState } from './state';
import { leaseOf, withoutRequest } from './state';

export type SlotsEvent =
  /** Asked again it is the same request; a host that has the slot is not granted it twice. */
  | { readonly type: 'asked'; readonly request: SlotRequest }
  | { readonly type: 'told'; readonly news: readonly SlotNews[] }
  /** `id` is the Update's. */
  | { readonly type: 'released'; readonly request: ReleaseRequest; readonly id: string }
  /** A grant could not be delivered: the workflow that wanted the slot is gone, and never touched the host. */
  | { readonly type: 'undelivered'; readonly request: SlotRequest };

/**
 * Decides about one event of one set. `grants` are those whose workflows have to be told; who asks is not among them,
 * since the answer tells it.
 *
 * @param nowMs epoch milliseconds
 */
export function decideSlots(state: SlotsState, event: SlotsEvent, nowMs: number): Served {
  const now = new Date(nowMs).toISOString();
  const served = serve(after(state, event, now), now);
  if (event.type !== 'asked') return served;
  const { hostId } = event.request;
  return { ...served, grants: served.grants.filter((grant) => grant.hostId !== hostId) };
}

function after(state: SlotsState, event: SlotsEvent, now: string): SlotsState {
  switch (event.type) {
    case 'asked':
      return enqueue(state, event.request, now);
    case 'told':
      return event.news.reduce((sum, news) => hear(sum, news, now), state);
    case 'released':
      return release(state, event.request, event.id, now);
    case 'undelivered':
    default:
      return undelivered(state, event.request);
  }
}

/** Only of the very run that is gone: another may have asked since. */
function undelivered(state: SlotsState, { hostId, runId }: SlotRequest): SlotsState {
  const lease = leaseOf(state, hostId);
  const wanted = state.waiting.some(
    ({ request }) => request.hostId === hostId && request.runId === runId,
  );
  const rest = wanted ? withoutRequest(state, hostId) : state;
  const isMeant = lease?.cause === 'in-work' && lease.request.runId === runId;
  return isMeant ? backToBefore(rest, lease) : rest;
}
