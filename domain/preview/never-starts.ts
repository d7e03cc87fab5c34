import type { AvailabilitySet } from '../../contracts/fleet';
import type { HostId } from '../../contracts/ids';
import type { RolloutPolicy } from '../../contracts/plan';
import { reason, type Reason } from '../../contracts/reason';
import type { MaintenanceWindow } from '../../contracts/window';

/** Why a plan could never start any host, whatever the hosts are like; empty when it could. */
export const neverStarts = (
  policy: Pick<RolloutPolicy, 'serial' | 'maxConcurrency' | 'hostDurationMs'>,
  sets: readonly AvailabilitySet[],
  hosts: readonly HostId[],
  windows: readonly MaintenanceWindow[] = [],
): Reason[] => {
  const reasons: Reason[] = [];
  if (hosts.length === 0)
    reasons.push(
      reason('no-hosts', 'the plan names no host: name hosts, or labels that hosts carry'),
    );
  if (policy.maxConcurrency < 1) {
    const message = `maxConcurrency is ${policy.maxConcurrency}: no host could be in flight; use 1 or more`;
    reasons.push(reason('no-concurrency', message));
  }
  if (policy.serial.length === 0)
    reasons.push(reason('no-waves', 'serial is empty: give at least one size, such as [1, "20%"]'));
  return [...reasons, ...closedSets(sets, hosts), ...shortWindows(policy, windows)];
};

/** A set with 0 keeps all of its hosts from being changed; here the sets with 0 leave no host. */
const closedSets = (sets: readonly AvailabilitySet[], hosts: readonly HostId[]): Reason[] => {
  const closed = sets.filter((set) => set.maxUnavailable < 1);
  const inside = new Set(closed.flatMap((set) => set.hosts));
  if (hosts.length === 0 || !hosts.every((host) => inside.has(host))) return [];
  const names = closed.map((set) => set.name).join(', ');
  const message = `maxUnavailable is 0 in ${names}, and every host of the plan is in there: no host may ever be down; allow at least 1`;
  return [reason('no-slots', message, { sets: names })];
};

/** Hosts are begun only when their whole duration is left, so that a window as short as that is never used. */
const shortWindows = (
  { hostDurationMs = 0 }: Pick<RolloutPolicy, 'hostDurationMs'>,
  windows: readonly MaintenanceWindow[],
): Reason[] => {
  if (windows.length === 0 || windows.some(({ durationMs }) => durationMs >= hostDurationMs)) {
    return [];
  }
  const longest = Math.max(...windows.map(({ durationMs }) => durationMs));
  const message = `hostDuration is ${minutes(hostDurationMs)}, and no window is as long (the longest has ${minutes(longest)}): no host would fit; make a window longer, or hostDuration shorter`;
  return [reason('no-window-fits', message, { hostDurationMs, longestMs: longest })];
};

const minutes = (ms: number): string => `${Number((ms / 60_000).toFixed(1))} min`;
