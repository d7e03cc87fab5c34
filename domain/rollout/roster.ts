import type { HostId } from '../../contracts/ids';
import type { KeptPlan } from './state';

export interface Roster {
  readonly indexOf: ReadonlyMap<HostId, number>;
  /** Per host, the indices of its sets. */
  readonly setsOf: readonly (readonly number[])[];
}

/**
 * Derived from a plan that never changes, so that a cache cannot go stale. Without it every event would search 5,000
 * ids; in the state it would travel through every continue-as-new.
 */
const rosters = new WeakMap<KeptPlan, Roster>();

export const rosterOf = (plan: KeptPlan): Roster => {
  const cached = rosters.get(plan);
  if (cached !== undefined) return cached;
  const setsOf = plan.hosts.map((): number[] => []);
  plan.sets.forEach((set, index) => {
    for (const member of set.members) setsOf[member]?.push(index);
  });
  const roster = { indexOf: new Map(plan.hosts.map((id, index) => [id, index])), setsOf };
  rosters.set(plan, roster);
  return roster;
};
