import { rosterOf } from './roster';
import type { KeptSet, RolloutState } from './state';

type Fleet = Pick<RolloutState, 'hosts' | 'plan'>;

/** Slots that are taken, per set. A host is counted once, whatever is wrong with it. */
export interface Slots {
  /** By hosts that are down and not in flight: nothing that is under way frees these. */
  readonly stuck: number[];
  /** By hosts in work and by those that wait until they may be worked on. */
  readonly inFlight: number[];
  /** Of `inFlight`, those that wait. */
  readonly waiting: number[];
}

export const slotsOf = (fleet: Fleet): Slots => {
  const stuck: number[] = [];
  const inFlight: number[] = [];
  const waiting: number[] = [];
  for (const set of fleet.plan.sets) {
    let stuckHere = 0;
    let inFlightHere = 0;
    let waitingHere = 0;
    for (const member of set.members) {
      const host = fleet.hosts[member];
      if (host?.is !== 'running') stuckHere += host?.down === true ? 1 : 0;
      else if (host.watched !== true) inFlightHere += 1;
      if (host?.turn !== undefined) waitingHere += 1;
    }
    stuck.push(stuckHere);
    inFlight.push(inFlightHere);
    waiting.push(waitingHere);
  }
  return { stuck, inFlight, waiting };
};

export interface FullSet {
  readonly set: KeptSet;
  readonly taken: number;
}

/** A host never counts against itself: a failed host may be retried, an unhealthy one may be changed. */
const firstFull = (
  fleet: Fleet,
  index: number,
  takenIn: (set: number) => number,
): FullSet | undefined => {
  const itself = fleet.hosts[index]?.down === true ? 1 : 0;
  for (const number of rosterOf(fleet.plan).setsOf[index] ?? []) {
    const set = fleet.plan.sets[number];
    const taken = takenIn(number) - itself;
    if (set !== undefined && taken >= set.maxUnavailable) return { set, taken };
  }
  return undefined;
};

/** Set in which the host has no slot now. The host itself is not in flight. */
export const fullSet = (fleet: Fleet, slots: Slots, index: number): FullSet | undefined =>
  firstFull(fleet, index, (set) => (slots.stuck[set] ?? 0) + (slots.inFlight[set] ?? 0));

/** Set in which the host gets no slot even when all that is in flight comes back. */
export const blockingSet = (fleet: Fleet, slots: Slots, index: number): FullSet | undefined =>
  firstFull(fleet, index, (set) => slots.stuck[set] ?? 0);

/** Whether any host could be blocked at all; mostly none is, and no host need be looked at. */
export const hasStuckSet = (fleet: Fleet, slots: Slots): boolean =>
  fleet.plan.sets.some((set, index) => (slots.stuck[index] ?? 0) >= set.maxUnavailable);

/**
 * Whether a host that waits may be worked on. Others that wait leave it their room, since one has to be first. Hosts
 * that are down for good leave one at a time: nothing frees their slots, the host is as unavailable as it waits, and
 * waiting for ever would leave it so.
 */
export const hasRoom = (fleet: Fleet, slots: Slots, index: number): boolean =>
  (rosterOf(fleet.plan).setsOf[index] ?? []).every((set) => {
    const room = (fleet.plan.sets[set]?.maxUnavailable ?? 0) - (slots.stuck[set] ?? 0);
    return (slots.inFlight[set] ?? 0) - (slots.waiting[set] ?? 0) < Math.max(1, room);
  });

/** To be called when a host that waits becomes one in work. */
export const takeRoom = (fleet: Fleet, slots: Slots, index: number): void => {
  for (const set of rosterOf(fleet.plan).setsOf[index] ?? [])
    slots.waiting[set] = (slots.waiting[set] ?? 0) - 1;
};

/** To be called before the host becomes one in flight. */
export const takeSlots = (fleet: Fleet, slots: Slots, index: number): void => {
  const wasDown = fleet.hosts[index]?.down === true;
  for (const set of rosterOf(fleet.plan).setsOf[index] ?? []) {
    slots.inFlight[set] = (slots.inFlight[set] ?? 0) + 1;
    if (wasDown) slots.stuck[set] = (slots.stuck[set] ?? 0) - 1;
  }
};
