import ICAL from 'ical.js';

import { expand } from '../expand';
import { propertiesOf, type Reader, refuse, type Time } from './values';
import type { Component } from './source';

const known =
  /^(freq|interval|count|until|wkst|by(hour|minute|second|day|month|monthday|yearday|weekno|setpos))$/;

interface RuleParts {
  readonly [name: string]: unknown;
  readonly freq?: unknown;
  readonly until?: unknown;
  readonly byminute?: unknown;
  readonly bysecond?: unknown;
}

/** Local times, from `from` to `until`, at which the rules of an event let it begin again. */
export function repetitions(
  event: Component,
  start: Time,
  reader: Reader,
  { from, until }: { readonly from: number; readonly until: number },
): readonly number[] {
  return propertiesOf(event, 'rrule').flatMap(([, , , value]) => {
    const given = value as RuleParts;
    const stranger = Object.keys(given).find((name) => !known.test(name));
    if (stranger !== undefined) {
      return refuse(reader, `has an RRULE with ${stranger.toUpperCase()}, which is not read`);
    }
    if (isTooOften(given)) {
      return refuse(reader, 'comes more than once an hour, which is not read');
    }
    const isOver = limitOf(given.until, start, reader);
    return expanded(given, start, reader, from, until).filter((wall) => !isOver(wall));
  });
}

type RecurData = Parameters<typeof ICAL.Recur.fromData>[0];

/** Every second of a year would keep a worker busy for minutes. */
const isTooOften = ({ freq, byminute, bysecond }: RuleParts): boolean =>
  freq === 'SECONDLY' ||
  freq === 'MINUTELY' ||
  [byminute, bysecond].some((values) => Array.isArray(values) && values.length > 1);

function expanded(
  given: RuleParts,
  start: Time,
  reader: Reader,
  from: number,
  until: number,
): readonly number[] {
  const { until: _, ...rule } = given;
  try {
    return expand(ICAL.Recur.fromData(rule as RecurData).toString(), {
      start: start.wall,
      from,
      until,
    });
  } catch (error) {
    return refuse(reader, `has an RRULE that is not read: ${(error as Error).message}`);
  }
}

const day = 86_400_000;

/** UNTIL is a day, a moment in UTC, or for times without a zone a local time (RFC 5545, 3.3.10). */
function limitOf(value: unknown, start: Time, reader: Reader): (wall: number) => boolean {
  if (value === undefined) return () => false;
  const text = typeof value === 'string' ? value : 'none';
  const isDay = text.length === 10;
  const limit = Date.parse(isDay ? `${text}T00:00Z` : `${text.replace(/Z$/, '')}Z`);
  if (Number.isNaN(limit)) return refuse(reader, `has an UNTIL that is no date: ${text}`);
  if (isDay) return (wall) => wall >= limit + day;
  if (text.endsWith('Z') && !start.isDay) return (wall) => start.clock.first(wall) > limit;
  return (wall) => wall > limit;
}
