import { Cron } from 'croner';

import type { MaintenanceWindow, WindowSchedule } from '../../contracts/window';
import { expand } from './expand';
import { firstMoment, wallOf } from './zone';

const day = 86_400_000;
const year = 366 * day;

/** Zones are at most 14 hours away from UTC; a gap of a whole day (Pacific/Apia 2011) moves a start by as much again. */
const slack = 3 * day;

/** Moments in [from, until) at which the window begins, in order. */
export function startsBetween(
  { schedule, timeZone }: MaintenanceWindow,
  from: number,
  until: number,
): readonly number[] {
  const last = lastStart(schedule);
  const moments = wallStarts(schedule, from - slack, until + slack)
    .filter((wall) => wall <= last.wall)
    .map((wall) => firstMoment(wall, timeZone))
    .filter((moment) => moment >= from && moment < until && moment <= last.moment);
  // Around a gap two local times may be the same moment.
  return [...new Set(moments)].toSorted((a, b) => a - b);
}

/** A day of 29 February that is a Saturday comes every 28 years, and one of them may be missing in 2100. */
const horizonYears = 40;

/** The next moments at which the window begins, from `from` on, at most `count`; fewer when its rule ends. */
export function nextStarts(window: MaintenanceWindow, from: number, count: number): number[] {
  const found: number[] = [];
  const last = lastStart(window.schedule);
  const end = Math.min(from + horizonYears * year, Math.min(last.wall, last.moment) + slack);
  // A month at first: most rules are that often, and a year of days is work.
  for (let at = from, days = 32; at < end; days *= 8) {
    const until = Math.min(at + days * day, end);
    found.push(...startsBetween(window, at, until).slice(0, count - found.length));
    if (found.length >= count) break;
    at = until;
  }
  return found;
}

function wallStarts(schedule: WindowSchedule, from: number, until: number): readonly number[] {
  switch (schedule.kind) {
    case 'rrule':
      return ruleStarts(schedule, from, until);
    case 'cron':
      return cronStarts(schedule.expression, from, until);
    case 'once':
      return [wallOf(schedule.start)];
    default:
      return schedule satisfies never;
  }
}

function ruleStarts(
  { rule, at, startDate }: Extract<WindowSchedule, { kind: 'rrule' }>,
  from: number,
  until: number,
): readonly number[] {
  const start = wallOf(`${startDate ?? origin(from)}T${at}`);
  return expand(withoutUntil(rule), { start, from, until });
}

/**
 * A rule without a first day counts nothing, so that any will do: one so long before that the week, month and year in which
 * it lies are over.
 */
const origin = (from: number): string => `${new Date(from).getUTCFullYear() - 2}-01-01`;

function cronStarts(expression: string, from: number, until: number): readonly number[] {
  // Its clock is UTC, which shows wall time: croner's own handling of summer time is not ours.
  const cron = new Cron(expression, { timezone: 'UTC', mode: '5-part', paused: true });
  const found: number[] = [];
  let next = cron.nextRun(new Date(from - 1));
  while (next !== null && next.getTime() < until) {
    found.push(next.getTime());
    next = cron.nextRun(next);
  }
  return found;
}

const untilPart = /;?\bUNTIL=([^;]+)/;

const withoutUntil = (rule: string): string => rule.replace(untilPart, '').replace(/^;/, '');

/**
 * UNTIL is kept to here, since the rule is expanded without its zone: a date is the last local day, a time is in UTC (RFC
 * 5545, 3.3.10) and is a moment.
 */
function lastStart(schedule: WindowSchedule): { readonly wall: number; readonly moment: number } {
  if (schedule.kind === 'once') return { wall: wallOf(schedule.start), moment: Infinity };
  const text = schedule.kind === 'rrule' ? untilPart.exec(schedule.rule)?.[1] : undefined;
  const [, y, m, d, time] = /^(\d{4})(\d{2})(\d{2})(?:T(\d{6})Z)?$/.exec(text ?? '') ?? [];
  if (y === undefined) return { wall: Infinity, moment: Infinity };
  if (time === undefined) {
    return { wall: wallOf(`${y}-${m}-${d}`) + day - 1, moment: Infinity };
  }
  const clock = `${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}`;
  return { wall: Infinity, moment: Date.parse(`${y}-${m}-${d}T${clock}Z`) };
}
