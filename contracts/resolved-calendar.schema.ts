import { z } from 'zod';

import { cronProblem } from './cron.schema';
import { block, line, whole } from './fields.schema';
import {
  isBefore,
  localDay,
  localDayOrMoment,
  localMoment,
  timeOfDay,
  timeZone,
} from './local-time.schema';
import { advised, type Parsed, parseWith, shown } from './parsed.schema';
import { ruleProblem } from './recurrence.schema';
import type { ReadCalendarInput } from './window';
import { maxBlackouts, maxWindows, secondOf, windowName } from './window.schema';

/** Calendars as they cross a process boundary. */

const week = 7 * 86_400_000;

/** Only the one form that reading a plan produces: what is written otherwise would be another calendar. */
const exactly = (field: z.ZodType<string>) =>
  z.string().refine((value) => field.safeParse(value).data === value, {
    error: (issue) => advised(`is ${shown(issue.input)}`, 'give what the plan was resolved to'),
  });

const sound = (problemOf: (value: string) => string | null) =>
  z.string().check((context) => {
    const message = problemOf(context.value);
    if (message !== null) {
      context.issues.push({ code: 'custom', message, input: context.value });
    }
  });

const resolvedSchedule = z.discriminatedUnion('kind', [
  block({
    kind: z.literal('rrule'),
    rule: sound((rule) => ruleProblem(rule, true)),
    at: exactly(timeOfDay),
    startDate: exactly(localDay).exactOptional(),
  }).refine(({ rule, startDate }) => ruleProblem(rule, startDate !== undefined) === null, {
    error: advised('has a rule that is counted from nowhere', 'give its startDate'),
  }),
  block({ kind: z.literal('cron'), expression: sound(cronProblem) }),
  block({ kind: z.literal('once'), start: exactly(localMoment) }),
]);

const resolvedWindow = block({
  name: windowName,
  schedule: resolvedSchedule,
  timeZone,
  durationMs: whole(60_000, week),
  cutoffMs: whole(0, week),
}).refine(({ durationMs, cutoffMs }) => cutoffMs < durationMs, {
  error: advised('is cut off before it begins', 'give a cutoffMs below durationMs'),
});

const resolvedBlackout = z.discriminatedUnion('kind', [
  block({
    kind: z.literal('span'),
    name: windowName,
    start: exactly(localDayOrMoment),
    end: exactly(localDayOrMoment),
    timeZone,
  }).refine(({ start, end }) => isBefore(start, end), {
    error: advised('ends before it begins', 'give an end after the start'),
  }),
  block({ kind: z.literal('calendar'), name: windowName, file: line(4000), timeZone }),
]);

const unique = {
  error: advised('has two of the same name', 'give each a name of its own'),
};

/** A calendar as it crosses a process boundary: everything is spelt out. */
export const calendarField = block({
  windows: z
    .array(resolvedWindow)
    .max(maxWindows)
    .refine((list) => secondOf(list) === null, unique),
  blackouts: z
    .array(resolvedBlackout)
    .max(maxBlackouts)
    .refine((list) => secondOf(list) === null, unique),
});

const moment = whole(0, Date.UTC(2200, 0));

/** Rules are expanded for the whole of it. */
const longestSpan = 3 * 366 * 86_400_000;

const readCalendarInput = block({ calendar: calendarField, from: moment, until: moment }).refine(
  ({ from, until }) => from < until && until - from <= longestSpan,
  { error: advised('asks for no time, or for more than three years', 'give until after from') },
);

export const parseReadCalendarInput = (raw: unknown): Parsed<ReadCalendarInput> =>
  parseWith(readCalendarInput, raw);
