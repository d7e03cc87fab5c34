import type { Calendar, CalendarReading, Interval, Opening } from '../../contracts/window';
import { blackoutsOf, type CalendarTexts } from './blackouts';
import { overlaps } from './intervals';
import { openingsBetween, openingsOf } from './openings';

/** A reading is a payload of Temporal. */
const maxEntries = 2000;

/**
 * A window lasts a week at most. Twice as much is looked at on both sides, so that what touches a window that reaches into
 * the span is known as well; openings that are longer still are cut there.
 */
const reach = 14 * 86_400_000;

/**
 * What a calendar says of a span. Where it has more than 2,000 openings or blackouts, `until` is earlier than asked for.
 *
 * @throws Failure calendar-unreadable
 */
export function readCalendar(
  calendar: Calendar,
  texts: CalendarTexts,
  span: Interval,
): CalendarReading {
  const wide = { from: span.from - reach, until: span.until + reach };
  const blackouts = blackoutsOf(calendar.blackouts, texts, wide);
  const isAlwaysOpen = calendar.windows.length === 0;
  const openings = isAlwaysOpen
    ? openingsBetween(blackouts, { from: span.from, until: wide.until })
    : openingsOf(calendar.windows, blackouts, wide).map((opening) => clipped(opening, wide));
  const told = { openings: within(openings, span), blackouts: within(blackouts, span) };
  const until = Math.min(span.until, endOf(told.openings), endOf(told.blackouts));
  const before = ({ from }: Interval): boolean => from < until;
  return {
    openings: told.openings.filter(before),
    blackouts: told.blackouts.filter(before),
    until,
  };
}

const within = <T extends Interval>(list: readonly T[], span: Interval): readonly T[] =>
  list.filter((one) => overlaps(one, span));

const endOf = (list: readonly Interval[]): number => list[maxEntries]?.from ?? Infinity;

/** Only what has no end within weeks is cut; no host is kept from beginning by such a cut. */
function clipped(opening: Opening, wide: Interval): Opening {
  const until = Math.min(opening.until, wide.until);
  return {
    ...opening,
    from: Math.max(opening.from, wide.from),
    until,
    cutoffAt: Math.min(opening.cutoffAt, until),
  };
}
