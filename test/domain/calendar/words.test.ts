import type { MaintenanceWindow, WindowSchedule } from '../../../contracts/window';
import { calendarWords } from '../../../domain/calendar';

const hour = 3_600_000;

const window = (schedule: WindowSchedule): MaintenanceWindow => ({
  name: 'nights',
  schedule,
  timeZone: 'Europe/Berlin',
  durationMs: 6 * hour,
  cutoffMs: 0,
});

const words = (schedule: WindowSchedule): string =>
  calendarWords({ windows: [window(schedule)], blackouts: [] });
const rule = (text: string, startDate?: string): string =>
  words({
    kind: 'rrule',
    rule: text,
    at: '22:00',
    ...(startDate === undefined ? {} : { startDate }),
  });

const rest = 'Europe/Berlin for 6 h';

test.each([
  { is: rule('FREQ=WEEKLY;BYDAY=SA'), says: `Saturdays 22:00 ${rest}` },
  { is: rule('FREQ=WEEKLY;BYDAY=FR,SA,SU'), says: `Fridays, Saturdays and Sundays 22:00 ${rest}` },
  { is: rule('FREQ=DAILY'), says: `daily 22:00 ${rest}` },
  { is: rule('FREQ=DAILY;UNTIL=20261231'), says: `daily 22:00 ${rest}, until 2026-12-31` },
  {
    is: rule('UNTIL=20261231T210000Z;FREQ=WEEKLY;BYDAY=SA', '2026-12-05'),
    says: `Saturdays 22:00 ${rest}, from 2026-12-05, until 2026-12-31 21:00 UTC`,
  },
  { is: rule('FREQ=MONTHLY;BYDAY=2TU'), says: `every month on 2nd Tuesday 22:00 ${rest}` },
  {
    is: rule('FREQ=WEEKLY;INTERVAL=2;BYDAY=SA', '2026-12-05'),
    says: `every 2 weeks on Saturday 22:00 ${rest}, from 2026-12-05`,
  },
  { is: words({ kind: 'cron', expression: '0 22 * * 6' }), says: `Saturdays 22:00 ${rest}` },
  { is: words({ kind: 'cron', expression: '5 3 * * SUN,7' }), says: `Sundays 03:05 ${rest}` },
  { is: words({ kind: 'cron', expression: '0 22 * * *' }), says: `daily 22:00 ${rest}` },
  { is: words({ kind: 'cron', expression: '0 22 L * *' }), says: `by cron "0 22 L * *" ${rest}` },
  {
    is: words({ kind: 'once', start: '2026-12-05T22:00' }),
    says: `once, 2026-12-05 22:00 ${rest}`,
  },
])('a schedule in words: $says', ({ is, says }) => {
  expect(is).toBe(says);
});

test('cut-off, several windows, and blackouts are told', () => {
  const saturdays = window({ kind: 'rrule', rule: 'FREQ=WEEKLY;BYDAY=SA', at: '22:00' });
  const blackouts = [
    {
      kind: 'span',
      name: 'year-end',
      start: '2026-12-20',
      end: '2027-01-06',
      timeZone: 'Europe/Berlin',
    },
    { kind: 'calendar', name: 'freeze', file: '/etc/freeze.ics', timeZone: 'UTC' },
  ] as const;
  expect(calendarWords({ windows: [{ ...saturdays, cutoffMs: 0.75 * hour }], blackouts })).toBe(
    'Saturdays 22:00 Europe/Berlin for 6 h, no start in the last 45 min; blackout year-end 2026-12-20 to 2027-01-06; blackout freeze in the events of /etc/freeze.ics UTC',
  );
  const once = { ...window({ kind: 'once', start: '2026-12-07T06:30' }), name: 'extra' };
  expect(
    calendarWords({ windows: [saturdays, { ...once, durationMs: 90 * 60_000 }], blackouts: [] }),
  ).toBe(
    'nights: Saturdays 22:00 Europe/Berlin for 6 h; extra: once, 2026-12-07 06:30 Europe/Berlin for 90 min',
  );
  expect(calendarWords({ windows: [], blackouts: [] })).toBe('at any time');
});
