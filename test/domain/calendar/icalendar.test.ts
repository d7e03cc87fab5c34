import fc from 'fast-check';

import { Failure } from '../../../contracts/failures';
import { readCalendar } from '../../../domain/calendar';

const file = '/etc/rollout/freeze.ics';

const outlookZone = `BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
`;

const calendar = (body: string): string =>
  `BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test//EN\n${body.trim()}\nEND:VCALENDAR\n`.replaceAll(
    '\n',
    '\r\n',
  );

const event = (body: string, uid = 'a@contoso.test'): string =>
  `BEGIN:VEVENT\nUID:${uid}\nDTSTAMP:20260101T000000Z\n${body.trim()}\nEND:VEVENT\n`;

interface Asked {
  readonly from?: string;
  readonly until?: string;
  readonly timeZone?: string;
}

/** `2026-12-20 07:00 to 2026-12-20 09:00`, in UTC. */
function blackoutsOf(text: string, { from, until, timeZone }: Asked = {}): string[] {
  const { blackouts } = readCalendar(
    {
      windows: [],
      blackouts: [
        { kind: 'calendar', name: 'freeze', file, timeZone: timeZone ?? 'Europe/Berlin' },
      ],
    },
    { [file]: text },
    { from: Date.parse(from ?? '2026-01-01'), until: Date.parse(until ?? '2028-01-01') },
  );
  const utc = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ');
  return blackouts.map((one) => `${utc(one.from)} to ${utc(one.until)}`);
}

const one = (body: string, asked?: Asked): string[] => blackoutsOf(calendar(event(body)), asked);

// In December Berlin is an hour before UTC, New York five behind; in July two before and four behind.
test.each([
  {
    name: 'in UTC',
    body: 'DTSTART:20261220T080000Z\nDTEND:20261220T100000Z',
    is: ['2026-12-20 08:00 to 2026-12-20 10:00'],
  },
  {
    name: 'without a zone, in that of the blackout',
    body: 'DTSTART:20261220T080000\nDTEND:20261220T100000',
    is: ['2026-12-20 07:00 to 2026-12-20 09:00'],
  },
  {
    name: 'in an IANA zone',
    body: 'DTSTART;TZID=America/New_York:20261220T080000\nDTEND;TZID=Europe/Berlin:20261220T150000',
    is: ['2026-12-20 13:00 to 2026-12-20 14:00'],
  },
  {
    name: 'with a length instead of an end',
    body: 'DTSTART:20261220T080000Z\nDURATION:P1DT2H30M',
    is: ['2026-12-20 08:00 to 2026-12-21 10:30'],
  },
  {
    name: 'of a day without an end',
    body: 'DTSTART;VALUE=DATE:20260710',
    is: ['2026-07-09 22:00 to 2026-07-10 22:00'],
  },
  {
    name: 'of several days, the last of which is not in it',
    body: 'DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261227',
    is: ['2026-12-23 23:00 to 2026-12-26 23:00'],
  },
  {
    name: 'of a day whose end was written as the same day',
    body: 'DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261224',
    is: ['2026-12-23 23:00 to 2026-12-24 23:00'],
  },
  {
    name: 'of the day that has 23 hours',
    body: 'DTSTART;VALUE=DATE:20260329\nDURATION:P1D',
    is: ['2026-03-28 23:00 to 2026-03-29 22:00'],
  },
  {
    name: 'of a day in local time across the change, and of 24 hours across it',
    body: 'DTSTART;TZID=Europe/Berlin:20260328T120000\nDURATION:P1D\nRDATE;VALUE=PERIOD:20261024T120000Z/PT24H',
    is: ['2026-03-28 11:00 to 2026-03-29 10:00', '2026-10-24 12:00 to 2026-10-25 12:00'],
  },
  {
    name: 'that leaves its owner free',
    body: 'DTSTART:20261220T080000Z\nDTEND:20261220T100000Z\nTRANSP:TRANSPARENT',
    is: ['2026-12-20 08:00 to 2026-12-20 10:00'],
  },
  {
    name: 'that was cancelled, not at all',
    body: 'DTSTART:20261220T080000Z\nDTEND:20261220T100000Z\nSTATUS:CANCELLED',
    is: [],
  },
  {
    name: 'without any length, not at all',
    body: 'DTSTART:20261220T080000Z',
    is: [],
  },
  {
    name: 'with a line that is folded',
    body: 'DTSTART:202612\n 20T080000Z\nDTEND:20261220T1\n\t00000Z',
    is: ['2026-12-20 08:00 to 2026-12-20 10:00'],
  },
])('an event is a blackout: $name', ({ body, is }) => {
  expect(one(body)).toEqual(is);
});

test('a zone of Outlook is what the file says of it, in summer and in winter', () => {
  const at = (day: string): string =>
    event(
      `DTSTART;TZID="W. Europe Standard Time":${day}T080000\nDTEND;TZID="W. Europe Standard Time":${day}T100000`,
      day,
    );
  const text = calendar(outlookZone + at('20260710') + at('20261220') + at('20270329'));
  expect(blackoutsOf(text, { timeZone: 'UTC' })).toEqual([
    '2026-07-10 06:00 to 2026-07-10 08:00',
    '2026-12-20 07:00 to 2026-12-20 09:00',
    '2027-03-29 06:00 to 2027-03-29 08:00',
  ]);
});

test('in the hour that a zone of the file has twice, a blackout is the longer one', () => {
  const at = (start: string, end: string): string[] =>
    blackoutsOf(
      calendar(
        outlookZone +
          event(
            `DTSTART;TZID="W. Europe Standard Time":${start}\nDTEND;TZID="W. Europe Standard Time":${end}`,
          ),
      ),
    );
  expect(at('20261025T023000', '20261025T060000')).toEqual([
    '2026-10-25 00:30 to 2026-10-25 05:00',
  ]);
  expect(at('20261024T220000', '20261025T023000')).toEqual([
    '2026-10-24 20:00 to 2026-10-25 01:30',
  ]);
});

test('an IANA name is what it says, whatever the file defines under it', () => {
  const wrong = outlookZone.replace('W. Europe Standard Time', 'America/New_York');
  const text = calendar(
    wrong + event('DTSTART;TZID=America/New_York:20261220T080000\nDURATION:PT1H'),
  );
  expect(blackoutsOf(text)).toEqual(['2026-12-20 13:00 to 2026-12-20 14:00']);
});

test.each([
  {
    name: 'keeps its local time when the clocks change',
    body: 'DTSTART;TZID=Europe/Berlin:20260327T020000\nDTEND;TZID=Europe/Berlin:20260327T040000\nRRULE:FREQ=DAILY;COUNT=4',
    is: [
      '2026-03-27 01:00 to 2026-03-27 03:00',
      '2026-03-28 01:00 to 2026-03-28 03:00',
      '2026-03-29 01:00 to 2026-03-29 03:00',
      '2026-03-30 00:00 to 2026-03-30 02:00',
    ],
  },
  {
    name: 'ends with UNTIL, which is a moment in UTC and belongs to it',
    body: 'DTSTART;TZID=America/New_York:20261201T200000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;UNTIL=20261216T010000Z',
    is: [
      '2026-12-02 01:00 to 2026-12-02 02:00',
      '2026-12-09 01:00 to 2026-12-09 02:00',
      '2026-12-16 01:00 to 2026-12-16 02:00',
    ],
  },
  {
    name: 'ends with UNTIL, which is a day and belongs to it',
    body: 'DTSTART;VALUE=DATE:20261201\nRRULE:FREQ=DAILY;INTERVAL=2;UNTIL=20261205',
    is: [
      '2026-11-30 23:00 to 2026-12-01 23:00',
      '2026-12-02 23:00 to 2026-12-03 23:00',
      '2026-12-04 23:00 to 2026-12-05 23:00',
    ],
  },
  {
    name: 'leaves out what EXDATE names, a moment or a day',
    body: 'DTSTART:20261201T080000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=5\nEXDATE:20261202T080000Z,20261204T080000Z\nEXDATE;TZID=Europe/Berlin:20261203T090000\nEXDATE;VALUE=DATE:20261205',
    is: ['2026-12-01 08:00 to 2026-12-01 09:00'],
  },
  {
    name: 'has what RDATE adds, also times with an end of their own',
    body: 'DTSTART:20261201T080000Z\nDURATION:PT1H\nRDATE:20261203T080000Z\nRDATE;VALUE=PERIOD:20261205T080000Z/20261205T180000Z,20261207T080000Z/PT3H',
    is: [
      '2026-12-01 08:00 to 2026-12-01 09:00',
      '2026-12-03 08:00 to 2026-12-03 09:00',
      '2026-12-05 08:00 to 2026-12-05 18:00',
      '2026-12-07 08:00 to 2026-12-07 11:00',
    ],
  },
  {
    name: 'is found though it began long ago, and each time is one blackout where they touch',
    body: 'DTSTART;VALUE=DATE:20061224\nDURATION:P3D\nRRULE:FREQ=YEARLY\nRDATE;VALUE=DATE:20261227',
    is: ['2026-12-23 23:00 to 2026-12-29 23:00', '2027-12-23 23:00 to 2027-12-26 23:00'],
  },
  {
    name: 'has its first start even where the rule does not name it',
    body: 'DTSTART:20261201T080000Z\nDURATION:PT1H\nRRULE:FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20261231T235959Z',
    is: ['2026-12-01 08:00 to 2026-12-01 09:00', '2026-12-25 08:00 to 2026-12-25 09:00'],
  },
])('a repeated event $name', ({ body, is }) => {
  expect(one(body)).toEqual(is);
});

test('one time of a repeated event may be moved, another cancelled', () => {
  const text = calendar(
    [
      event('DTSTART;TZID=Europe/Berlin:20261201T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=4'),
      event('RECURRENCE-ID:20261202T080000Z\nDTSTART:20261202T200000Z\nDURATION:PT2H'),
      event(
        'RECURRENCE-ID;TZID=Europe/Berlin:20261203T090000\nDTSTART:20261203T080000Z\nDURATION:PT1H\nSTATUS:CANCELLED',
      ),
      event('RECURRENCE-ID:20261204T080000Z\nDTSTART:20261210T080000Z\nDURATION:PT1H', 'other'),
    ].join(''),
  );
  expect(blackoutsOf(text)).toEqual([
    '2026-12-01 08:00 to 2026-12-01 09:00',
    '2026-12-02 20:00 to 2026-12-02 22:00',
    '2026-12-04 08:00 to 2026-12-04 09:00',
    '2026-12-10 08:00 to 2026-12-10 09:00',
  ]);
});

test('an event that began before the time that is asked for and reaches into it counts, others do not', () => {
  const text = calendar(
    event('DTSTART;VALUE=DATE:20261101\nDTEND;VALUE=DATE:20270101', 'long') +
      event('DTSTART;VALUE=DATE:20260101', 'past') +
      event('DTSTART;VALUE=DATE:20280101', 'future'),
  );
  expect(blackoutsOf(text, { from: '2026-12-20', until: '2026-12-21', timeZone: 'UTC' })).toEqual([
    '2026-11-01 00:00 to 2027-01-01 00:00',
  ]);
});

test('a file may have several calendars, tasks, alarms and a byte-order mark', () => {
  const first = calendar(
    `${event('DTSTART:20261220T080000Z\nDURATION:PT1H\nBEGIN:VALARM\nTRIGGER:-PT5M\nACTION:DISPLAY\nEND:VALARM')}BEGIN:VTODO\nUID:t\nDTSTART:20261222T080000Z\nDURATION:PT1H\nEND:VTODO`,
  );
  const second = calendar(event('DTSTART:20261221T080000Z\nDURATION:PT1H'));
  expect(blackoutsOf(`\uFEFF${first}${second}`)).toEqual([
    '2026-12-20 08:00 to 2026-12-20 09:00',
    '2026-12-21 08:00 to 2026-12-21 09:00',
  ]);
});

test('a calendar without events has no blackout', () => {
  expect(blackoutsOf(calendar(''))).toEqual([]);
});

const whole = calendar(event('DTSTART:20261220T080000Z\nDTEND:20261220T100000Z'));
const broken = (body: string): string => calendar(event(body));

test.each([
  { name: 'is empty', text: '', says: `${file}: is no iCalendar file: it has no VCALENDAR` },
  {
    name: 'is something else',
    text: '<html>\n</html>',
    says: `${file}, line 1: is outside of any VCALENDAR`,
  },
  {
    name: 'was cut off while it was copied',
    text: whole.slice(0, whole.indexOf('DTEND')),
    says: `${file}, line 4: BEGIN:VEVENT has no END; the file is not whole`,
  },
  {
    name: 'has an END that ends nothing',
    text: whole.replace('END:VEVENT', 'END:VTODO'),
    says: `${file}, line 9: END:VTODO ends nothing that was begun`,
  },
  {
    name: 'has an event outside',
    text: event('DTSTART:20261220T080000Z'),
    says: `${file}, line 1: VEVENT is in no VCALENDAR`,
  },
  {
    name: 'has a line that is none',
    text: whole.replace('DTEND:', 'DTEND '),
    says: `${file}, line 8: invalid line (no token ";" or ":") "DTEND 20261220T100000Z"`,
  },
  {
    name: 'has an event without a start',
    text: broken('SUMMARY:freeze'),
    says: `${file}, line 4: this event has no DTSTART`,
  },
  {
    name: 'has a date that does not exist',
    text: broken('DTSTART;VALUE=DATE:20261340'),
    says: `${file}, line 4: this event has a DTSTART that is no date: 2026-13-40`,
  },
  {
    name: 'has a day where a time must be',
    text: broken('DTSTART:20261220'),
    says: `${file}, line 4: this event has a DTSTART that is no date: 2026-12-20T::`,
  },
  {
    name: 'has an end before its start',
    text: broken('DTSTART:20261220T080000Z\nDTEND:20261219T080000Z'),
    says: `${file}, line 4: this event ends before it begins`,
  },
  {
    name: 'has a day and a time in one event',
    text: broken('DTSTART;VALUE=DATE:20261220\nDTEND:20261221T080000Z'),
    says: `${file}, line 4: this event has a day and a time as its start and end`,
  },
  {
    name: 'has two starts',
    text: broken('DTSTART:20261220T080000Z\nDTSTART:20261221T080000Z'),
    says: `${file}, line 4: this event has DTSTART twice`,
  },
  {
    name: 'has a length that is none',
    text: broken('DTSTART:20261220T080000Z\nDURATION:5H'),
    says: `${file}, line 4: this event has a DURATION that is none: 5H`,
  },
  {
    name: 'has a rule with an unknown frequency',
    text: broken('DTSTART:20261220T080000Z\nDURATION:PT1H\nRRULE:FREQ=FORTNIGHTLY'),
    says: `${file}, line 9: invalid frequency "FORTNIGHTLY" expected: "SECONDLY, MINUTELY, HOURLY, DAILY, WEEKLY, MONTHLY, YEARLY"`,
  },
  {
    name: 'has a rule with an unknown part',
    text: broken('DTSTART:20261220T080000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;BYMOON=1'),
    says: `${file}, line 4: this event has an RRULE with BYMOON, which is not read`,
  },
  {
    name: 'has a rule for every minute',
    text: broken('DTSTART:20261220T080000Z\nDURATION:PT1H\nRRULE:FREQ=MINUTELY'),
    says: `${file}, line 4: this event comes more than once an hour, which is not read`,
  },
  {
    name: 'has a rule for two minutes of an hour',
    text: broken('DTSTART:20261220T080000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;BYMINUTE=0,30'),
    says: `${file}, line 4: this event comes more than once an hour, which is not read`,
  },
  {
    name: 'has a zone that nobody knows',
    text: broken('DTSTART;TZID=Mars/Olympus:20261220T080000\nDURATION:PT1H'),
    says: `${file}, line 4: the zone "Mars/Olympus" is neither defined in the file (VTIMEZONE) nor an IANA name`,
  },
  {
    name: 'has a zone without an offset',
    text: calendar(
      `BEGIN:VTIMEZONE\nTZID:Here\nEND:VTIMEZONE\n${event('DTSTART;TZID=Here:20261220T080000\nDURATION:PT1H')}`,
    ),
    says: `${file}, line 4: this VTIMEZONE does not say its offsets from UTC`,
  },
  {
    name: 'changes all that follow',
    text: broken(
      'RECURRENCE-ID;RANGE=THISANDFUTURE:20261220T080000Z\nDTSTART:20261220T080000Z\nDURATION:PT1H',
    ),
    says: `${file}, line 4: this event changes all that follow (RANGE=THISANDFUTURE), which is not read`,
  },
])('a file that $name is refused, with the place', ({ text, says }) => {
  let failure: unknown;
  try {
    blackoutsOf(text);
  } catch (error) {
    failure = error;
  }
  expect(failure).toBeInstanceOf(Failure);
  expect(failure).toMatchObject({ code: 'calendar-unreadable', message: says, facts: { file } });
});

test('a file that was not read is no file without blackouts', () => {
  const blackouts = [{ kind: 'calendar', name: 'freeze', file, timeZone: 'UTC' }] as const;
  expect(() => readCalendar({ windows: [], blackouts }, {}, { from: 0, until: 1 })).toThrow(
    `${file} was not read`,
  );
});

const rich = calendar(
  outlookZone +
    event(
      'DTSTART;TZID="W. Europe Standard Time":20261201T090000\nDTEND;TZID="W. Europe Standard Time":20261201T100000\nRRULE:FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20261231T230000Z\nEXDATE;TZID="W. Europe Standard Time":20261208T090000',
    ) +
    event('RECURRENCE-ID:20261203T080000Z\nDTSTART:20261203T200000Z\nDURATION:PT2H') +
    event('DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261227\nRDATE;VALUE=DATE:20270102', 'b'),
);

test('wherever a file is cut off, it is refused', () => {
  for (let length = 0; length < rich.trimEnd().length; length += 3) {
    expect(() => blackoutsOf(rich.slice(0, length))).toThrow(Failure);
  }
});

test('whatever happens to a line, the file is read or refused in words', () => {
  const lines = rich.split('\r\n');
  const anything = fc.oneof(
    fc.string({ maxLength: 30 }),
    fc.constantFrom(
      'RRULE:FREQ=DAILY;BYSETPOS=9;COUNT=-1',
      'DTSTART:',
      'DTEND;TZID=:20261201',
      ' ',
      'RRULE:',
    ),
    fc.constantFrom(...lines),
  );
  fc.assert(
    fc.property(fc.nat(lines.length - 1), anything, fc.boolean(), (index, text, isAdded) => {
      const changed = lines.toSpliced(index, isAdded ? 0 : 1, text).join('\r\n');
      try {
        expect(Array.isArray(blackoutsOf(changed))).toBe(true);
      } catch (error) {
        expect(error).toMatchObject({ name: 'Failure', code: 'calendar-unreadable' });
      }
    }),
    { numRuns: 60 },
  );
});
