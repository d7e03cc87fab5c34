import type { Lease, ReleaseRequest, SlotRequest } from '../../contracts/slots';

/** Slots of one set as they are carried from run to run: plain JSON. */
export interface SlotsState {
  readonly set: string;
  /** At most one per host, whatever is wrong with it; oldest first. */
  readonly leases: readonly KeptLease[];
  /** In the order in which they are served; at most one per host. */
  readonly waiting: readonly Waiting[];
  /** Newest last. */
  readonly released: readonly Released[];
}

export type KeptLease = DownLease | WorkLease;

export interface DownLease extends Lease {
  readonly cause: 'left-down' | 'found-down';
}

export interface WorkLease extends Lease {
  readonly cause: 'in-work';
  readonly request: SlotRequest;
  /** What the host is counted for if it turns out that it was never touched; null: not at all. */
  readonly before: DownLease | null;
}

export interface Waiting {
  readonly request: SlotRequest;
  readonly since: string;
}

export interface Released extends ReleaseRequest {
  /** Of the Update, so that one that is repeated in a later run gets the same answer. */
  readonly id: string;
  readonly at: string;
  readonly message: string;
}

export const noSlots = (set: string): SlotsState => ({
  set,
  leases: [],
  waiting: [],
  released: [],
});

/** Nothing that anybody would miss but the list of what was released. */
export const isIdle = ({ leases, waiting }: SlotsState): boolean =>
  leases.length === 0 && waiting.length === 0;

export const leaseOf = (state: SlotsState, hostId: string): KeptLease | undefined =>
  state.leases.find((lease) => lease.hostId === hostId);

/** In the place of the lease that the host has, so that the order does not change. */
export function withLease(state: SlotsState, lease: KeptLease): SlotsState {
  const has = leaseOf(state, lease.hostId) !== undefined;
  const leases = has
    ? state.leases.map((one) => (one.hostId === lease.hostId ? lease : one))
    : [...state.leases, lease];
  return { ...state, leases };
}

export const withoutLease = (state: SlotsState, hostId: string): SlotsState => ({
  ...state,
  leases: state.leases.filter((lease) => lease.hostId !== hostId),
});

export const withoutRequest = (state: SlotsState, hostId: string): SlotsState => ({
  ...state,
  waiting: state.waiting.filter(({ request }) => request.hostId !== hostId),
});
