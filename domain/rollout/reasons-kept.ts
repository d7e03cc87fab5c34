import type { Reason } from '../../contracts/reason';
import type { HostRecord } from './state';

interface Kept {
  hosts: HostRecord[];
  reasons: Reason[];
  reasonsSize: number;
}

/** All reasons together, as JSON. With 5,000 hosts in their last state this keeps the whole well under 1.5 MB. */
const sizeLimit = 300_000;
const roomAfterCut = 0.8;
/** Reasons that no host points to any more are dropped when so many are kept beyond one per host. */
const spareReasons = 200;

/**
 * Hosts mostly stand somewhere for the same few reasons: each is kept once, and hosts point to it. A rollout whose
 * hosts all give a long reason of their own loses the facts, then the ends of the sentences; the evidence has them.
 */
export const keepReason = (kept: Kept, given: Reason): number => {
  const found = kept.reasons.findIndex((other) => isSame(other, given));
  if (found >= 0) return found;
  kept.reasons.push(given);
  kept.reasonsSize += JSON.stringify(given).length;
  return kept.reasons.length - 1;
};

/** To be called when every host that points to a reason is in its place. */
export const trimReasons = (kept: Kept): void => {
  const tooMany = kept.reasons.length > kept.hosts.length + spareReasons;
  if (!tooMany && kept.reasonsSize <= sizeLimit) return;
  dropUnused(kept);
  if (kept.reasonsSize <= sizeLimit) return;
  const share = Math.floor((sizeLimit * roomAfterCut) / kept.reasons.length);
  kept.reasons = kept.reasons.map((each) => cut(each, share));
  kept.reasonsSize = sizeOf(kept.reasons);
};

const isSame = (a: Reason, b: Reason): boolean =>
  a === b ||
  (a.message === b.message &&
    a.code === b.code &&
    JSON.stringify(a.facts) === JSON.stringify(b.facts));

const dropUnused = (kept: Kept): void => {
  const moved = new Map<number, number>();
  const reasons: Reason[] = [];
  kept.hosts = kept.hosts.map((host) => {
    if (host.reason === undefined) return host;
    const old = kept.reasons[host.reason];
    if (old === undefined) return host;
    let index = moved.get(host.reason);
    if (index === undefined) {
      index = reasons.push(old) - 1;
      moved.set(host.reason, index);
    }
    return index === host.reason ? host : { ...host, reason: index };
  });
  kept.reasons = reasons;
  kept.reasonsSize = sizeOf(reasons);
};

const sizeOf = (reasons: readonly Reason[]): number =>
  reasons.reduce((sum, each) => sum + JSON.stringify(each).length, 0);

const cut = (given: Reason, size: number): Reason => {
  if (JSON.stringify(given).length <= size) return given;
  const bare = { code: given.code, message: given.message };
  const excess = JSON.stringify(bare).length - size;
  if (excess <= 0) return bare;
  const length = Math.max(0, bare.message.length - excess - 1);
  return { code: given.code, message: `${bare.message.slice(0, length)}…` };
};
