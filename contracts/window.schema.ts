import { z } from 'zod';

import { cronProblem, plainCron } from './cron.schema';
import { block, duration, line, text } from './fields.schema';
import {
  isBefore,
  localDay,
  localDayOrMoment,
  localMoment,
  timeOfDay,
  timeZone,
} from './local-time.schema';
import { adviceMark, advised, shown } from './parsed.schema';
import { plainRule, ruleProblem } from './recurrence.schema';
import type { Blackout, Calendar, MaintenanceWindow, WindowSchedule } from './window';

/**
 * Windows and blackouts as a plan has them in YAML: `planWindows` and `planBlackouts`, put together by `calendarOf`. What
 * crosses a process boundary is in resolved-calendar.schema.ts.
 */

export const maxWindows = 20;
export const maxBlackouts = 200;

export const windowName = text(
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
  'write a name of letters, digits, dots and hyphens',
);

type Refuse = (path: readonly (string | number)[], message: string, advice: string) => void;

/** Says what is wrong with a value that is well formed by itself. */
const refusing =
  (context: z.RefinementCtx, input: unknown): Refuse =>
  (path, message, advice) => {
    context.addIssue({
      code: 'custom',
      message: advised(message, advice),
      path: [...path],
      input,
    });
  };

const windowFields = block({
  name: windowName.optional(),
  schedule: line(600).optional(),
  at: timeOfDay.optional(),
  startDate: localDay.optional(),
  start: localMoment.optional(),
  scheduleTimezone: timeZone,
  duration: duration({ min: '1m', max: '7d' }),
  cutoff: duration({ max: '7d' }).prefault('0s'),
});
type WindowFields = z.output<typeof windowFields>;
type NamelessWindow = Omit<MaintenanceWindow, 'name'> & { readonly name: string | null };

const planWindow = windowFields.transform((fields, context): NamelessWindow => {
  const refuse = refusing(context, fields);
  const schedule = scheduleOf(fields, refuse);
  if (fields.cutoff >= fields.duration) {
    refuse(
      ['cutoff'],
      'is as long as the window or longer, so that no host could be begun',
      'make it shorter than duration',
    );
  }
  if (schedule === null) return z.NEVER;
  return {
    name: fields.name ?? null,
    schedule,
    timeZone: fields.scheduleTimezone,
    durationMs: fields.duration,
    cutoffMs: fields.cutoff,
  };
});

function scheduleOf(fields: WindowFields, refuse: Refuse): WindowSchedule | null {
  const { schedule, start } = fields;
  if (schedule === undefined) {
    for (const extra of ['at', 'startDate'] as const) {
      if (fields[extra] !== undefined) {
        refuse([extra], 'belongs to a schedule', 'remove it, or add schedule: "RRULE:…"');
      }
    }
    if (start !== undefined) return { kind: 'once', start };
    const advice = 'add schedule: "RRULE:FREQ=WEEKLY;BYDAY=SA", or start: for a single one';
    refuse([], 'says not when it begins', advice);
    return null;
  }
  if (start !== undefined) {
    refuse(['start'], 'is given beside schedule', 'remove one of the two');
  }
  return /^\s*rrule:/i.test(schedule)
    ? ruleOf(schedule, fields, refuse)
    : cronOf(schedule, fields, refuse);
}

function ruleOf(schedule: string, fields: WindowFields, refuse: Refuse): WindowSchedule | null {
  const { at, startDate } = fields;
  const rule = plainRule(schedule);
  const problem = ruleProblem(rule, startDate !== undefined);
  if (problem !== null) refuse(['schedule'], ...halves(problem));
  if (at === undefined) {
    refuse(['at'], 'is missing', 'add the time of day, such as at: "22:00"');
    return null;
  }
  return { kind: 'rrule', rule, at, ...(startDate === undefined ? {} : { startDate }) };
}

function cronOf(schedule: string, fields: WindowFields, refuse: Refuse): WindowSchedule {
  const expression = plainCron(schedule);
  const problem = cronProblem(expression);
  if (problem !== null) {
    const [message, advice] = halves(problem);
    const isRule = /FREQ/.test(expression);
    refuse(['schedule'], message, isRule ? 'write RRULE: before a recurrence rule' : advice);
  }
  for (const extra of ['at', 'startDate'] as const) {
    if (fields[extra] !== undefined) {
      refuse([extra], 'belongs to a schedule with RRULE', 'remove it: cron has the time itself');
    }
  }
  return { kind: 'cron', expression };
}

const halves = (problem: string): readonly [string, string] => {
  const [message = '', advice = ''] = problem.split(adviceMark);
  return [message, advice];
};

/** One block or a list of them; a problem is told of the field that the person wrote. */
export const planWindows = z
  .unknown()
  .meta(windowsForEditors())
  .transform((input, context): readonly MaintenanceWindow[] => {
    const isList = Array.isArray(input);
    const refuse = refusing(context, input);
    const given: readonly unknown[] = isList ? input : [input];
    if (given.length === 0 || given.length > maxWindows) {
      refuse([], `has ${given.length} windows`, `give 1 to ${maxWindows}`);
      return z.NEVER;
    }
    const results = given.map((one) => planWindow.safeParse(one, { reportInput: true }));
    for (const [index, { error }] of results.entries()) {
      for (const issue of error?.issues ?? []) {
        context.issues.push({
          ...issue,
          path: [...(isList ? [index] : []), ...issue.path],
        } as z.core.$ZodRawIssue);
      }
    }
    const windows = results.flatMap(({ data }, index) => (data ? [named(data, index)] : []));
    const twice = secondOf(windows);
    if (twice !== null && windows.length === given.length) {
      refuse([twice], ...secondName);
    }
    return windows;
  });

const secondName = ['has the name of another window', 'give it a name of its own'] as const;

/** Index of the first that has the name of one before it. */
export function secondOf(list: readonly { readonly name: string }[]): number | null {
  const index = list.findIndex(({ name }, at) =>
    list.some((one, i) => i < at && one.name === name),
  );
  return index < 0 ? null : index;
}

const named = (window: NamelessWindow, index: number): MaintenanceWindow => ({
  ...window,
  name: window.name ?? (index === 0 ? 'window' : `window-${index + 1}`),
});

function windowsForEditors() {
  const { $schema: _, ...one } = z.toJSONSchema(windowFields, {
    io: 'input',
    unrepresentable: 'any',
  });
  const many = { type: 'array', items: one, minItems: 1, maxItems: maxWindows };
  return { anyOf: [one, many], description: 'when hosts may be changed' };
}

/** `timeZone` is null where the plan leaves it to its windows. */
export type PlanBlackout = Blackout extends infer B
  ? B extends Blackout
    ? Omit<B, 'name' | 'timeZone'> & { readonly timeZone: string | null }
    : never
  : never;

const planBlackout = block({
  start: localDayOrMoment.optional(),
  end: localDayOrMoment.optional(),
  calendar: line(4000).optional(),
  timezone: timeZone.optional(),
}).transform(({ start, end, calendar, timezone = null }, context): PlanBlackout => {
  const refuse = refusing(context, { start, end, calendar });
  if (calendar !== undefined) {
    for (const [name, value] of [
      ['start', start],
      ['end', end],
    ] as const) {
      if (value !== undefined) refuse([name], 'is given beside calendar', 'remove one of the two');
    }
    return { kind: 'calendar', file: calendar, timeZone: timezone };
  }
  if (start === undefined && end === undefined) {
    refuse([], 'says not when it is', 'add start: and end:, or calendar: with an iCalendar file');
    return z.NEVER;
  }
  if (start === undefined || end === undefined) {
    const missing = start === undefined ? 'start' : 'end';
    refuse([missing], 'is missing', 'add a date, or a local date and time');
    return z.NEVER;
  }
  if (!isBefore(start, end)) refuse(['end'], ...emptySpan(start, end));
  return { kind: 'span', start, end, timeZone: timezone };
});

const emptySpan = (start: string, end: string): readonly [string, string] => [
  `is ${shown(end)}, which is not after ${shown(start)}`,
  'write the first day or moment after the blackout',
];

/** By name. */
export const planBlackouts = z
  .record(windowName, planBlackout)
  .refine((value) => Object.keys(value).length <= maxBlackouts, {
    error: advised('has too many blackouts', `give at most ${maxBlackouts}, or a calendar`),
  });

/** Null where a plan has neither. Blackouts without a zone are in that of the first window. */
export function calendarOf(
  windows: readonly MaintenanceWindow[] | undefined,
  blackouts: { readonly [name: string]: PlanBlackout } | undefined,
): Calendar | null {
  if (windows === undefined && blackouts === undefined) return null;
  const zone = windows?.[0]?.timeZone ?? 'UTC';
  return {
    windows: windows ?? [],
    blackouts: Object.entries(blackouts ?? {}).map(([name, blackout]) => ({
      ...blackout,
      name,
      timeZone: blackout.timeZone ?? zone,
    })),
  };
}
