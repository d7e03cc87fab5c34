import { RRuleTemporal } from 'rrule-temporal';
import { toText } from 'rrule-temporal/totext';

import type { Blackout, Calendar, MaintenanceWindow, WindowSchedule } from '../../contracts/window';
import { lengthWords } from './length-words';

/**
 * A calendar in one line for people: `Saturdays 22:00 Europe/Berlin for 6 h, no start in the last 45 min; blackout
 * year-end 2026-12-20 to 2027-01-06`.
 */
export function calendarWords({ windows, blackouts }: Calendar): string {
  const isNamed = windows.length > 1;
  const times = windows.map((window) => (isNamed ? `${window.name}: ` : '') + windowWords(window));
  const opening = times.length === 0 ? ['at any time'] : times;
  const zone = windows[0]?.timeZone ?? 'UTC';
  return [...opening, ...blackouts.map((blackout) => blackoutWords(blackout, zone))].join('; ');
}

function windowWords({ schedule, timeZone, durationMs, cutoffMs }: MaintenanceWindow): string {
  const cutoff = cutoffMs === 0 ? '' : `, no start in the last ${lengthWords(cutoffMs)}`;
  const when = `${scheduleWords(schedule)} ${timeZone} for ${lengthWords(durationMs)}`;
  return `${when}${cutoff}${limitWords(schedule)}`;
}

function scheduleWords(schedule: WindowSchedule): string {
  switch (schedule.kind) {
    case 'once':
      return `once, ${momentWords(schedule.start)}`;
    case 'cron':
      return cronWords(schedule.expression);
    case 'rrule':
      return `${ruleWords(schedule.rule)} ${schedule.at}`;
    default:
      return schedule satisfies never;
  }
}

const weekdays = [
  'Sundays',
  'Mondays',
  'Tuesdays',
  'Wednesdays',
  'Thursdays',
  'Fridays',
  'Saturdays',
];
const ruleDays = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
const cronDays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** `Saturdays and Sundays`; null when one of them is more than a plain day. */
function dayWords(list: string, names: readonly string[]): string | null {
  const found = list
    .split(',')
    .map((one) => weekdays[/^[0-7]$/.test(one) ? Number(one) % 7 : names.indexOf(one)]);
  if (found.includes(undefined)) return null;
  const words = [...new Set(found)];
  return words.length === 1
    ? (words[0] ?? null)
    : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

const untilPart = /;?\bUNTIL=([^;]+)/;

function ruleWords(rule: string): string {
  const bare = rule.replace(untilPart, '').replace(/^;/, '');
  if (bare === 'FREQ=DAILY') return 'daily';
  const days = /^FREQ=WEEKLY;BYDAY=([A-Z,]+)$/.exec(bare)?.[1];
  const plain = days === undefined ? null : dayWords(days, ruleDays);
  return plain ?? libraryWords(bare);
}

/** The first and the last day of a rule that has them. */
function limitWords(schedule: WindowSchedule): string {
  if (schedule.kind !== 'rrule') return '';
  const until = untilPart.exec(schedule.rule)?.[1];
  const from = schedule.startDate === undefined ? '' : `, from ${schedule.startDate}`;
  return until === undefined ? from : `${from}, until ${untilWords(until)}`;
}

/** At midnight, because the library would tell the time of day in its own way. */
const libraryWords = (rule: string): string =>
  toText(new RRuleTemporal({ rruleString: `DTSTART:20000103T000000Z\nRRULE:${rule}` }), 'en');

const untilWords = (text: string): string =>
  text
    .replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3')
    .replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)\d\dZ$/, '$1-$2-$3 $4:$5 UTC');

function cronWords(expression: string): string {
  const match = /^(\d{1,2}) (\d{1,2}) \* \* (\S+)$/.exec(expression);
  const [, minute = '', hour = '', days = ''] = match ?? [];
  const words = days === '*' ? 'daily' : dayWords(days, cronDays);
  if (match === null || words === null) return `by cron "${expression}"`;
  return `${words} ${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
}

function blackoutWords(blackout: Blackout, zone: string): string {
  const where = blackout.timeZone === zone ? '' : ` ${blackout.timeZone}`;
  return blackout.kind === 'span'
    ? `blackout ${blackout.name} ${momentWords(blackout.start)} to ${momentWords(blackout.end)}${where}`
    : `blackout ${blackout.name} in the events of ${blackout.file}${where}`;
}

const momentWords = (local: string): string => local.replace('T', ' ');
