import { Temporal } from 'temporal-polyfill';
import { Failure } from '../../contracts/failures';
import { localTime, machineZone } from '../moments';

const advice =
  'write 2026-05-03T04:00, which is local time of this machine, 04:00 for the next time that it is 4 here, or with an offset 2026-05-03T04:00+02:00';

/**
 * A moment that somebody wrote, as ISO 8601 in UTC: with an offset or `Z`; else in local time, and a time of day means
 * the next one.
 *
 * @throws Failure bad-request when it is none, has passed, or comes twice or never in local time
 */
export function momentOf(text: string, now: number, timeZone: string = machineZone()): string {
  const at = instantOf(text.trim().replace(/^(\S+) (\d)/, '$1T$2'), now, timeZone);
  if (at === null) throw refused(`${JSON.stringify(text)} is no time`);
  const iso = new Date(at).toISOString();
  if (at > now) return iso;
  throw refused(`${localTime(iso, timeZone)} has passed`);
}

function instantOf(text: string, now: number, timeZone: string): number | null {
  const time = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text);
  if (time !== null) return nextTime(Number(time[1]), Number(time[2]), now, timeZone);
  // Only whole dates with a time: a date alone could mean its beginning or its end.
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text)) return null;
  try {
    return /Z|[+-]\d{2}(:?\d{2})?$/i.test(text.slice(16))
      ? Temporal.Instant.from(text).epochMilliseconds
      : localInstant(Temporal.PlainDateTime.from(text), timeZone);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function nextTime(hour: number, minute: number, now: number, timeZone: string): number {
  const here = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone);
  const today = here.toPlainDate().toPlainDateTime({ hour, minute });
  const at = localInstant(today, timeZone);
  return at > now ? at : localInstant(today.add({ days: 1 }), timeZone);
}

/** In the hour that summer time leaves out or doubles nobody can know what was meant. */
function localInstant(local: Temporal.PlainDateTime, timeZone: string): number {
  const early = local.toZonedDateTime(timeZone, { disambiguation: 'earlier' });
  const late = local.toZonedDateTime(timeZone, { disambiguation: 'later' });
  if (early.epochMilliseconds === late.epochMilliseconds) return early.epochMilliseconds;
  const isThere = early.toPlainDateTime().equals(local);
  throw refused(
    `${local.toString({ smallestUnit: 'minute' })} ${isThere ? 'comes twice' : 'does not exist'} in ${timeZone}, where the clocks are changed`,
  );
}

const refused = (what: string): Failure => new Failure('bad-request', what, { advice });
