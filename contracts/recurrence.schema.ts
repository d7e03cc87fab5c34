import { advised, shown } from './parsed.schema';

/**
 * Recurrence rules of RFC 5545 (3.3.10) as windows may have them. Written strictly because the library is not: it
 * ignores parts that it does not know and values that are out of range, and a window would open on other days than meant.
 */

const days = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const frequencies = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'];
const subDaily = ['SECONDLY', 'MINUTELY', 'HOURLY'];

type Rule = ReadonlyMap<string, string>;

/** `RRULE:freq=weekly;byday=sa` → `FREQ=WEEKLY;BYDAY=SA` */
export const plainRule = (text: string): string =>
  text
    .trim()
    .replace(/^rrule:/i, '')
    .toUpperCase();

/** What is wrong with a rule, with advice; null: nothing. */
export function ruleProblem(rule: string, hasStart: boolean): string | null {
  if (rule.length > 500) return advised('is too long', 'write at most 500 characters');
  const parts = new Map<string, string>();
  for (const part of rule.split(';')) {
    const match = /^([A-Z]+)=(\S+)$/.exec(part);
    const [, name = '', value = ''] = match ?? [];
    if (match === null) return about(part, 'write parts such as FREQ=WEEKLY;BYDAY=SA');
    if (parts.has(name)) return advised(`names ${name} twice`, 'remove one of the two');
    const problem = partProblem(name, value);
    if (problem !== null) return problem;
    parts.set(name, value);
  }
  return frequencyProblem(parts) ?? anchorProblem(parts, hasStart) ?? impossible(parts);
}

const about = (part: string, advice: string): string =>
  advised(part === '' ? 'has an empty part' : `has the part ${shown(part)}`, advice);

const listOf = (value: string): readonly string[] => value.split(',');

/** Numbers from `min` to `max`, also counted from the end where `signed`. */
const numbers =
  (min: number, max: number, signed = false) =>
  (value: string): boolean =>
    listOf(value).every((one) => {
      if (!(signed ? /^[+-]?\d{1,3}$/ : /^\d{1,4}$/).test(one)) return false;
      const number = Math.abs(Number(one));
      return number >= min && number <= max;
    });

const single =
  (holds: (value: string) => boolean) =>
  (value: string): boolean =>
    !value.includes(',') && holds(value);

interface PartForm {
  readonly holds: (value: string) => boolean;
  readonly form: string;
}

const forms: { readonly [name: string]: PartForm } = {
  FREQ: { holds: (value) => frequencies.includes(value), form: frequencies.join(', ') },
  INTERVAL: { holds: single(numbers(1, 999)), form: 'a number from 1 to 999' },
  COUNT: { holds: single(numbers(1, 9999)), form: 'a number from 1 to 9999' },
  UNTIL: { holds: isUntil, form: 'the last day, such as 20261231, or a time in UTC' },
  WKST: { holds: (value) => days.includes(value), form: days.join(', ') },
  BYDAY: {
    holds: (value) => listOf(value).every(isWeekday),
    form: 'days such as SA, or 2TU for the second Tuesday',
  },
  BYMONTH: { holds: numbers(1, 12), form: 'months from 1 to 12' },
  BYMONTHDAY: { holds: numbers(1, 31, true), form: 'days from 1 to 31, or -1 to -31' },
  BYYEARDAY: { holds: numbers(1, 366, true), form: 'days from 1 to 366, or -1 to -366' },
  BYWEEKNO: { holds: numbers(1, 53, true), form: 'weeks from 1 to 53, or -1 to -53' },
  BYSETPOS: { holds: numbers(1, 366, true), form: 'positions from 1 to 366, or -1 to -366' },
};

const elsewhere: { readonly [name: string]: string } = {
  DTSTART: 'write the first day as startDate: 2026-12-05 and the time as at: "22:00"',
  TZID: 'write the zone as scheduleTimezone',
  BYHOUR: 'write the time of day as at: "22:00"; another time of day is another window',
  BYMINUTE: 'write the time of day as at: "22:00"',
  BYSECOND: 'write the time of day as at: "22:00"',
};

function partProblem(name: string, value: string): string | null {
  if (name === 'FREQ' && subDaily.includes(value)) {
    return about(`FREQ=${value}`, 'a window begins once a day at most: use DAILY');
  }
  const form = forms[name];
  if (form === undefined) {
    return about(name, elsewhere[name] ?? `use ${Object.keys(forms).join(', ')}`);
  }
  return form.holds(value) ? null : about(`${name}=${value}`, `write ${form.form}`);
}

function isWeekday(value: string): boolean {
  const match = /^([+-]?\d{1,2})?([A-Z]{2})$/.exec(value);
  if (match === null || !days.includes(match[2] ?? '')) return false;
  const nth = match[1] === undefined ? 1 : Math.abs(Number(match[1]));
  return nth >= 1 && nth <= 53;
}

function isUntil(value: string): boolean {
  const match = /^(\d{4})(\d{2})(\d{2})(T([01]\d|2[0-3])[0-5]\d[0-5]\dZ)?$/.exec(value);
  if (match === null) return false;
  const text = `${match[1]}-${match[2]}-${match[3]}`;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/** What parts have to do with the frequency (the table at the end of RFC 5545, 3.3.10). */
function frequencyProblem(parts: Rule): string | null {
  const frequency = parts.get('FREQ');
  if (frequency === undefined)
    return advised('has no FREQ', 'add FREQ=WEEKLY, or DAILY, MONTHLY, YEARLY');
  const only = (name: string, allowed: readonly string[]): string | null =>
    parts.has(name) && !allowed.includes(frequency)
      ? advised(`has ${name} with FREQ=${frequency}`, `use it with FREQ=${allowed.join(' or ')}`)
      : null;
  return (
    only('BYYEARDAY', ['YEARLY']) ??
    only('BYWEEKNO', ['YEARLY']) ??
    only('BYMONTHDAY', ['DAILY', 'MONTHLY', 'YEARLY']) ??
    nthDayProblem(parts, frequency) ??
    setPosProblem(parts)
  );
}

function nthDayProblem(parts: Rule, frequency: string): string | null {
  const nth = listOf(parts.get('BYDAY') ?? '').filter((day) => /\d/.test(day));
  const [first] = nth;
  if (first === undefined) return null;
  const isMonthly = frequency === 'MONTHLY' || parts.has('BYMONTH');
  if (frequency === 'DAILY' || frequency === 'WEEKLY' || parts.has('BYWEEKNO')) {
    return about(
      `BYDAY=${first}`,
      'use numbered days with FREQ=MONTHLY, or YEARLY without BYWEEKNO',
    );
  }
  const tooFar = nth.find((day) => isMonthly && Math.abs(Number.parseInt(day, 10)) > 5);
  return tooFar === undefined
    ? null
    : about(`BYDAY=${tooFar}`, 'a month has at most five of a day');
}

const setPosProblem = (parts: Rule): string | null =>
  parts.has('BYSETPOS') && ![...parts.keys()].some((name) => /^BY(?!SETPOS)/.test(name))
    ? advised('has BYSETPOS alone', 'add the days of which it picks, such as BYDAY=SA,SU')
    : null;

/** Without a first day these parts would be counted from nowhere. */
function anchorProblem(parts: Rule, hasStart: boolean): string | null {
  if (parts.has('COUNT') && parts.has('UNTIL')) {
    return advised('has COUNT and UNTIL', 'remove one of the two');
  }
  if (hasStart) return null;
  const counted = parts.has('COUNT') ? 'COUNT' : 'INTERVAL';
  if (parts.has('COUNT') || Number(parts.get('INTERVAL') ?? 1) > 1) {
    const advice = 'add startDate: 2026-12-05, the day from which it is counted';
    return advised(`has ${counted} and no first day`, advice);
  }
  const namesDay =
    parts.get('FREQ') === 'DAILY' ||
    ['BYDAY', 'BYMONTHDAY', 'BYYEARDAY'].some((name) => parts.has(name));
  return namesDay ? null : advised('says no day', 'add one, such as BYDAY=SA or BYMONTHDAY=1');
}

const longestMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether one of the months has one of the days. */
export const haveDay = (months: readonly number[], ofMonth: readonly number[]): boolean =>
  months.some((month) => ofMonth.some((day) => Math.abs(day) <= (longestMonth[month - 1] ?? 0)));

function impossible(parts: Rule): string | null {
  const months = parts.get('BYMONTH');
  const ofMonth = parts.get('BYMONTHDAY');
  if (months === undefined || ofMonth === undefined) return null;
  return haveDay(listOf(months).map(Number), listOf(ofMonth).map(Number))
    ? null
    : advised('never comes: no such month has such a day', 'correct BYMONTH or BYMONTHDAY');
}
