import type { MaintenanceWindow } from '../../../contracts/window';
import { nextStarts, readCalendar } from '../../../domain/calendar';
import { changesOf, firstShown, lastShown } from './intl-clock';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const daily = (at: string, timeZone: string, durationMs = 3 * hour): MaintenanceWindow => ({
  name: 'window',
  schedule: { kind: 'rrule', rule: 'FREQ=DAILY', at },
  timeZone,
  durationMs,
  cutoffMs: 30 * minute,
});

const once = (start: string, timeZone: string, durationMs = 3 * hour): MaintenanceWindow => ({
  ...daily('00:00', timeZone, durationMs),
  schedule: { kind: 'once', start },
});

const utc = (at: number | undefined): string => new Date(at ?? Number.NaN).toISOString();

/** The moments were worked out by hand from the tz database's rules (offsets in the comments). */
test.each([
  // +01:00 until 01:00 UTC, then +02:00: 02:00 to 03:00 does not exist.
  { zone: 'Europe/Berlin', start: '2026-03-29T01:59', is: '2026-03-29T00:59:00.000Z' },
  { zone: 'Europe/Berlin', start: '2026-03-29T02:00', is: '2026-03-29T01:00:00.000Z' },
  { zone: 'Europe/Berlin', start: '2026-03-29T02:30', is: '2026-03-29T01:00:00.000Z' },
  { zone: 'Europe/Berlin', start: '2026-03-29T03:00', is: '2026-03-29T01:00:00.000Z' },
  // +02:00 until 01:00 UTC, then +01:00: 02:00 to 03:00 comes twice.
  { zone: 'Europe/Berlin', start: '2026-10-25T02:00', is: '2026-10-25T00:00:00.000Z' },
  { zone: 'Europe/Berlin', start: '2026-10-25T02:30', is: '2026-10-25T00:30:00.000Z' },
  { zone: 'Europe/Berlin', start: '2026-10-25T03:00', is: '2026-10-25T02:00:00.000Z' },
  // -05:00 to -04:00 at 07:00 UTC, back at 06:00 UTC.
  { zone: 'America/New_York', start: '2027-03-14T02:15', is: '2027-03-14T07:00:00.000Z' },
  { zone: 'America/New_York', start: '2027-11-07T01:15', is: '2027-11-07T05:15:00.000Z' },
  // +10:30 to +11:00 at 15:30 UTC, half an hour; back at 15:00 UTC.
  { zone: 'Australia/Lord_Howe', start: '2026-10-04T02:15', is: '2026-10-03T15:30:00.000Z' },
  { zone: 'Australia/Lord_Howe', start: '2026-04-05T01:45', is: '2026-04-04T14:45:00.000Z' },
  // +01:00 to +00:00 for Ramadan and back, at 02:00 UTC of 2025-02-23 and 2025-04-06.
  { zone: 'Africa/Casablanca', start: '2025-02-23T02:30', is: '2025-02-23T01:30:00.000Z' },
  { zone: 'Africa/Casablanca', start: '2025-04-06T02:30', is: '2025-04-06T02:00:00.000Z' },
  // -03:00 to -02:00 at midnight: 00:00 to 01:00 did not exist; 23:00 to 24:00 came twice.
  { zone: 'America/Sao_Paulo', start: '2018-11-04T00:00', is: '2018-11-04T03:00:00.000Z' },
  { zone: 'America/Sao_Paulo', start: '2018-02-17T23:30', is: '2018-02-18T01:30:00.000Z' },
  // -10:00 to +14:00: the 30th of December did not exist.
  { zone: 'Pacific/Apia', start: '2011-12-29T23:00', is: '2011-12-30T09:00:00.000Z' },
  { zone: 'Pacific/Apia', start: '2011-12-30T12:00', is: '2011-12-30T10:00:00.000Z' },
  { zone: 'UTC', start: '2026-03-29T02:30', is: '2026-03-29T02:30:00.000Z' },
])('$start in $zone begins at $is', ({ zone, start, is }) => {
  expect(utc(nextStarts(once(start, zone), Date.UTC(2011, 0), 1)[0])).toBe(is);
});

const zones = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'America/Sao_Paulo',
  'Pacific/Apia',
  'UTC',
];
const years = [2011, 2018, 2026, 2027];

/** Local times in the middle and at both ends of what a change leaves out or repeats, and a minute beside it. */
const timesAt = (before: string, after: string): readonly string[] => {
  const [a, b] = [Date.parse(`${before}Z`), Date.parse(`${after}Z`)].toSorted((x, y) => x - y);
  const [low = 0, high = 0] = [a, b];
  return [low - minute, low, low + 7 * minute, high - minute, high].map((wall) =>
    new Date(wall).toISOString().slice(0, 16),
  );
};

const changes = zones.flatMap((zone) =>
  years.flatMap((year) => changesOf(year, zone).map((change) => ({ zone, ...change }))),
);

test('the years have changes of an hour, of half an hour, at midnight and of a whole day', () => {
  const seen = changes.map(({ zone, before, after }) => `${zone} ${before} ${after}`);
  expect(seen).toEqual(
    expect.arrayContaining([
      'Europe/Berlin 2026-03-29T02:00 2026-03-29T03:00',
      'Europe/Berlin 2026-10-25T03:00 2026-10-25T02:00',
      'Australia/Lord_Howe 2026-10-04T02:00 2026-10-04T02:30',
      'America/Sao_Paulo 2018-11-04T00:00 2018-11-04T01:00',
      'Pacific/Apia 2011-12-30T00:00 2011-12-31T00:00',
    ]),
  );
  expect(seen.some((one) => one.startsWith('UTC'))).toBe(false);
});

test.each(changes)(
  'around the change in $zone at $before starts are where a clock first shows them',
  ({ zone, before, after }) => {
    for (const start of timesAt(before, after)) {
      const expected = firstShown(start, zone);
      const [month, date, hours, minutes] = start.slice(5).split(/[-T:]/).map(Number);
      const yearly = `FREQ=YEARLY;BYMONTH=${month};BYMONTHDAY=${date}`;
      const cron = `${minutes} ${hours} ${date} ${month} *`;
      for (const schedule of [
        { kind: 'once', start } as const,
        { kind: 'cron', expression: cron } as const,
        { kind: 'rrule', rule: yearly, at: start.slice(11) } as const,
      ]) {
        const window = { ...daily('00:00', zone), schedule };
        const found = nextStarts(window, expected, 1)[0];
        expect([schedule.kind, start, utc(found)]).toEqual([schedule.kind, start, utc(expected)]);
      }
    }
  },
);

test.each(changes)('a window across the change in $zone at $before is as long as any', (change) => {
  const { zone, at } = change;
  const start = new Date(Date.parse(`${change.before}Z`) - 90 * minute).toISOString().slice(0, 16);
  const { openings } = readCalendar(
    { windows: [once(start, zone)], blackouts: [] },
    {},
    { from: at - day, until: at + day },
  );
  const from = firstShown(start, zone);
  expect(openings).toEqual([
    { from, until: from + 3 * hour, cutoffAt: from + 2.5 * hour, window: 'window' },
  ]);
});

test.each(changes)(
  'a blackout at the change in $zone at $before holds while it may be meant',
  (change) => {
    const { zone, before, after } = change;
    for (const edge of timesAt(before, after)) {
      const early = new Date(Date.parse(`${edge}Z`) - 5 * hour).toISOString().slice(0, 16);
      const late = new Date(Date.parse(`${edge}Z`) + 5 * hour).toISOString().slice(0, 16);
      for (const [start, end] of [
        [early, edge],
        [edge, late],
      ] as const) {
        const { blackouts } = readCalendar(
          { windows: [], blackouts: [{ kind: 'span', name: 'b', start, end, timeZone: zone }] },
          {},
          { from: change.at - 3 * day, until: change.at + 3 * day },
        );
        const [from, until] = [firstShown(start, zone), lastShown(end, zone)];
        expect([start, end, blackouts]).toEqual([
          start,
          end,
          from < until ? [{ from, until }] : [],
        ]);
      }
    }
  },
);

test('a blackout of whole days begins and ends with their first moment, also where there are two midnights or none', () => {
  const { blackouts } = readCalendar(
    {
      windows: [],
      blackouts: [
        {
          kind: 'span',
          name: 'c',
          start: '2026-10-31',
          end: '2026-11-01',
          timeZone: 'America/Havana',
        },

        {
          kind: 'span',
          name: 'a',
          start: '2018-11-03',
          end: '2018-11-04',
          timeZone: 'America/Sao_Paulo',
        },
        {
          kind: 'span',
          name: 'b',
          start: '2011-12-29',
          end: '2011-12-31',
          timeZone: 'Pacific/Apia',
        },
      ],
    },
    {},
    { from: Date.UTC(2011, 0), until: Date.UTC(2027, 0) },
  );
  expect(blackouts.map(({ from, until }) => [utc(from), utc(until)])).toEqual([
    ['2011-12-29T10:00:00.000Z', '2011-12-30T10:00:00.000Z'],
    ['2018-11-03T03:00:00.000Z', '2018-11-04T03:00:00.000Z'],
    // At 01:00 of the first of November clocks there go back to midnight, from -04:00 to -05:00.
    ['2026-10-31T04:00:00.000Z', '2026-11-01T04:00:00.000Z'],
  ]);
});
