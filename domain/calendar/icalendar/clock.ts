import ICAL from 'ical.js';

import { firstMoment, isZone, lastMoment } from '../zone';
import { type CalendarFile, type Component, unreadable } from './source';

/** What makes moments of local times: wall time (see zone.ts) in, epoch milliseconds out. */
export interface Clock {
  readonly first: (wall: number) => number;
  readonly last: (wall: number) => number;
}

const utc: Clock = { first: (wall) => wall, last: (wall) => wall };

const zoneClock = (timeZone: string): Clock => ({
  first: (wall) => firstMoment(wall, timeZone),
  last: (wall) => lastMoment(wall, timeZone),
});

export interface Clocks {
  readonly utc: Clock;
  /** Of times without a zone and of whole days. */
  readonly floating: Clock;
  /** @throws Failure calendar-unreadable */
  readonly of: (tzid: string, line: number) => Clock;
}

/**
 * An IANA name is what it says, whatever the file defines under it: definitions in files grow old. Other names, such as
 * Outlook's `W. Europe Standard Time`, are what the file's own VTIMEZONE says.
 */
export function clocksOf(source: CalendarFile, calendar: Component): Clocks {
  const made = new Map<string, Clock>();
  const make = (tzid: string, line: number): Clock => {
    if (isZone(tzid)) return zoneClock(tzid);
    const definition = calendar.parts.find(
      ({ name, properties }) =>
        name === 'vtimezone' &&
        properties.some(([key, , , value]) => key === 'tzid' && value === tzid),
    );
    if (definition !== undefined) return definedClock(source.file, definition);
    throw unreadable(
      source.file,
      line,
      `the zone ${JSON.stringify(tzid)} is neither defined in the file (VTIMEZONE) nor an IANA name`,
    );
  };
  return {
    utc,
    floating: zoneClock(source.timeZone),
    of: (tzid, line) => {
      const clock = made.get(tzid) ?? make(tzid, line);
      made.set(tzid, clock);
      return clock;
    },
  };
}

const hour = 3_600_000;

/**
 * Within an hour of a change ical.js does not say which of two offsets it takes: the one is taken that makes a blackout
 * longer.
 */
function definedClock(file: string, definition: Component): Clock {
  const zone = zoneOf(file, definition);
  const offsetAt = (wall: number): number => {
    const time = ICAL.Time.fromDateTimeString(new Date(wall).toISOString().slice(0, 19));
    try {
      return zone.utcOffset(time) * 1000;
    } catch (error) {
      const what = `this VTIMEZONE is not read: ${(error as Error).message}`;
      throw unreadable(file, definition.line, what);
    }
  };
  const nearby = (wall: number): readonly number[] =>
    [wall - hour, wall, wall + hour].map((near) => offsetAt(near));
  return {
    first: (wall) => wall - Math.max(...nearby(wall)),
    last: (wall) => wall - Math.min(...nearby(wall)),
  };
}

function zoneOf(file: string, definition: Component): ICAL.Timezone {
  const observances = definition.parts.filter(({ name }) => /^(standard|daylight)$/.test(name));
  const isWhole = observances.every(({ properties }) =>
    Object.entries(soundness).every(([wanted, isSound]) => {
      const values = properties.filter(([name]) => name === wanted).map(([, , , value]) => value);
      return values.every(isSound) && (values.length > 0 || wanted === 'rrule');
    }),
  );
  if (observances.length === 0 || !isWhole) {
    throw unreadable(file, definition.line, 'this VTIMEZONE does not say its offsets from UTC');
  }
  return new ICAL.Timezone(new ICAL.Component(definition.jcal as unknown[]));
}

const isOffset = (value: unknown): boolean =>
  typeof value === 'string' && /^[+-]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/.test(value);

/** What ical.js works with unseen; a rule for every second would keep it busy for ever. */
const soundness: { readonly [name: string]: (value: unknown) => boolean } = {
  dtstart: (value) => typeof value === 'string' && !Number.isNaN(Date.parse(`${value}Z`)),
  tzoffsetfrom: isOffset,
  tzoffsetto: isOffset,
  rrule: (value) => {
    const rule = value as { readonly [part: string]: unknown };
    return (
      rule['freq'] === 'YEARLY' &&
      Object.keys(rule).every((part) => !/^by(hour|minute|second)$/.test(part))
    );
  },
};
