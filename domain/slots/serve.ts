import type { SlotRequest } from '../../contracts/slots';
import { hasRoom } from './room';
import type { DownLease, KeptLease, SlotsState, Waiting, WorkLease } from './state';
import { leaseOf, withLease, withoutRequest } from './state';

export interface Served {
  readonly state: SlotsState;
  /** Requests that were granted, in the order in which they waited. */
  readonly grants: readonly SlotRequest[];
}

/**
 * Grants what there is room for, first come first served. The limit is the same for all, so that among hosts that are up
 * nobody is overtaken; a host that is down may be served before them, since it takes no room that it has not already.
 */
export function serve(begun: SlotsState, now: string): Served {
  const grants: SlotRequest[] = [];
  let state = begun;
  // From the start after each: with a workflow that is gone the smallest number may go, and there is room again.
  for (;;) {
    const next = state.waiting.find(({ request }) => hasRoom(state, request))?.request;
    if (next === undefined) return { state, grants };
    const before = countedBefore(leaseOf(state, next.hostId), next);
    state = withoutRequest(withLease(state, workLease(next, before, now)), next.hostId);
    grants.push(next);
  }
}

/**
 * Puts a request into the queue. A host has one master, so that another request for it is of a workflow that is gone:
 * the new one takes its place.
 */
export function enqueue(state: SlotsState, request: SlotRequest, now: string): SlotsState {
  const own = leaseOf(state, request.hostId);
  if (own?.cause === 'in-work' && isSame(own.request, request)) return state;
  const earlier = state.waiting.find((one) => one.request.hostId === request.hostId);
  const since = earlier?.request.owner === request.owner ? earlier.since : now;
  const waiting: Waiting = { request, since };
  return {
    ...state,
    waiting:
      earlier === undefined
        ? [...state.waiting, waiting]
        : state.waiting.map((one) => (one === earlier ? waiting : one)),
  };
}

/** The host was never touched by this run: it is counted again as it was before. */
export function backToBefore(state: SlotsState, lease: WorkLease): SlotsState {
  if (lease.before !== null) return withLease(state, lease.before);
  return { ...state, leases: state.leases.filter((one) => one !== lease) };
}

/** What a lease in work is when its workflow is gone. */
export const leftBehind = ({ hostId, owner, since }: WorkLease): DownLease => ({
  hostId,
  owner,
  cause: 'left-down',
  since,
  why: `the workflow with which rollout ${owner} was at work on it is gone; nobody knows how it left the host`,
});

const isSame = (one: SlotRequest, other: SlotRequest): boolean =>
  one.owner === other.owner && one.runId === other.runId;

function countedBefore(own: KeptLease | undefined, request: SlotRequest): DownLease | null {
  if (own === undefined) return null;
  if (own.cause !== 'in-work') return own;
  return isSame(own.request, request) ? own.before : leftBehind(own);
}

const workLease = (request: SlotRequest, before: DownLease | null, now: string): WorkLease => ({
  hostId: request.hostId,
  cause: 'in-work',
  owner: request.owner,
  since: now,
  why: `rollout ${request.owner} is at work on it`,
  request,
  before,
});
