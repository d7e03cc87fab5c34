import { standingRolloutId } from '../../../contracts/ids';
import { firingEveryMs } from '../../../contracts/standing';
import type { MaintenanceWindow } from '../../../contracts/window';
import { readCalendar } from '../../../domain/calendar';
import { judgeFiring } from '../../../domain/window';

const day = 86_400_000;

const daily = (at: string, timeZone: string, durationMs = 2 * 3_600_000): MaintenanceWindow => ({
  name: 'window',
  schedule: { kind: 'rrule', rule: 'FREQ=DAILY', at },
  timeZone,
  durationMs,
  cutoffMs: 0,
});

/** Every ring of the alarm clock in this span, judged as a firing does it; those that open. */
const openingsIn = (window: MaintenanceWindow, from: string, days: number) => {
  const begin = Date.parse(from);
  const calendar = { windows: [window], blackouts: [] };
  const span = { from: begin - firingEveryMs, until: begin + days * day };
  const { openings } = readCalendar(calendar, {}, span);
  const rings = Array.from(
    { length: (days * day) / firingEveryMs },
    (_, n) => begin + n * firingEveryMs,
  );
  return rings.flatMap((scheduledAt) => {
    const answer = judgeFiring({
      openings,
      scheduledAt,
      now: scheduledAt + 1000,
      everyMs: firingEveryMs,
    });
    if (answer.kind !== 'opens') return [];
    const { from: opensAt } = answer.opening;
    return [
      {
        rings: new Date(scheduledAt).toISOString().slice(0, 16),
        rollout: standingRolloutId('night', opensAt),
      },
    ];
  });
};

// Expected moments are from the published rules: clocks go forward at 01:00 UTC on the last Sunday of March and back at
// 01:00 UTC on that of October in the EU, at 02:00 local time in New York, and by half an hour on Lord Howe.
it.each([
  {
    what: 'in the spring gap it opens at the first minute that there is',
    window: daily('02:30', 'Europe/Berlin'),
    from: '2026-03-28T12:00Z',
    rings: ['2026-03-29T01:00', '2026-03-30T00:30'],
    rollouts: ['night-20260329T0100', 'night-20260330T0030'],
  },
  {
    what: 'in the doubled hour of autumn it opens once, in the first',
    window: daily('02:30', 'Europe/Berlin'),
    from: '2026-10-24T12:00Z',
    rings: ['2026-10-25T00:30', '2026-10-26T01:30'],
    rollouts: ['night-20261025T0030', 'night-20261026T0130'],
  },
  {
    what: 'New York in spring',
    window: daily('02:15', 'America/New_York'),
    from: '2026-03-07T12:00Z',
    rings: ['2026-03-08T07:00', '2026-03-09T06:15'],
    rollouts: ['night-20260308T0700', 'night-20260309T0615'],
  },
  {
    what: 'a zone that is half an hour off, and a window that begins between two rings',
    window: daily('22:05', 'Australia/Lord_Howe'),
    from: '2026-06-01T00:00Z',
    rings: ['2026-06-01T11:45', '2026-06-02T11:45'],
    rollouts: ['night-20260601T1135', 'night-20260602T1135'],
  },
])('$what', ({ window, from, rings, rollouts }) => {
  const opened = openingsIn(window, from, 2);
  expect(opened.map((one) => one.rings)).toEqual(rings);
  expect(opened.map(({ rollout }) => rollout)).toEqual(rollouts);
});

it('a window of a quarter of an hour is never missed, whenever in the hour it begins', () => {
  for (const minute of [0, 1, 7, 14, 15, 29, 44, 59]) {
    const at = `01:${String(minute).padStart(2, '0')}`;
    expect(openingsIn(daily(at, 'UTC', firingEveryMs), '2026-06-01T00:00Z', 1)).toHaveLength(1);
  }
});
