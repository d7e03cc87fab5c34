import fc from 'fast-check';

import { cronProblem } from '../../../contracts/cron.schema';
import { ruleProblem } from '../../../contracts/recurrence.schema';
import type { MaintenanceWindow, WindowSchedule } from '../../../contracts/window';
import { nextStarts } from '../../../domain/calendar';
import { expand } from '../../../domain/calendar/expand';
import { startsBetween } from '../../../domain/calendar/starts';

const hour = 3_600_000;
const day = 24 * hour;

const window = (schedule: WindowSchedule, timeZone = 'UTC'): MaintenanceWindow => ({
  name: 'window',
  schedule,
  timeZone,
  durationMs: hour,
  cutoffMs: 0,
});
const rule = (text: string, startDate?: string): MaintenanceWindow =>
  window({
    kind: 'rrule',
    rule: text,
    at: '22:00',
    ...(startDate === undefined ? {} : { startDate }),
  });
const cron = (expression: string): MaintenanceWindow => window({ kind: 'cron', expression });

const from = Date.parse('2026-01-01');

const next = (one: MaintenanceWindow, count = 3, since = from): string[] =>
  nextStarts(one, since, count).map((at) => new Date(at).toISOString().slice(0, 16));

// Saturdays of 2026: January 3, 10, 17, 24, 31.
test.each([
  { one: rule('FREQ=WEEKLY;BYDAY=SA'), is: ['2026-01-03', '2026-01-10', '2026-01-17'] },
  { one: rule('FREQ=MONTHLY;BYDAY=2TU'), is: ['2026-01-13', '2026-02-10', '2026-03-10'] },
  { one: rule('FREQ=MONTHLY;BYDAY=-1SU'), is: ['2026-01-25', '2026-02-22', '2026-03-29'] },
  { one: rule('FREQ=MONTHLY;BYMONTHDAY=-1'), is: ['2026-01-31', '2026-02-28', '2026-03-31'] },
  {
    one: rule('FREQ=MONTHLY;BYDAY=SA,SU;BYSETPOS=-1'),
    is: ['2026-01-31', '2026-02-28', '2026-03-29'],
  },
  {
    one: rule('FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13'),
    is: ['2026-02-13', '2026-03-13', '2026-11-13'],
  },
  {
    one: rule('FREQ=WEEKLY;INTERVAL=2;BYDAY=SA', '2025-12-27'),
    is: ['2026-01-10', '2026-01-24', '2026-02-07'],
  },
  {
    one: rule('FREQ=WEEKLY;INTERVAL=2;BYDAY=SA', '2026-01-03'),
    is: ['2026-01-03', '2026-01-17', '2026-01-31'],
  },
  { one: rule('FREQ=WEEKLY', '2026-03-05'), is: ['2026-03-05', '2026-03-12', '2026-03-19'] },
  { one: rule('FREQ=WEEKLY;COUNT=3;BYDAY=SA', '2025-12-27'), is: ['2026-01-03', '2026-01-10'] },
  { one: rule('FREQ=WEEKLY;BYDAY=SA;UNTIL=20260110'), is: ['2026-01-03', '2026-01-10'] },
  { one: rule('FREQ=WEEKLY;BYDAY=SA;UNTIL=20260110T220000Z'), is: ['2026-01-03', '2026-01-10'] },
  { one: rule('UNTIL=20260110T215959Z;FREQ=WEEKLY;BYDAY=SA'), is: ['2026-01-03'] },
  {
    one: rule('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29'),
    is: ['2028-02-29', '2032-02-29', '2036-02-29'],
  },
  { one: rule('FREQ=MONTHLY;BYDAY=1SA;BYMONTHDAY=20'), is: [] },
  { one: cron('0 22 * * 6'), is: ['2026-01-03', '2026-01-10', '2026-01-17'] },
  { one: cron('0 22 * * TUE#2'), is: ['2026-01-13', '2026-02-10', '2026-03-10'] },
  { one: cron('0 22 * * SUN#L'), is: ['2026-01-25', '2026-02-22', '2026-03-29'] },
  { one: cron('0 22 L * *'), is: ['2026-01-31', '2026-02-28', '2026-03-31'] },
  { one: cron('0 22 31 1-6/2 *'), is: ['2026-01-31', '2026-03-31', '2026-05-31'] },
  { one: cron('0 22 2 * 6'), is: ['2026-01-02', '2026-01-03', '2026-01-10'] },
  { one: cron('0 22 29 2 *'), is: ['2028-02-29', '2032-02-29', '2036-02-29'] },
])('the next starts of $one.schedule', ({ one, is }) => {
  expect(next(one)).toEqual(is.map((date) => `${date}T22:00`));
});

test('a rule for every day is followed however long ago it began', () => {
  const later = Date.parse('2061-05-01');
  const is = ['2061-05-01T22:00', '2061-05-02T22:00'];
  expect(next(rule('FREQ=DAILY'), 2, later)).toEqual(is);
  expect(next(rule('FREQ=DAILY', '1970-01-01'), 2, later)).toEqual(is);
});

test('a rule may come more than ten thousand times', () => {
  const time = { start: 0, from: 0, until: 15_000 * day };
  expect(expand('FREQ=DAILY', time)).toHaveLength(15_001);
  expect(expand('FREQ=DAILY;COUNT=12000', time)).toHaveLength(12_000);
});

test('UNTIL as a day is the last local day, as a time a moment in UTC', () => {
  // 22:00 in New York is 03:00 of the next day in UTC.
  const until = (text: string): string[] =>
    next(
      window({ kind: 'rrule', rule: `FREQ=DAILY;UNTIL=${text}`, at: '22:00' }, 'America/New_York'),
      9,
    );
  const two = ['2026-01-01T03:00', '2026-01-02T03:00', '2026-01-03T03:00'];
  expect(until('20260102')).toEqual(two);
  expect(until('20260103T030000Z')).toEqual(two);
  expect(until('20260103T025959Z')).toEqual(two.slice(0, 2));
});

test('a start at the moment that is asked from is the next one', () => {
  const saturday = Date.parse('2026-01-03T22:00Z');
  expect(next(rule('FREQ=WEEKLY;BYDAY=SA'), 1, saturday)).toEqual(['2026-01-03T22:00']);
  expect(next(rule('FREQ=WEEKLY;BYDAY=SA'), 1, saturday + 1)).toEqual(['2026-01-10T22:00']);
  expect(next(window({ kind: 'once', start: '2026-01-03T22:00' }), 3, saturday + 1)).toEqual([]);
});

test('two local times that are one moment are one start', () => {
  // Berlin has neither 02:00 nor anything before 03:00 on 29 March 2026.
  const twice = window({ kind: 'cron', expression: '0 2,3 29 3 *' }, 'Europe/Berlin');
  expect(next(twice, 1)).toEqual(['2026-03-29T01:00']);
  expect(startsBetween(twice, from, Date.parse('2027-01-01'))).toHaveLength(1);
});

const list = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<string> =>
  fc.uniqueArray(values, { minLength: 1, maxLength: 3 }).map((found) => found.join(','));
const signed = (max: number) => fc.integer({ min: -max, max }).filter((value) => value !== 0);
const weekday = fc.constantFrom('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU');
const part = (name: string, value: fc.Arbitrary<string>) => value.map((text) => `;${name}=${text}`);

const rules = fc
  .tuple(
    fc.constantFrom('DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'),
    fc.subarray(
      [
        part('INTERVAL', fc.integer({ min: 1, max: 5 }).map(String)),
        part('BYDAY', list(weekday)),
        part('BYDAY', list(fc.tuple(signed(7), weekday).map((pair) => pair.join('')))),
        part('BYMONTH', list(fc.integer({ min: 1, max: 12 }))),
        part('BYMONTHDAY', list(signed(31))),
        part('BYYEARDAY', list(signed(366))),
        part('BYWEEKNO', list(signed(53))),
        part('BYSETPOS', list(signed(4))),
        part('WKST', weekday),
        part('COUNT', fc.integer({ min: 1, max: 20 }).map(String)),
        part('UNTIL', fc.constantFrom('20270101', '20270101T120000Z')),
      ],
      { maxLength: 4 },
    ),
  )
  .chain(([frequency, parts]) =>
    fc.tuple(...parts).map((texts) => `FREQ=${frequency}${texts.join('')}`),
  );

const values = (min: number, max: number): fc.Arbitrary<string> => {
  const number = fc.integer({ min, max });
  return fc.oneof(
    fc.constant('*'),
    fc.integer({ min: 1, max: 9 }).map((step) => `*/${step}`),
    list(number),
    fc
      .tuple(number, number, fc.integer({ min: 1, max: 4 }))
      .map(([a, b, step]) => `${Math.min(a, b)}-${Math.max(a, b)}/${step}`),
  );
};
const expressions = fc
  .tuple(
    fc.integer({ min: 0, max: 59 }),
    values(0, 23),
    fc.oneof(values(1, 31), fc.constantFrom('L', '1,L')),
    fc.oneof(values(1, 12), fc.constantFrom('JAN', 'OCT-DEC')),
    fc.oneof(values(0, 7), fc.constantFrom('SAT', 'MON-FRI', 'TUE#2', '6#L')),
  )
  .map((fields) => fields.join(' '));

test('what a plan may say, the libraries understand', () => {
  let rulesSeen = 0;
  let cronsSeen = 0;
  fc.assert(
    fc.property(rules, expressions, (text, expression) => {
      if (ruleProblem(text, true) === null) {
        rulesSeen += 1;
        const one = rule(text, '2025-11-15');
        const starts = startsBetween(one, from, from + 200 * day);
        expect(starts.every((at) => at % day === 22 * hour)).toBe(true);
      }
      if (cronProblem(expression) === null) {
        cronsSeen += 1;
        expect(() => startsBetween(cron(expression), from, from + 5 * day)).not.toThrow();
      }
    }),
    { numRuns: 100, seed: 7 },
  );
  expect(rulesSeen).toBeGreaterThan(20);
  expect(cronsSeen).toBeGreaterThan(50);
});
