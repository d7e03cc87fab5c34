import { Failure } from '../../contracts/failures';
import type { Blackout, Interval } from '../../contracts/window';
import { union } from './intervals';
import { eventsOf } from './icalendar/events';
import { firstMoment, lastMoment, wallOf } from './zone';

/** Text of the iCalendar files by their name in the calendar. */
export type CalendarTexts = { readonly [file: string]: string };

/**
 * Union of all blackouts that reach into a span.
 *
 * @throws Failure calendar-unreadable
 */
export const blackoutsOf = (
  blackouts: readonly Blackout[],
  texts: CalendarTexts,
  span: Interval,
): readonly Interval[] => union(blackouts.flatMap((blackout) => timesOf(blackout, texts, span)));

function timesOf(blackout: Blackout, texts: CalendarTexts, span: Interval): readonly Interval[] {
  const { timeZone } = blackout;
  if (blackout.kind === 'span') {
    const from = firstMoment(wallOf(blackout.start), timeZone);
    const endsWithDay = blackout.end.length === 10;
    const until = (endsWithDay ? firstMoment : lastMoment)(wallOf(blackout.end), timeZone);
    return [{ from, until }].filter((one) => one.from < span.until && one.until > span.from);
  }
  const text = Object.hasOwn(texts, blackout.file) ? texts[blackout.file] : undefined;
  if (text === undefined) {
    throw new Failure('calendar-unreadable', `${blackout.file} was not read`, {
      facts: { file: blackout.file, blackout: blackout.name },
    });
  }
  return eventsOf({ file: blackout.file, text, timeZone }, span);
}
