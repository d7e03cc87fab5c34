import type { Interval } from '../../../contracts/window';
import { overlaps } from '../intervals';
import { clocksOf } from './clock';
import { repetitions } from './repetition';
import { type CalendarFile, calendarsIn, type Component } from './source';
import {
  type Length,
  propertiesOf,
  type Reader,
  readDuration,
  readTime,
  refuse,
  textOf,
  type Time,
  timeOf,
} from './values';

const day = 86_400_000;

/**
 * When the events of a file are, as far as they reach into a span. Every event counts, whether it makes its owner busy or
 * not (TRANSP); one that is cancelled does not, nor one without any length.
 *
 * @throws Failure calendar-unreadable
 */
export function eventsOf(source: CalendarFile, span: Interval): readonly Interval[] {
  return calendarsIn(source).flatMap((calendar) => {
    const clocks = clocksOf(source, calendar);
    const events = calendar.parts
      .filter(({ name }) => name === 'vevent')
      .map((component) => eventOf(component, { file: source.file, line: component.line, clocks }));
    return events
      .filter(({ component }) => textOf(component, 'status')?.toUpperCase() !== 'CANCELLED')
      .flatMap((event) => occurrencesOf(event, replacedIn(event, events), span));
  });
}

interface Event {
  readonly component: Component;
  readonly reader: Reader;
  readonly uid: string | null;
  readonly start: Time;
  readonly length: Length;
  /** Which occurrence of the event with the same UID it stands for. */
  readonly replaces: Time | null;
}

interface Occurrence extends Interval {
  readonly start: Time;
}

function eventOf(component: Component, reader: Reader): Event {
  const start = timeOf(component, 'dtstart', reader);
  if (start === null) return refuse(reader, 'has no DTSTART');
  const replaces = timeOf(component, 'recurrence-id', reader);
  const isForward = propertiesOf(component, 'recurrence-id').some(
    ([, { range }]) => range !== undefined,
  );
  if (isForward) refuse(reader, 'changes all that follow (RANGE=THISANDFUTURE), which is not read');
  const uid = textOf(component, 'uid');
  return { component, reader, uid, start, length: lengthOf(component, start, reader), replaces };
}

/** An event with DTEND lasts equally long each time; one of whole days lasts whole days (RFC 5545, 3.8.5.3). */
function lengthOf(component: Component, start: Time, reader: Reader): Length {
  const end = timeOf(component, 'dtend', reader);
  if (end === null) {
    const given = propertiesOf(component, 'duration')[0];
    if (given !== undefined) return readDuration(given[3], reader);
    return { days: start.isDay ? 1 : 0, ms: 0 };
  }
  if (end.isDay !== start.isDay) return refuse(reader, 'has a day and a time as its start and end');
  // Some programs write the end of a single whole day as that day.
  const length = start.isDay
    ? { days: Math.max(1, (end.wall - start.wall) / day), ms: 0 }
    : { days: 0, ms: end.clock.last(end.wall) - start.clock.first(start.wall) };
  return end.wall < start.wall && length.ms <= 0 ? refuse(reader, 'ends before it begins') : length;
}

/** Occurrences that others stand for, also those that were cancelled alone. */
const replacedIn = (event: Event, events: readonly Event[]): readonly Time[] =>
  event.replaces !== null || event.uid === null
    ? []
    : events.flatMap(({ uid, replaces }) =>
        uid === event.uid && replaces !== null ? [replaces] : [],
      );

function occurrencesOf(
  event: Event,
  replaced: readonly Time[],
  span: Interval,
): readonly Interval[] {
  const { component, reader } = event;
  const without = [...timesIn(component, 'exdate', reader), ...replaced];
  return [
    ...startsOf(event, span).map((start) => occurrence(start, event.length)),
    ...periodsOf(event),
  ]
    .filter(({ start, from }) => !without.some((one) => isSame(one, start, from)))
    .map(({ from, until }) => ({ from, until }))
    .filter((one) => one.from < one.until && overlaps(one, span));
}

/** Zones and changes of the clocks shift a start by two days at most. */
const slack = 3 * day;

function startsOf(event: Event, span: Interval): readonly Time[] {
  const { component, start, length, reader } = event;
  if (event.replaces !== null) return [start];
  const longest = length.days * day + length.ms + slack;
  const range = { from: span.from - longest, until: span.until + slack };
  const again = repetitions(component, start, reader, range).map((wall) => ({ ...start, wall }));
  const added = timesIn(component, 'rdate', reader);
  const walls = new Set(again.map(({ wall }) => wall));
  return [...(walls.has(start.wall) ? [] : [start]), ...again, ...added];
}

function occurrence(start: Time, { days, ms }: Length): Occurrence {
  const from = start.clock.first(start.wall);
  const end = days === 0 ? from : start.clock.first(start.wall + days * day);
  return { start, from, until: end + ms };
}

/** Values of properties that may be lists, but for periods. */
const timesIn = (component: Component, name: string, reader: Reader): readonly Time[] =>
  propertiesOf(component, name).flatMap((property) => {
    const [, , type, ...values] = property;
    return type === 'period' ? [] : values.map((value) => readTime(property, value, reader));
  });

/** RDATE;VALUE=PERIOD has a start and an end or a length of its own. */
const periodsOf = ({ component, reader }: Event): readonly Occurrence[] =>
  propertiesOf(component, 'rdate').flatMap((property) => {
    const [, , type, ...values] = property;
    if (type !== 'period') return [];
    return values.map((value) => {
      const [first, second] = value as readonly [unknown, unknown];
      const start = readTime(property, first, reader);
      if (/^\+?P/.test(String(second))) return occurrence(start, readDuration(second, reader));
      const end = readTime(property, second, reader);
      return { start, from: start.clock.first(start.wall), until: end.clock.last(end.wall) };
    });
  });

/** A day stands for whatever begins on it. */
const isSame = (one: Time, start: Time, from: number): boolean =>
  one.isDay ? one.wall === Math.floor(start.wall / day) * day : one.clock.first(one.wall) === from;
