import { fieldName, type Parsed, parseWith } from '../../contracts/parsed.schema';
import { block } from '../../contracts/fields.schema';
import { calendarField, parseReadCalendarInput } from '../../contracts/resolved-calendar.schema';
import { calendarOf, planBlackouts, planWindows } from '../../contracts/window.schema';

const plan = block({
  window: planWindows.optional(),
  blackoutWindows: planBlackouts.optional(),
});

const read = (raw: unknown) => parseWith(plan, raw);

const problems = (parsed: Parsed<unknown>): string[] =>
  parsed.ok
    ? []
    : parsed.problems.map(
        ({ path, message, advice }) => `${fieldName(path)} ${message}; ${advice}`,
      );

const nights = {
  schedule: 'RRULE:FREQ=WEEKLY;BYDAY=SA',
  at: '22:00',
  scheduleTimezone: 'Europe/Berlin',
  duration: '6h',
};
const cron = { schedule: '0 22 * * 6', scheduleTimezone: 'Europe/Berlin', duration: '6h' };
const once = { start: '2026-12-05T22:00', scheduleTimezone: 'Europe/Berlin', duration: '6h' };

const resolved = {
  name: 'window',
  schedule: { kind: 'rrule', rule: 'FREQ=WEEKLY;BYDAY=SA', at: '22:00' },
  timeZone: 'Europe/Berlin',
  durationMs: 21_600_000,
  cutoffMs: 0,
};

test('one window or several, each in any of the forms, and how they are resolved', () => {
  expect(read({ window: { ...nights, cutoff: '45m' } })).toEqual({
    ok: true,
    value: { window: [{ ...resolved, cutoffMs: 2_700_000 }] },
  });
  expect(
    read({
      window: [
        { ...nights, schedule: ' rrule:freq=weekly;byday=sa ', name: 'nights' },
        { ...cron, schedule: ' 0  22 * * sat ' },
        once,
        { ...once, start: '2026-12-05 22:00:00' },
        { ...nights, schedule: 'RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=SA', startDate: '2026-12-05' },
      ],
    }),
  ).toEqual({
    ok: true,
    value: {
      window: [
        { ...resolved, name: 'nights' },
        { ...resolved, name: 'window-2', schedule: { kind: 'cron', expression: '0 22 * * SAT' } },
        { ...resolved, name: 'window-3', schedule: { kind: 'once', start: '2026-12-05T22:00' } },
        { ...resolved, name: 'window-4', schedule: { kind: 'once', start: '2026-12-05T22:00' } },
        {
          ...resolved,
          name: 'window-5',
          schedule: {
            kind: 'rrule',
            rule: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=SA',
            at: '22:00',
            startDate: '2026-12-05',
          },
        },
      ],
    },
  });
});

test('a blackout without a zone is in that of the first window, or in UTC', () => {
  const blackoutWindows = {
    'year-end': { start: '2026-12-20', end: '2027-01-06' },
    audit: { start: '2026-11-02T08:00', end: '2026-11-02 18:00', timezone: 'America/New_York' },
    freeze: { calendar: 'freeze.ics' },
  };
  const calendar = (raw: unknown) => {
    const parsed = read(raw);
    return parsed.ok ? calendarOf(parsed.value.window, parsed.value.blackoutWindows) : null;
  };
  const blackouts = (timeZone: string) => [
    { kind: 'span', name: 'year-end', start: '2026-12-20', end: '2027-01-06', timeZone },
    {
      kind: 'span',
      name: 'audit',
      start: '2026-11-02T08:00',
      end: '2026-11-02T18:00',
      timeZone: 'America/New_York',
    },
    { kind: 'calendar', name: 'freeze', file: 'freeze.ics', timeZone },
  ];
  const withWindow = calendar({ window: nights, blackoutWindows });
  expect(withWindow).toEqual({ windows: [resolved], blackouts: blackouts('Europe/Berlin') });
  expect(calendar({ blackoutWindows })).toEqual({ windows: [], blackouts: blackouts('UTC') });
  expect(calendar({})).toBeNull();
  // What is resolved crosses process boundaries.
  expect(parseWith(calendarField, withWindow)).toEqual({ ok: true, value: withWindow });
});

test.each([
  { zone: 'Europe/Berln', advice: 'did you mean Europe/Berlin?' },
  { zone: 'europe/berlin', advice: 'did you mean Europe/Berlin?' },
  { zone: 'Berlin', advice: 'did you mean Europe/Berlin?' },
  { zone: 'utc', advice: 'did you mean UTC?' },
  { zone: 'EST', advice: 'write the IANA name of a zone, such as Europe/Berlin or UTC' },
  { zone: '+01:00', advice: 'write the IANA name of a zone, such as Europe/Berlin or UTC' },
])('$zone is no zone', ({ zone, advice }) => {
  expect(problems(read({ window: { ...nights, scheduleTimezone: zone } }))).toEqual([
    `window.scheduleTimezone is no time zone: "${zone}"; ${advice}`,
  ]);
});

test.each(['UTC', 'GMT', 'Asia/Calcutta', 'Asia/Kolkata', 'America/Argentina/Ushuaia'])(
  '%s is a zone',
  (zone) => {
    expect(problems(read({ window: { ...nights, scheduleTimezone: zone } }))).toEqual([]);
  },
);

const mistakes = [
  {
    rule: 'FREQ=HOURLY',
    says: 'has the part "FREQ=HOURLY"; a window begins once a day at most: use DAILY',
  },
  {
    rule: 'FREQ=FORTNIGHTLY',
    says: 'has the part "FREQ=FORTNIGHTLY"; write DAILY, WEEKLY, MONTHLY, YEARLY',
  },
  { rule: 'BYDAY=SA', says: 'has no FREQ; add FREQ=WEEKLY, or DAILY, MONTHLY, YEARLY' },
  { rule: '', says: 'has an empty part; write parts such as FREQ=WEEKLY;BYDAY=SA' },
  { rule: 'FREQ=WEEKLY;', says: 'has an empty part; write parts such as FREQ=WEEKLY;BYDAY=SA' },
  {
    rule: 'WEEKLY ON SATURDAY',
    says: 'has the part "WEEKLY ON SATURDAY"; write parts such as FREQ=WEEKLY;BYDAY=SA',
  },
  { rule: 'FREQ=WEEKLY;BYDAY=SA;BYDAY=SU', says: 'names BYDAY twice; remove one of the two' },
  {
    rule: 'FREQ=WEEKLY;BYDAY=SAT',
    says: 'has the part "BYDAY=SAT"; write days such as SA, or 2TU for the second Tuesday',
  },
  {
    rule: 'FREQ=WEEKLY;BYDAY=2SA',
    says: 'has the part "BYDAY=2SA"; use numbered days with FREQ=MONTHLY, or YEARLY without BYWEEKNO',
  },
  {
    rule: 'FREQ=MONTHLY;BYDAY=6SA',
    says: 'has the part "BYDAY=6SA"; a month has at most five of a day',
  },
  {
    rule: 'FREQ=MONTHLY;BYMONTHDAY=32',
    says: 'has the part "BYMONTHDAY=32"; write days from 1 to 31, or -1 to -31',
  },
  {
    rule: 'FREQ=WEEKLY;BYMONTHDAY=3',
    says: 'has BYMONTHDAY with FREQ=WEEKLY; use it with FREQ=DAILY or MONTHLY or YEARLY',
  },
  {
    rule: 'FREQ=MONTHLY;BYWEEKNO=3;BYDAY=SA',
    says: 'has BYWEEKNO with FREQ=MONTHLY; use it with FREQ=YEARLY',
  },
  {
    rule: 'FREQ=MONTHLY;BYYEARDAY=3',
    says: 'has BYYEARDAY with FREQ=MONTHLY; use it with FREQ=YEARLY',
  },
  {
    rule: 'FREQ=YEARLY;BYMONTH=13;BYDAY=SA',
    says: 'has the part "BYMONTH=13"; write months from 1 to 12',
  },
  {
    rule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30',
    says: 'never comes: no such month has such a day; correct BYMONTH or BYMONTHDAY',
  },
  {
    rule: 'FREQ=DAILY;BYSETPOS=1',
    says: 'has BYSETPOS alone; add the days of which it picks, such as BYDAY=SA,SU',
  },
  {
    rule: 'FREQ=DAILY;BYHOUR=3',
    says: 'has the part "BYHOUR"; write the time of day as at: "22:00"; another time of day is another window',
  },
  {
    rule: 'DTSTART=20261205T220000;FREQ=DAILY',
    says: 'has the part "DTSTART"; write the first day as startDate: 2026-12-05 and the time as at: "22:00"',
  },
  {
    rule: 'FREQ=DAILY;BYMOON=1',
    says: 'has the part "BYMOON"; use FREQ, INTERVAL, COUNT, UNTIL, WKST, BYDAY, BYMONTH, BYMONTHDAY, BYYEARDAY, BYWEEKNO, BYSETPOS',
  },
  { rule: 'FREQ=WEEKLY', says: 'says no day; add one, such as BYDAY=SA or BYMONTHDAY=1' },
  {
    rule: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=SA',
    says: 'has INTERVAL and no first day; add startDate: 2026-12-05, the day from which it is counted',
  },
  {
    rule: 'FREQ=WEEKLY;COUNT=3;BYDAY=SA',
    says: 'has COUNT and no first day; add startDate: 2026-12-05, the day from which it is counted',
  },
  { rule: 'FREQ=DAILY;COUNT=3;UNTIL=20261231', says: 'has COUNT and UNTIL; remove one of the two' },
  {
    rule: 'FREQ=DAILY;INTERVAL=0',
    says: 'has the part "INTERVAL=0"; write a number from 1 to 999',
  },
  {
    rule: 'FREQ=DAILY;UNTIL=20260230',
    says: 'has the part "UNTIL=20260230"; write the last day, such as 20261231, or a time in UTC',
  },
  {
    rule: 'FREQ=DAILY;UNTIL=20261231T220000',
    says: 'has the part "UNTIL=20261231T220000"; write the last day, such as 20261231, or a time in UTC',
  },
  {
    rule: `FREQ=DAILY;BYMONTHDAY=${'1,'.repeat(260)}1`,
    says: 'is too long; write at most 500 characters',
  },
];

test.each(mistakes)('the rule $rule is refused', ({ rule, says }) => {
  expect(problems(read({ window: { ...nights, schedule: `RRULE:${rule}` } }))).toEqual([
    `window.schedule ${says}`,
  ]);
});

const fields = 'write minute, hour, day of month, month and day of week, such as 0 22 * * 6';

test.each([
  { expression: '0 0 22 * * 6', says: `has 6 fields; ${fields}: no seconds, no year` },
  { expression: '@weekly', says: `is "@WEEKLY"; ${fields}` },
  { expression: 'cron(0 22 ? * SAT *)', says: `has 6 fields; ${fields}: no seconds, no year` },
  {
    expression: '61 22 * * 6',
    says: 'has the minute "61"; write *, or numbers from 0 to 59, such as 58 or 0-58/2',
  },
  {
    expression: '0 24 * * 6',
    says: 'has the hour "24"; write *, or numbers from 0 to 23, such as 22 or 0-22/2',
  },
  {
    expression: '0 22 0 * *',
    says: 'has the day of month "0"; write *, or numbers from 1 to 31, such as 30 or 1-30/2',
  },
  {
    expression: '0 22 * 13 *',
    says: 'has the month "13"; write *, or numbers from 1 to 12, names such as DEC, such as 11 or 1-11/2',
  },
  {
    expression: '0 22 * * SAM',
    says: 'has the day of week "SAM"; write *, or numbers from 0 to 7, names such as SAT, such as 6 or 0-6/2',
  },
  {
    expression: '0 22 5/2 * *',
    says: 'has the day of month "5/2"; write *, or numbers from 1 to 31, such as 30 or 1-30/2',
  },
  {
    expression: '0 22 ? * 6',
    says: 'has the day of month "?"; write *, or numbers from 1 to 31, such as 30 or 1-30/2',
  },
  {
    expression: '*/15 22 * * 6',
    says: 'begins more than once an hour; name one minute, such as 0 22 * * 6',
  },
  {
    expression: '0 * * * *',
    says: 'begins every hour; name the hours, such as 0 22 * * 6, or leave window out',
  },
  {
    expression: '0 22 30 2 *',
    says: 'never comes: no such month has such a day; correct the day of month or the month',
  },
  {
    expression: 'FREQ=WEEKLY;BYDAY=SA',
    says: 'is "FREQ=WEEKLY;BYDAY=SA"; write RRULE: before a recurrence rule',
  },
  {
    expression: `0 22 * * ${'6,'.repeat(120)}6`,
    says: 'is too long; write at most 200 characters',
  },
])('the cron expression $expression is refused', ({ expression, says }) => {
  expect(problems(read({ window: { ...cron, schedule: expression } }))).toEqual([
    `window.schedule ${says}`,
  ]);
});

const moment = 'write a local date and time: 2026-12-05T22:00';

test.each([
  {
    name: 'a rule without a time',
    window: { ...nights, at: undefined },
    says: ['.at is missing; add the time of day, such as at: "22:00"'],
  },
  {
    name: 'a time that does not exist',
    window: { ...nights, at: '24:00' },
    says: ['.at is "24:00"; write a time of day: 22:00'],
  },
  {
    name: 'a time that YAML 1.1 made a number',
    window: { ...nights, at: 1320 },
    says: ['.at is no text; write a time of day: 22:00, in quotes'],
  },
  {
    name: 'a time beside cron',
    window: { ...cron, at: '22:00' },
    says: ['.at belongs to a schedule with RRULE; remove it: cron has the time itself'],
  },
  {
    name: 'a first day beside cron',
    window: { ...cron, startDate: '2026-12-05' },
    says: ['.startDate belongs to a schedule with RRULE; remove it: cron has the time itself'],
  },
  {
    name: 'a time beside start',
    window: { ...once, at: '22:00' },
    says: ['.at belongs to a schedule; remove it, or add schedule: "RRULE:…"'],
  },
  {
    name: 'two ways at once',
    window: { ...nights, start: '2026-12-05T22:00' },
    says: ['.start is given beside schedule; remove one of the two'],
  },
  {
    name: 'no way at all',
    window: { ...once, start: undefined },
    says: [
      ' says not when it begins; add schedule: "RRULE:FREQ=WEEKLY;BYDAY=SA", or start: for a single one',
    ],
  },
  {
    name: 'no zone',
    window: { ...nights, scheduleTimezone: undefined },
    says: ['.scheduleTimezone is missing; add it: a text (in quotes if it looks like a number)'],
  },
  {
    name: 'no duration',
    window: { ...nights, duration: undefined },
    says: ['.duration is missing; add a duration, such as 30m'],
  },
  {
    name: 'no length',
    window: { ...nights, duration: '0h' },
    says: ['.duration is "0h"; make it at least 1m'],
  },
  {
    name: 'more than a week',
    window: { ...nights, duration: '169h' },
    says: ['.duration is "169h"; make it at most 7d'],
  },
  {
    name: 'a cut-off of all of it',
    window: { ...nights, cutoff: '6h' },
    says: [
      '.cutoff is as long as the window or longer, so that no host could be begun; make it shorter than duration',
    ],
  },
  {
    name: 'a day that does not exist',
    window: { ...once, start: '2026-02-30T22:00' },
    says: [`.start is "2026-02-30T22:00", which does not exist; ${moment}`],
  },
  {
    name: 'a day without a time',
    window: { ...once, start: '2026-12-05' },
    says: [`.start is "2026-12-05"; ${moment}`],
  },
  {
    name: 'an offset',
    window: { ...once, start: '2026-12-05T22:00+01:00' },
    says: [
      `.start is "2026-12-05T22:00+01:00", which has an offset; ${moment}; the zone is a field`,
    ],
  },
  {
    name: 'a date that YAML 1.1 read',
    window: { ...once, start: new Date(0) },
    says: [`.start is no text; ${moment}, in quotes`],
  },
  {
    name: 'an unknown field',
    window: { ...nights, lenght: '6h' },
    says: [
      '.lenght is not a known field; use one of: name, schedule, at, startDate, start, scheduleTimezone, duration, cutoff',
    ],
  },
  {
    name: 'a bad name',
    window: { ...nights, name: 'sat night' },
    says: ['.name is "sat night"; write a name of letters, digits, dots and hyphens'],
  },
])('a window with $name is refused, alone and in a list', ({ window, says }) => {
  expect(problems(read({ window }))).toEqual(says.map((one) => `window${one}`));
  expect(problems(read({ window: [cron, window] }))).toEqual(says.map((one) => `window[1]${one}`));
});

test('windows are at least one, at most twenty, and have different names', () => {
  expect(problems(read({ window: [] }))).toEqual(['window has 0 windows; give 1 to 20']);
  const many = Array.from({ length: 21 }, () => nights);
  expect(problems(read({ window: many }))).toEqual(['window has 21 windows; give 1 to 20']);
  expect(problems(read({ window: [nights, { ...cron, name: 'window' }] }))).toEqual([
    'window[1] has the name of another window; give it a name of its own',
  ]);
  expect(problems(read({ window: 'Saturdays' }))).toEqual([
    'window is "Saturdays"; make it a block of fields',
  ]);
});

test.each([
  {
    name: 'nothing',
    blackout: {},
    says: [' says not when it is; add start: and end:, or calendar: with an iCalendar file'],
  },
  {
    name: 'no end',
    blackout: { start: '2026-12-20' },
    says: ['.end is missing; add a date, or a local date and time'],
  },
  {
    name: 'no start',
    blackout: { end: '2026-12-20' },
    says: ['.start is missing; add a date, or a local date and time'],
  },
  {
    name: 'an end at its start',
    blackout: { start: '2026-12-20', end: '2026-12-20T00:00' },
    says: [
      '.end is "2026-12-20T00:00", which is not after "2026-12-20"; write the first day or moment after the blackout',
    ],
  },
  {
    name: 'an end before its start',
    blackout: { start: '2026-12-20T10:00', end: '2026-12-20' },
    says: [
      '.end is "2026-12-20", which is not after "2026-12-20T10:00"; write the first day or moment after the blackout',
    ],
  },
  {
    name: 'dates beside a file',
    blackout: { calendar: 'a.ics', start: '2026-12-20' },
    says: ['.start is given beside calendar; remove one of the two'],
  },
  {
    name: 'a day that does not exist',
    blackout: { start: '2026-11-31', end: '2026-12-02' },
    says: [
      '.start is "2026-11-31", which does not exist; write a date, or a local date and time: 2026-12-20 or 2026-12-20T18:00',
    ],
  },
  {
    name: 'an unknown zone',
    blackout: { calendar: 'a.ics', timezone: 'CET' },
    says: [
      '.timezone is no time zone: "CET"; write the IANA name of a zone, such as Europe/Berlin or UTC',
    ],
  },
])('a blackout with $name is refused', ({ blackout, says }) => {
  expect(problems(read({ blackoutWindows: { freeze: blackout } }))).toEqual(
    says.map((one) => `blackoutWindows.freeze${one}`),
  );
});

test('blackouts are at most 200 and have names', () => {
  const freeze = { calendar: 'a.ics' };
  const many = Object.fromEntries(Array.from({ length: 201 }, (_, at) => [`b${at}`, freeze]));
  expect(problems(read({ blackoutWindows: many }))).toEqual([
    'blackoutWindows has too many blackouts; give at most 200, or a calendar',
  ]);
  expect(problems(read({ blackoutWindows: { 'year end': freeze } }))).toEqual([
    'blackoutWindows.year end is "year end"; write a name of letters, digits, dots and hyphens',
  ]);
});

const span = { kind: 'span', name: 'b', start: '2026-12-20', end: '2027-01-06', timeZone: 'UTC' };

test.each([
  { name: 'a field too many', calendar: { windows: [], blackouts: [], more: 1 } },
  { name: 'no blackouts', calendar: { windows: [] } },
  {
    name: 'a rule in another form',
    calendar: {
      windows: [{ ...resolved, schedule: { ...resolved.schedule, rule: 'freq=daily' } }],
      blackouts: [],
    },
  },
  {
    name: 'a rule that is counted from nowhere',
    calendar: {
      windows: [{ ...resolved, schedule: { ...resolved.schedule, rule: 'FREQ=DAILY;INTERVAL=2' } }],
      blackouts: [],
    },
  },
  {
    name: 'a rule that is none',
    calendar: {
      windows: [{ ...resolved, schedule: { ...resolved.schedule, rule: 'FREQ=SECONDLY' } }],
      blackouts: [],
    },
  },
  {
    name: 'a cron expression for every minute',
    calendar: {
      windows: [{ ...resolved, schedule: { kind: 'cron', expression: '* * * * *' } }],
      blackouts: [],
    },
  },
  {
    name: 'a start in another form',
    calendar: {
      windows: [{ ...resolved, schedule: { kind: 'once', start: '2026-12-05 22:00' } }],
      blackouts: [],
    },
  },
  {
    name: 'no cut-off',
    calendar: { windows: [{ ...resolved, cutoffMs: undefined }], blackouts: [] },
  },
  {
    name: 'a cut-off of all',
    calendar: { windows: [{ ...resolved, cutoffMs: resolved.durationMs }], blackouts: [] },
  },
  { name: 'two windows of a name', calendar: { windows: [resolved, resolved], blackouts: [] } },
  {
    name: 'a blackout that ends before it begins',
    calendar: { windows: [], blackouts: [{ ...span, end: '2026-12-20' }] },
  },
  {
    name: 'a blackout without a zone',
    calendar: { windows: [], blackouts: [{ ...span, timeZone: null }] },
  },
  { name: 'two blackouts of a name', calendar: { windows: [], blackouts: [span, span] } },
])('a resolved calendar with $name is refused', ({ calendar }) => {
  expect(parseWith(calendarField, calendar).ok).toBe(false);
  expect(parseWith(calendarField, { windows: [resolved], blackouts: [span] }).ok).toBe(true);
});

test('a calendar is read for a time that is there and has an end', () => {
  const calendar = { windows: [], blackouts: [] };
  const ok = (from: unknown, until: unknown): boolean =>
    parseReadCalendarInput({ calendar, from, until }).ok;
  expect(ok(0, 1)).toBe(true);
  expect(ok(1, 1)).toBe(false);
  expect(ok(2, 1)).toBe(false);
  expect(ok(0, 4 * 366 * 86_400_000)).toBe(false);
  expect(ok(0, '1')).toBe(false);
  expect(ok(0.5, 1)).toBe(false);
});
