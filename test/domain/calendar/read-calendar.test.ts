import fc from 'fast-check';

import type { Blackout, Calendar, Interval, MaintenanceWindow } from '../../../contracts/window';
import { readCalendar } from '../../../domain/calendar';
import { isInside, openingAt } from '../../../domain/window';
import { firstShown, lastShown } from './intl-clock';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const utc = (text: string): number => Date.parse(`${text}Z`);

const window = (
  name: string,
  start: string,
  durationMs: number,
  cutoffMs = 0,
): MaintenanceWindow => ({
  name,
  schedule: { kind: 'once', start },
  timeZone: 'UTC',
  durationMs,
  cutoffMs,
});

const blackout = (start: string, end: string): Blackout => ({
  kind: 'span',
  name: 'b',
  start,
  end,
  timeZone: 'UTC',
});

const span = { from: utc('2026-12-01T00:00'), until: utc('2026-12-08T00:00') };

/** `05 22:00` for the 5th of December 2026. */
const short = (at: number): string => new Date(at).toISOString().slice(8, 16).replace('T', ' ');

const openingsOf = (windows: readonly MaintenanceWindow[], blackouts: readonly Blackout[] = []) =>
  readCalendar({ windows, blackouts }, {}, span).openings.map(
    ({ from, until, cutoffAt, window: name }) =>
      `${short(from)} to ${short(until)}, cut off ${short(cutoffAt)}: ${name}`,
  );

const nights = window('nights', '2026-12-05T22:00', 6 * hour, 45 * minute);

test('a window is open for its duration and cut off before its end', () => {
  expect(openingsOf([nights])).toEqual(['05 22:00 to 06 04:00, cut off 06 03:15: nights']);
});

test.each([
  {
    name: 'in its middle leaves two pieces, each cut off as long before its end',
    blackouts: [blackout('2026-12-06T00:00', '2026-12-06T01:00')],
    is: [
      '05 22:00 to 06 00:00, cut off 05 23:15: nights',
      '06 01:00 to 06 04:00, cut off 06 03:15: nights',
    ],
  },
  {
    name: 'that leaves less than the cut-off leaves an opening in which nothing begins',
    blackouts: [blackout('2026-12-05T22:30', '2026-12-06T03:30')],
    is: [
      '05 22:00 to 05 22:30, cut off 05 22:00: nights',
      '06 03:30 to 06 04:00, cut off 06 03:30: nights',
    ],
  },
  {
    name: 'that touches it takes nothing',
    blackouts: [
      blackout('2026-12-05', '2026-12-05T22:00'),
      blackout('2026-12-06T04:00', '2026-12-07'),
    ],
    is: ['05 22:00 to 06 04:00, cut off 06 03:15: nights'],
  },
  {
    name: 'that begins with it leaves the rest',
    blackouts: [blackout('2026-12-05T22:00', '2026-12-05T23:00')],
    is: ['05 23:00 to 06 04:00, cut off 06 03:15: nights'],
  },
  {
    name: 'that ends with it leaves what was before',
    blackouts: [blackout('2026-12-06T01:00', '2026-12-06T04:00')],
    is: ['05 22:00 to 06 01:00, cut off 06 00:15: nights'],
  },
  {
    name: 'that is just as long takes all',
    blackouts: [blackout('2026-12-05T22:00', '2026-12-06T04:00')],
    is: [],
  },
  {
    name: 'around it takes all',
    blackouts: [blackout('2026-12-05', '2026-12-07')],
    is: [],
  },
])('a blackout $name', ({ blackouts, is }) => {
  expect(openingsOf([nights], blackouts)).toEqual(is);
});

test.each([
  {
    name: 'touches: the cut-off of the first does not close the time of the second',
    other: window('morning', '2026-12-06T04:00', 2 * hour, 30 * minute),
    is: '05 22:00 to 06 06:00, cut off 06 05:30: nights + morning',
  },
  {
    name: 'overlaps and ends later: its cut-off counts',
    other: window('morning', '2026-12-06T03:00', 2 * hour, 90 * minute),
    is: '05 22:00 to 06 05:00, cut off 06 03:30: nights + morning',
  },
  {
    name: 'lies within it: neither its earlier nor its later cut-off counts',
    other: window('inner', '2026-12-06T03:00', 0.5 * hour),
    is: '05 22:00 to 06 04:00, cut off 06 03:15: nights + inner',
  },
  {
    name: 'ends with it: the later cut-off counts',
    other: window('late', '2026-12-06T03:00', hour, 10 * minute),
    is: '05 22:00 to 06 04:00, cut off 06 03:50: nights + late',
  },
])('where a second window $name', ({ other, is }) => {
  expect(openingsOf([nights, other])).toEqual([is]);
  expect(openingsOf([other, nights])).toEqual([is]);
});

test('without windows it is open but for the blackouts, and never cut off', () => {
  const reading = readCalendar(
    {
      windows: [],
      blackouts: [blackout('2026-11-28', '2026-12-02'), blackout('2026-12-04', '2026-12-05')],
    },
    {},
    span,
  );
  expect(reading.openings.map(({ from, until }) => [short(from), short(until)])).toEqual([
    ['02 00:00', '04 00:00'],
    ['05 00:00', expect.anything()],
  ]);
  expect(
    reading.openings.every(
      ({ until, cutoffAt, window: name }) => cutoffAt === until && name === '',
    ),
  ).toBe(true);
  expect(reading.openings.at(-1)?.until).toBeGreaterThanOrEqual(span.until);
});

test('what reaches into the time that is asked for is given whole', () => {
  const before = window('before', '2026-11-28T12:00', 3 * day + hour, hour);
  const after = window('after', '2026-12-07T12:00', 7 * day, hour);
  const gone = window('gone', '2026-11-30T00:00', day, hour);
  const { openings } = readCalendar({ windows: [before, after], blackouts: [] }, {}, span);
  expect(openings.map(({ window: name, from, until }) => [name, from, until])).toEqual([
    ['before', utc('2026-11-28T12:00'), utc('2026-12-01T13:00')],
    ['after', utc('2026-12-07T12:00'), utc('2026-12-14T12:00')],
  ]);
  expect(openingsOf([gone])).toEqual([]);
});

test('of more than 2,000 openings the first are told, and until when that is all', () => {
  const often: MaintenanceWindow = {
    ...nights,
    schedule: { kind: 'cron', expression: '5 0-22 * * *' },
    durationMs: 10 * minute,
    cutoffMs: 0,
  };
  const long = { from: span.from, until: span.from + 88 * day };
  const all = { windows: [often], blackouts: [] };
  const reading = readCalendar(all, {}, long);
  expect(reading.openings).toHaveLength(2000);
  expect(reading.until).toBe(span.from + 86 * day + 22 * hour + 5 * minute);
  const rest = readCalendar(all, {}, { from: reading.until, until: reading.until + day });
  expect(rest.openings[0]?.from).toBe(reading.until);
});

// Around the changes of 2026 in both directions, a day with 23 and one with 25 hours, half an hour on Lord Howe.
const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'UTC'];
const middles = [
  '2026-03-29',
  '2026-10-25',
  '2026-04-05',
  '2026-10-04',
  '2026-03-08',
  '2026-11-01',
];
const days = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];

/** A rule with what says, independently of any library, on which days it begins. */
interface Case {
  readonly window: MaintenanceWindow;
  readonly at: string;
  readonly isOn: (date: Date) => boolean;
}

const clock = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom(0, 1, 15, 30, 59))
  .map(([h, m]) => `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`);

const weekdays = fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 3 });
const dates = fc.uniqueArray(fc.integer({ min: 1, max: 31 }), { minLength: 1, maxLength: 3 });

const rules = fc.oneof(
  fc.constant({ rule: 'FREQ=DAILY', cron: '* * *', isOn: () => true }),
  weekdays.map((on) => ({
    rule: `FREQ=WEEKLY;BYDAY=${on.map((one) => days[one]).join(',')}`,
    cron: `* * ${on.join(',')}`,
    isOn: (date: Date) => on.includes(date.getUTCDay()),
  })),
  dates.map((on) => ({
    rule: `FREQ=MONTHLY;BYMONTHDAY=${on.join(',')}`,
    cron: `${on.join(',')} * *`,
    isOn: (date: Date) => on.includes(date.getUTCDate()),
  })),
);

const cases = fc
  .record({
    rule: rules,
    at: clock,
    asCron: fc.boolean(),
    timeZone: fc.constantFrom(...zones),
    minutes: fc.integer({ min: 1, max: 30 * 60 }),
    cutoff: fc.integer({ min: 0, max: 99 }),
  })
  .map(({ rule, at, asCron, timeZone, minutes, cutoff }): Case => {
    const schedule = asCron
      ? ({
          kind: 'cron',
          expression: `${Number(at.slice(3))} ${Number(at.slice(0, 2))} ${rule.cron}`,
        } as const)
      : ({ kind: 'rrule', rule: rule.rule, at } as const);
    const cutoffMs = Math.floor((minutes * cutoff) / 100) * minute;
    return {
      window: {
        name: `${rule.cron} ${at}`,
        schedule,
        timeZone,
        durationMs: minutes * minute,
        cutoffMs,
      },
      at,
      isOn: rule.isOn,
    };
  });

const around = fc.constantFrom(...middles).map((middle) => ({
  from: utc(`${middle}T00:00`) - 3 * day,
  until: utc(`${middle}T00:00`) + 4 * day,
}));

const blackoutsIn = (time: Interval): fc.Arbitrary<readonly Blackout[]> =>
  fc.array(
    fc
      .record({
        start: fc.integer({ min: -24 * 60, max: 8 * 24 * 60 }),
        minutes: fc.integer({ min: 1, max: 40 * 60 }),
        timeZone: fc.constantFrom(...zones),
      })
      .map(({ start, minutes, timeZone }, index = 0): Blackout => {
        const text = (wall: number): string => new Date(wall).toISOString().slice(0, 16);
        const begin = time.from + start * minute;
        return {
          kind: 'span',
          name: `b${index}`,
          start: text(begin),
          end: text(begin + minutes * minute),
          timeZone,
        };
      }),
    { maxLength: 3 },
  );

const scenes = around.chain((time) =>
  fc.record({
    time: fc.constant(time),
    cases: fc.array(cases, { minLength: 1, maxLength: 3 }),
    blackouts: blackoutsIn(time),
  }),
);

const calendarOf = (scene: {
  cases: readonly Case[];
  blackouts: readonly Blackout[];
}): Calendar => ({
  windows: scene.cases.map(({ window: one }) => one),
  blackouts: scene.blackouts,
});

/** Every window near the time, begun where a clock first shows it. */
function wholeWindows({ window: one, at, isOn }: Case, time: Interval): readonly Interval[] {
  const found: Interval[] = [];
  for (let date = time.from - 4 * day; date < time.until + 2 * day; date += day) {
    const midnight = new Date(Math.floor(date / day) * day);
    if (!isOn(midnight)) continue;
    const from = firstShown(`${midnight.toISOString().slice(0, 10)}T${at}`, one.timeZone);
    found.push({ from, until: from + one.durationMs });
  }
  return found;
}

const spansOf = (blackouts: readonly Blackout[]): readonly Interval[] =>
  blackouts.flatMap((one) =>
    one.kind === 'span'
      ? [{ from: firstShown(one.start, one.timeZone), until: lastShown(one.end, one.timeZone) }]
      : [],
  );

test('minute by minute it is open when a window is and no blackout is', () => {
  fc.assert(
    fc.property(scenes, (scene) => {
      const { openings, blackouts } = readCalendar(calendarOf(scene), {}, scene.time);
      const windows = scene.cases.flatMap((one) => wholeWindows(one, scene.time));
      const closed = spansOf(scene.blackouts);
      const wrong: string[] = [];
      for (let at = scene.time.from; at < scene.time.until; at += minute) {
        const isBlack = closed.some((one) => isInside(one, at));
        const isOpen = !isBlack && windows.some((one) => isInside(one, at));
        const says = openingAt(openings, at) !== null;
        if (says !== isOpen || blackouts.some((one) => isInside(one, at)) !== isBlack) {
          wrong.push(new Date(at).toISOString());
        }
      }
      expect(wrong.slice(0, 5)).toEqual([]);
    }),
    { numRuns: 25 },
  );
});

test('openings and blackouts are in order, touch neither themselves nor each other, and close as they should', () => {
  fc.assert(
    fc.property(scenes, (scene) => {
      const { openings, blackouts } = readCalendar(calendarOf(scene), {}, scene.time);
      for (const list of [openings, blackouts]) {
        for (const [index, one] of list.entries()) {
          expect(one.from).toBeLessThan(one.until);
          const next = list[index + 1];
          if (next !== undefined) expect(one.until).toBeLessThan(next.from);
        }
      }
      for (const opening of openings) {
        expect(isInside(opening, opening.from)).toBe(true);
        expect(isInside(opening, opening.until)).toBe(false);
        expect(opening.cutoffAt).toBeGreaterThanOrEqual(opening.from);
        expect(opening.cutoffAt).toBeLessThanOrEqual(opening.until);
        expect(blackouts.some((one) => one.from < opening.until && opening.from < one.until)).toBe(
          false,
        );
      }
    }),
    { numRuns: 40 },
  );
});

test('an opening is cut off by the window that closes it, counted from where it or a blackout ends', () => {
  fc.assert(
    fc.property(scenes, (scene) => {
      const { openings } = readCalendar(calendarOf(scene), {}, scene.time);
      const closed = spansOf(scene.blackouts);
      const whole = scene.cases.flatMap((one) =>
        wholeWindows(one, scene.time).map((time) => ({ ...time, ...one.window })),
      );
      for (const { until, cutoffAt } of openings.filter((one) => one.until <= scene.time.until)) {
        const since = closed.map((black) => black.until).filter((end) => end < until);
        const closers = whole
          .filter((one) => one.from < until && until <= one.until)
          .map(({ from, cutoffMs }) => Math.max(from, until - cutoffMs, ...since));
        // Where a blackout closes it, more than one window may: the latest counts.
        expect(closers).toContain(cutoffAt);
        expect(Math.max(...closers)).toBe(cutoffAt);
      }
    }),
    { numRuns: 40 },
  );
});

test('a time that is asked for in two parts gives the same as in one', () => {
  const inside = (list: readonly Interval[], { from, until }: Interval): readonly Interval[] =>
    list.map((one) => ({ from: Math.max(one.from, from), until: Math.min(one.until, until) }));
  fc.assert(
    fc.property(scenes, fc.integer({ min: 1, max: 7 * 24 * 60 - 1 }), (scene, minutes) => {
      const middle = scene.time.from + minutes * minute;
      const read = (time: Interval) => readCalendar(calendarOf(scene), {}, time);
      const whole = read(scene.time);
      for (const part of [
        { from: scene.time.from, until: middle },
        { from: middle, until: scene.time.until },
      ]) {
        for (const what of ['openings', 'blackouts'] as const) {
          const expected = whole[what].filter(
            (one) => one.from < part.until && part.from < one.until,
          );
          expect(inside(read(part)[what], part)).toEqual(inside(expected, part));
        }
      }
    }),
    { numRuns: 25 },
  );
});
