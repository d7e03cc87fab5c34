import { z } from 'zod';

import { nearestOf } from './fields.schema';
import { advised, shown } from './parsed.schema';

/** Local dates and times and the zones that they are in, as people write them. */

const example = 'write the IANA name of a zone, such as Europe/Berlin or UTC';

/**
 * Name of a time zone. Abbreviations are refused although the platform knows some: `EST` is the zone of Panama, without
 * summer time, and `CST` is said in America, China and Cuba.
 */
export const timeZone = z
  .string()
  .check((context) => {
    if (isZone(context.value)) return;
    const nearest = nearestZone(context.value);
    const advice = nearest === null ? example : `did you mean ${nearest}?`;
    const message = advised(`is no time zone: ${shown(context.value)}`, advice);
    context.issues.push({ code: 'custom', input: context.value, message });
  })
  .meta({ description: 'IANA name of a time zone, such as Europe/Berlin' });

function isZone(name: string): boolean {
  if (name === 'UTC' || name === 'GMT') return true;
  if (!/^[A-Z][A-Za-z]+(\/[A-Za-z0-9_+-]{1,30}){1,2}$/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function nearestZone(name: string): string | null {
  if (name.length > 40) return null;
  const zones = ['UTC', ...Intl.supportedValuesOf('timeZone')];
  const place = name.slice(name.lastIndexOf('/') + 1).toLowerCase();
  const sameName = zones.find((zone) => zone.toLowerCase() === name.toLowerCase());
  const samePlace = zones.find((zone) => zone.toLowerCase().endsWith(`/${place}`));
  return sameName ?? samePlace ?? nearestOf(name, zones);
}

/** Whether a calendar has the day; `2026-02-30` is none. */
function isDay(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null || Number(match[1]) < 1970) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

const isTimeOfDay = (text: string): boolean => /^([01]\d|2[0-3]):[0-5]\d$/.test(text);

interface Form {
  /** The only form that the value has afterwards. */
  readonly read: (text: string) => string | null;
  readonly what: string;
  readonly example: string;
  readonly pattern: string;
}

/** A YAML 1.1 document gives numbers and dates for what looks like a time; what was meant is lost by then. */
const local = (form: Form) =>
  z
    .unknown()
    .meta({ type: 'string', pattern: form.pattern, description: `${form.what}: ${form.example}` })
    .transform((input, context): string => {
      const value = typeof input === 'string' ? form.read(input.trim()) : null;
      if (value !== null) return value;
      context.addIssue({ code: 'custom', message: refusal(input, form), input });
      return z.NEVER;
    });

function refusal(input: unknown, form: Form): string {
  const advice = `write ${form.what}: ${form.example}`;
  if (input === undefined) return advised('is missing', advice);
  if (typeof input !== 'string') return advised('is no text', `${advice}, in quotes`);
  if (/[T ]\d{2}.*(Z|[+-]\d{2}:?\d{2})$/i.test(input)) {
    return advised(`is ${shown(input)}, which has an offset`, `${advice}; the zone is a field`);
  }
  const day = /^(\d{4}-\d{2}-\d{2})([T ]|$)/.exec(input)?.[1];
  const isNoDay = day !== undefined && !isDay(day);
  const what = `is ${shown(input)}${isNoDay ? ', which does not exist' : ''}`;
  return advised(what, advice);
}

const dayPattern = String.raw`\d{4}-\d{2}-\d{2}`;
const timePattern = String.raw`([01]\d|2[0-3]):[0-5]\d`;

function readMoment(text: string): string | null {
  const match = /^(\S{10})[T ](\d{2}:\d{2})(:00)?$/.exec(text);
  const [, day = '', time = ''] = match ?? [];
  return isDay(day) && isTimeOfDay(time) ? `${day}T${time}` : null;
}

const readDay = (text: string): string | null => (isDay(text) ? text : null);

export const timeOfDay = local({
  read: (text) => (isTimeOfDay(text) ? text : null),
  what: 'a time of day',
  example: '22:00',
  pattern: `^${timePattern}$`,
});

export const localDay = local({
  read: readDay,
  what: 'a date',
  example: '2026-12-05',
  pattern: `^${dayPattern}$`,
});

/** `YYYY-MM-DDTHH:MM` */
export const localMoment = local({
  read: readMoment,
  what: 'a local date and time',
  example: '2026-12-05T22:00',
  pattern: `^${dayPattern}[T ]${timePattern}(:00)?$`,
});

/** `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM` */
export const localDayOrMoment = local({
  read: (text) => readDay(text) ?? readMoment(text),
  what: 'a date, or a local date and time',
  example: '2026-12-20 or 2026-12-20T18:00',
  pattern: `^${dayPattern}([T ]${timePattern}(:00)?)?$`,
});

/** Local times of one zone in their order, whatever its clocks do. */
export const isBefore = (left: string, right: string): boolean => whole(left) < whole(right);
const whole = (text: string): string => (text.length === 10 ? `${text}T00:00` : text);
