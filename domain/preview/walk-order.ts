import type { HostId } from '../../contracts/ids';
import type { OrderRule } from '../../contracts/plan';

export type WalkOrder =
  | { readonly hosts: readonly HostId[]; readonly cycle: null }
  /** Hosts that wait for each other, each for the next and the last for the first. */
  | { readonly hosts: null; readonly cycle: readonly HostId[] };

/**
 * The hosts of a plan in its order, but each behind all that it waits for. Waves are cut from this order: a host in an
 * early wave that waits for one of a later wave would keep the rollout from ever getting there.
 */
export function walkOrder(hosts: readonly HostId[], rules: readonly OrderRule[]): WalkOrder {
  const position = new Map(hosts.map((id, index) => [id, index]));
  const kept = rules.flatMap(({ hosts: own, after = [] }) =>
    after.length === 0 ? [] : [{ own, after, open: after.length }],
  );
  const rulesOf = groupBy(kept, ({ own }) => own);
  const awaitedBy = groupBy(kept, ({ after }) => after);
  const isFree = (id: HostId): boolean => (rulesOf.get(id) ?? []).every(({ open }) => open === 0);
  const ready = hosts.filter((id) => isFree(id));
  const walked: HostId[] = [];
  // The one that is first in the plan goes first, also when it has become free only now.
  for (let next = ready.shift(); next !== undefined; next = ready.shift()) {
    walked.push(next);
    for (const rule of awaitedBy.get(next) ?? []) {
      rule.open -= 1;
      if (rule.open > 0) continue;
      for (const id of rule.own) if (isFree(id)) insert(ready, id, position);
    }
  }
  if (walked.length === hosts.length) return { hosts: walked, cycle: null };
  const done = new Set(walked);
  const awaits = (id: HostId): HostId | undefined =>
    (rulesOf.get(id) ?? []).flatMap(({ after }) => after).find((other) => !done.has(other));
  const stuck = hosts.filter((id) => !done.has(id));
  return { hosts: null, cycle: cycleFrom(stuck, awaits) };
}

/** Follows who waits for whom until somebody comes a second time. */
function cycleFrom(
  stuck: readonly HostId[],
  awaits: (id: HostId) => HostId | undefined,
): readonly HostId[] {
  const seen: HostId[] = [];
  let [at] = stuck;
  while (at !== undefined && !seen.includes(at)) {
    seen.push(at);
    at = awaits(at);
  }
  return at === undefined ? seen : seen.slice(seen.indexOf(at));
}

function groupBy<R>(
  rules: readonly R[],
  hostsOf: (rule: R) => readonly HostId[],
): ReadonlyMap<HostId, readonly R[]> {
  const groups = new Map<HostId, R[]>();
  for (const rule of rules) {
    for (const id of hostsOf(rule)) {
      const group = groups.get(id);
      if (group === undefined) groups.set(id, [rule]);
      else group.push(rule);
    }
  }
  return groups;
}

function insert(ready: HostId[], id: HostId, position: ReadonlyMap<HostId, number>): void {
  const own = position.get(id) ?? 0;
  const at = ready.findIndex((other) => (position.get(other) ?? 0) > own);
  ready.splice(at === -1 ? ready.length : at, 0, id);
}
