import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createReadCalendar } from '../../activities/read-calendar';
import type { Calendar, ReadCalendarInput } from '../../contracts/window';

const hour = 3_600_000;
let folder = '';
let file = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'calendar-'));
  file = join(folder, 'freeze.ics');
});
afterEach(() => rm(folder, { recursive: true }));

const from = Date.parse('2026-12-05T00:00Z');
const saturday = from + 22 * hour;

const question = (): ReadCalendarInput => ({
  calendar: {
    windows: [
      {
        name: 'nights',
        schedule: { kind: 'rrule', rule: 'FREQ=WEEKLY;BYDAY=SA', at: '22:00' },
        timeZone: 'UTC',
        durationMs: 6 * hour,
        cutoffMs: 0,
      },
    ],
    blackouts: [{ kind: 'calendar', name: 'freeze', file, timeZone: 'UTC' }],
  },
  from,
  until: from + 7 * 24 * hour,
});

const readCalendar = createReadCalendar();

const ics = (event: string): string =>
  `BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n${event}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`;

test('the file is read each time: a blackout that was added later holds', async () => {
  await writeFile(file, ics('DTSTART:20260101T000000Z\r\nDURATION:PT1H'));
  const open = { window: 'nights', from: saturday, until: saturday + 6 * hour };
  expect(await readCalendar(question())).toEqual({
    openings: [{ ...open, cutoffAt: open.until }],
    blackouts: [],
    until: question().until,
  });
  await writeFile(file, ics('DTSTART:20261206T000000Z\r\nDURATION:P1D'));
  const midnight = saturday + 2 * hour;
  expect(await readCalendar(question())).toEqual({
    openings: [{ ...open, until: midnight, cutoffAt: midnight }],
    blackouts: [{ from: midnight, until: midnight + 24 * hour }],
    until: question().until,
  });
});

test('without the file nothing is told, and the failure is one that is retried', async () => {
  await expect(readCalendar(question())).rejects.toMatchObject({
    code: 'calendar-unreadable',
    retryable: true,
    message: `${file} is not there`,
    facts: { file },
  });
});

test('neither a folder nor a broken file is read', async () => {
  await writeFile(file, 'BEGIN:VCALENDAR\r\n');
  await expect(readCalendar(question())).rejects.toMatchObject({
    code: 'calendar-unreadable',
    message: `${file}, line 1: BEGIN:VCALENDAR has no END; the file is not whole`,
  });
  file = folder;
  await expect(readCalendar(question())).rejects.toMatchObject({
    message: `${folder} is a folder, not a file`,
  });
});

test('a calendar that no plan could have is refused, whoever sends it', async () => {
  const calendar: Calendar = { ...question().calendar, blackouts: [] };
  const often = { kind: 'cron', expression: '* * * * *' } as const;
  const windows = calendar.windows.map((one) => ({ ...one, schedule: often }));
  await expect(
    readCalendar({ ...question(), calendar: { ...calendar, windows } }),
  ).rejects.toMatchObject({
    code: 'bad-request',
    message:
      'the question is malformed: calendar.windows[0].schedule.expression begins more than once an hour',
  });
});
