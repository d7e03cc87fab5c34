import { Temporal } from 'temporal-polyfill';

/**
 * Local times of a zone, held as the milliseconds that they would be in UTC ("wall"): rules are expanded as if clocks were
 * never changed, and each start is put into its zone afterwards. Whatever the clocks do it has exactly one answer.
 */

/** `2026-12-05` (its first minute) or `2026-12-05T22:00` */
export const wallOf = (local: string): number =>
  Date.parse(local.length === 10 ? `${local}T00:00Z` : `${local}Z`);

function plain(wall: number): Temporal.PlainDateTime {
  const date = new Date(wall);
  return new Temporal.PlainDateTime(
    date.getUTCFullYear(),
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  );
}

/** Where local time shows what is asked for: in autumn an hour twice, in spring never. */
function moment(wall: number, timeZone: string, which: 'earlier' | 'later'): number {
  const local = plain(wall);
  const zoned = local.toZonedDateTime(timeZone, { disambiguation: which });
  const at = zoned.epochMilliseconds;
  if (at + zoned.offsetNanoseconds / 1e6 === wall) return at;
  // In the gap: the moment of the change itself, which the earlier answer lies before.
  const before = local.toZonedDateTime(timeZone, { disambiguation: 'earlier' });
  return before.getTimeZoneTransition('next')?.epochMilliseconds ?? at;
}

/** Of a start: the first of the two, or the first existing minute after the gap. */
export const firstMoment = (wall: number, timeZone: string): number =>
  moment(wall, timeZone, 'earlier');

/** Of the end of a blackout: the second of the two, so that it holds as long as its author can have meant. */
export const lastMoment = (wall: number, timeZone: string): number =>
  moment(wall, timeZone, 'later');

/** Whether it is the IANA name of a zone; of names without a place only UTC and GMT are meant by everybody alike. */
export function isZone(timeZone: string): boolean {
  if (!/^(UTC|GMT|[A-Za-z].*\/.*)$/.test(timeZone)) return false;
  try {
    plain(0).toZonedDateTime(timeZone);
    return true;
  } catch {
    return false;
  }
}
