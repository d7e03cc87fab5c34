import { advised, shown } from './parsed.schema';
import { haveDay } from './recurrence.schema';

/**
 * Cron expressions as windows may have them: five fields, as crontab(5) has them, and `L` and `#` of its relatives.
 * Where day of month and day of week are both restricted, a day that fits one of them fits.
 */

interface Field {
  readonly what: string;
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

const minute: Field = { what: 'minute', min: 0, max: 59 };
const hour: Field = { what: 'hour', min: 0, max: 23 };
const dayOfMonth: Field = { what: 'day of month', min: 1, max: 31 };
const month: Field = { what: 'month', min: 1, max: 12, names: months };
/** 7 is Sunday too. */
const dayOfWeek: Field = { what: 'day of week', min: 0, max: 7, names: weekdays };
const fields = [minute, hour, dayOfMonth, month, dayOfWeek];

const example = 'write minute, hour, day of month, month and day of week, such as 0 22 * * 6';

/** One blank between fields, names in capitals. */
export const plainCron = (text: string): string =>
  text.trim().replaceAll(/\s+/g, ' ').toUpperCase();

/** What is wrong with an expression, with advice; null: nothing. */
export function cronProblem(expression: string): string | null {
  if (expression.length > 200) return advised('is too long', 'write at most 200 characters');
  const texts = expression.split(' ');
  if (texts.length === 6 || texts.length === 7) {
    return advised(`has ${texts.length} fields`, `${example}: no seconds, no year`);
  }
  if (texts.length !== 5) return advised(`is ${shown(expression)}`, example);
  const values: (readonly number[])[] = [];
  for (const [index, field] of fields.entries()) {
    const text = texts[index] ?? '';
    const found = valuesOf(text, field);
    if (found === null) return fieldProblem(text, field);
    values.push(found);
  }
  return tooOften(values) ?? never(texts, values);
}

function fieldProblem(text: string, { what, min, max, names }: Field): string {
  const named = names === undefined ? '' : `, names such as ${names.at(-1)}`;
  const advice = `write *, or numbers from ${min} to ${max}${named}, such as ${max - 1} or ${min}-${max - 1}/2`;
  return advised(`has the ${what} ${shown(text)}`, advice);
}

/** Every value that a field names; null when it is malformed. `L` and `#` stand for days that each month has elsewhere. */
function valuesOf(text: string, field: Field): readonly number[] | null {
  const found: number[] = [];
  for (const part of text.split(',')) {
    const values = isSpecial(part, field) ? [field.min] : rangeOf(part, field);
    if (values === null) return null;
    found.push(...values);
  }
  return [...new Set(found)];
}

function isSpecial(part: string, field: Field): boolean {
  if (field === dayOfMonth) return part === 'L';
  const match = field === dayOfWeek ? /^(\w+)#([1-5L])$/.exec(part) : null;
  return match !== null && numberOf(match[1] ?? '', field) !== null;
}

function rangeOf(part: string, field: Field): readonly number[] | null {
  const match = /^(\*|(\w+)(?:-(\w+))?)(?:\/(\d{1,2}))?$/.exec(part);
  if (match === null) return null;
  const [, all, first = '', last, step] = match;
  const isRange = all === '*' || last !== undefined;
  const every = stepOf(step, isRange, field);
  const [from, to] =
    all === '*' ? [field.min, field.max] : [numberOf(first, field), numberOf(last ?? first, field)];
  if (every === null || from === null || to === null || from > to) return null;
  return Array.from({ length: Math.floor((to - from) / every) + 1 }, (_, at) => from + at * every);
}

/** `5/10` means different things to different crons; a step beyond the field the library refuses. */
function stepOf(step: string | undefined, isRange: boolean, field: Field): number | null {
  if (step === undefined) return 1;
  const longest = field === dayOfWeek ? 7 : field.max - field.min + 1;
  const every = Number(step);
  return isRange && every >= 1 && every <= longest ? every : null;
}

function numberOf(text: string, { min, max, names = [] }: Field): number | null {
  const named = names.indexOf(text);
  if (named >= 0) return named + (min === 1 ? 1 : 0);
  if (!/^\d{1,2}$/.test(text)) return null;
  const number = Number(text);
  return number >= min && number <= max ? number : null;
}

function tooOften([minutes = [], hours = []]: readonly (readonly number[])[]): string | null {
  if (minutes.length > 1) {
    return advised('begins more than once an hour', 'name one minute, such as 0 22 * * 6');
  }
  if (hours.length < 24) return null;
  return advised('begins every hour', 'name the hours, such as 0 22 * * 6, or leave window out');
}

function never(texts: readonly string[], values: readonly (readonly number[])[]): string | null {
  const [, , ofMonth = '', , ofWeek = ''] = texts;
  const [, , days = [], inMonths = []] = values;
  if (ofWeek !== '*' || ofMonth === '*' || haveDay(inMonths, days)) return null;
  return advised(
    'never comes: no such month has such a day',
    'correct the day of month or the month',
  );
}
