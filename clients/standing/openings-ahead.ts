import { createReadCalendar } from '../../activities/read-calendar';
import type { Calendar, Opening } from '../../contracts/window';

const day = 86_400_000;

/** A month at first: most windows are that often. */
const reaches = [32 * day, 366 * day];

/**
 * The next openings that begin from now on and before `until`, blackouts taken out; fewer when there are no more in a year.
 *
 * @throws Failure calendar-unreadable
 */
export async function openingsAhead(
  calendar: Calendar,
  now: number,
  until: number,
  count: number,
): Promise<readonly Opening[]> {
  const readCalendar = createReadCalendar();
  let found: readonly Opening[] = [];
  for (const reach of reaches) {
    const end = Math.min(until, now + reach);
    if (end <= now) return [];
    // Only what was found tells whether to look further.
    // oxlint-disable-next-line no-await-in-loop
    const { openings } = await readCalendar({ calendar, from: now, until: end });
    found = openings.filter(({ from }) => from >= now && from < until).slice(0, count);
    if (found.length >= count || end === until) return found;
  }
  return found;
}
