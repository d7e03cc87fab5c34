import type { Clock, Clocks } from './clock';
import { type Component, type Property, unreadable } from './source';

/** A time as the file has it. */
export interface Time {
  readonly isDay: boolean;
  /** Local time, see zone.ts. */
  readonly wall: number;
  readonly clock: Clock;
}

/** What values are read with: for messages, and for zones. */
export interface Reader {
  readonly file: string;
  readonly line: number;
  readonly clocks: Clocks;
}

export const propertiesOf = (component: Component, name: string): readonly Property[] =>
  component.properties.filter(([key]) => key === name);

export const textOf = (component: Component, name: string): string | null => {
  const value = propertiesOf(component, name)[0]?.[3];
  return typeof value === 'string' ? value : null;
};

/** @throws Failure calendar-unreadable */
export function refuse({ file, line }: Reader, what: string): never {
  throw unreadable(file, line, `this event ${what}`);
}

/** The value of a property that is there once at most. */
export function timeOf(component: Component, name: string, reader: Reader): Time | null {
  const [property, second] = propertiesOf(component, name);
  if (property === undefined) return null;
  if (second !== undefined) return refuse(reader, `has ${name.toUpperCase()} twice`);
  return readTime(property, property[3], reader);
}

/** ical.js takes any digits for a date. */
export function readTime(property: Property, value: unknown, reader: Reader): Time {
  const [name, parameters, type] = property;
  const text = String(value);
  const isDay = type === 'date';
  const isUtc = text.endsWith('Z');
  const local = isUtc ? text.slice(0, -1) : text;
  const wall = Date.parse(isDay ? `${local}T00:00:00Z` : `${local}Z`);
  const form = isDay ? /^\d{4}-\d\d-\d\d$/ : /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/;
  const isReal =
    form.test(local) && !Number.isNaN(wall) && new Date(wall).toISOString().startsWith(local);
  if (!isReal) return refuse(reader, `has a ${name.toUpperCase()} that is no date: ${text}`);
  return { isDay, wall, clock: clockOf(parameters, isDay, isUtc, reader) };
}

function clockOf(
  { tzid }: Property[1],
  isDay: boolean,
  isUtc: boolean,
  { clocks, line }: Reader,
): Clock {
  if (isDay) return clocks.floating;
  if (isUtc) return clocks.utc;
  return typeof tzid === 'string' ? clocks.of(tzid, line) : clocks.floating;
}

/** Days are counted in local time, the rest is elapsed time (RFC 5545, 3.3.6). */
export interface Length {
  readonly days: number;
  readonly ms: number;
}

export function readDuration(value: unknown, reader: Reader): Length {
  const match =
    /^\+?P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?$/.exec(
      String(value),
    );
  if (match === null || !/\d/.test(match[0])) {
    return refuse(reader, `has a DURATION that is none: ${String(value)}`);
  }
  const [weeks, days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  const clock = (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0);
  return { days: (weeks ?? 0) * 7 + (days ?? 0), ms: clock * 1000 };
}
