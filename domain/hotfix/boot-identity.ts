import type { BootIdentity } from '../../contracts/facts';

/** Steps of a clock move LastBootUpTime by as much; anything below this is no reboot. */
const toleranceMs = 120_000;

/**
 * Whether a host is still in the boot that was recorded. Null when it cannot be told.
 *
 * A greater record id is another boot, whatever the clocks say. A smaller one means that the log was cleared since, and
 * a missing one that it could not be read or holds no such event: then only the boot times are left.
 */
export function isSameBoot(recorded: BootIdentity, current: BootIdentity): boolean | null {
  if (recorded.recordId !== null && current.recordId !== null) {
    if (current.recordId === recorded.recordId) return true;
    if (current.recordId > recorded.recordId) return false;
  }
  const before = timeOf(recorded.lastBootUpTime);
  const after = timeOf(current.lastBootUpTime);
  if (before === null || after === null) return null;
  return Math.abs(after - before) < toleranceMs;
}

function timeOf(iso: string | null): number | null {
  if (iso === null) return null;
  const time = Date.parse(iso);
  return Number.isNaN(time) ? null : time;
}
