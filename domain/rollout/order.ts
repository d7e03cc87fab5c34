import type { KeptOrder, KeptControl } from './control-state';
import { hostAt, idAt, isInWork } from './draft';
import { isFinal, type HostRecord, type RolloutState } from './state';

/** Which hosts wait for which, beside waves and sets. */

type Ordered = Pick<RolloutState, 'hosts' | 'plan'>;

interface Waits {
  readonly after: readonly number[];
  readonly notWhile: readonly number[];
}

/** Derived from a plan that never changes; without it every event would search all rules for every host. */
const known = new WeakMap<KeptControl, readonly (Waits | undefined)[]>();

const waitsOf = (state: Ordered, index: number): Waits | undefined => {
  const { control, hosts } = state.plan;
  if (control === undefined || control.order.length === 0) return undefined;
  let waits = known.get(control);
  if (waits === undefined) {
    waits = hosts.map((_, host) => collect(control.order, host));
    known.set(control, waits);
  }
  return waits[index];
};

const collect = (rules: readonly KeptOrder[], host: number): Waits | undefined => {
  const after = new Set<number>();
  const notWhile = new Set<number>();
  for (const rule of rules) {
    if (rule.hosts.includes(host)) {
      for (const other of rule.after) after.add(other);
      for (const other of rule.notWhile) notWhile.add(other);
    }
    // Neither of the two while the other is in work; a host may be on both sides of a rule.
    if (rule.notWhile.includes(host)) for (const other of rule.hosts) notWhile.add(other);
  }
  after.delete(host);
  notWhile.delete(host);
  return after.size + notWhile.size === 0
    ? undefined
    : { after: [...after], notWhile: [...notWhile] };
};

/** Why the host may not be begun now: a host that it comes after, or that is in work. Null when nothing keeps it. */
export const orderRefusal = (state: Ordered, index: number): string | null => {
  const waits = waitsOf(state, index);
  if (waits === undefined) return null;
  const before = waits.after.find((other) => !isFinal(hostAt(state, other).is));
  if (before !== undefined) return `comes after ${idAt(state, before)}`;
  const beside = waits.notWhile.find((other) => isInWork(hostAt(state, other)));
  return beside === undefined ? null : `not while ${idAt(state, beside)} is in work`;
};

/**
 * Whether a wave that has these hosts could ever get to it: what it comes after is done, in flight, or in the wave too.
 * Otherwise it would keep the wave open for hosts of a later one.
 */
export const isReachable = (
  state: Ordered,
  index: number,
  isInWave: (other: number, host: HostRecord) => boolean,
): boolean =>
  (waitsOf(state, index)?.after ?? []).every((other) => {
    const host = hostAt(state, other);
    return isFinal(host.is) || host.is === 'running' || isInWave(other, host);
  });
