import fc from 'fast-check';

import type { Opening } from '../../../contracts/window';
import { judgeFiring } from '../../../domain/window';

const minute = 60_000;
const hour = 60 * minute;
const everyMs = 15 * minute;

const utc = (text: string): number => Date.parse(`2026-12-05T${text}Z`);

const night: Opening = {
  window: 'nights',
  from: utc('22:05'),
  until: utc('23:50'),
  cutoffAt: utc('23:20'),
};

const judged = (scheduled: string, now = scheduled, openings = [night]) =>
  judgeFiring({ openings, scheduledAt: utc(scheduled), now: utc(now), everyMs });

test.each([
  {
    at: '22:00',
    kind: 'closed',
    says: 'no window is open; window nights opens 2026-12-05 22:05 UTC',
  },
  {
    at: '22:15',
    kind: 'opens',
    says: 'window nights is open from 2026-12-05 22:05 UTC to 2026-12-05 23:50 UTC',
  },
  {
    at: '22:30',
    kind: 'not-first',
    says: 'window nights opened 2026-12-05 22:05 UTC; an earlier firing was its first',
  },
  {
    at: '23:45',
    kind: 'not-first',
    says: 'window nights opened 2026-12-05 22:05 UTC; an earlier firing was its first',
  },
  {
    at: '23:59',
    kind: 'closed',
    says: 'no window is open, and none opens in the time that was looked at',
  },
])('the firing of $at is $kind', ({ at, kind, says }) => {
  const answer = judged(at);
  expect([answer.kind, answer.reason.message]).toEqual([kind, says]);
  expect('opening' in answer ? answer.opening : null).toBe(kind === 'opens' ? night : null);
});

test.each([
  { now: '22:16', kind: 'opens' },
  { now: '23:19', kind: 'opens' },
  {
    now: '23:20',
    kind: 'late',
    says: 'the firing of 2026-12-05 22:15 UTC comes 65 min late: window nights lets no host be begun any more, nothing is done',
  },
  {
    now: '23:50',
    kind: 'late',
    says: 'the firing of 2026-12-05 22:15 UTC comes 95 min late: window nights closed 2026-12-05 23:50 UTC, nothing is done',
  },
])('the first firing, carried out at $now, is $kind', ({ now, kind, says }) => {
  const { kind: is, reason } = judged('22:15', now);
  expect(is).toBe(kind);
  if (says !== undefined) expect(reason.message).toBe(says);
});

test('a late firing says nothing of the next window, though that is open by then', () => {
  const next: Opening = {
    ...night,
    from: utc('23:55'),
    until: utc('23:59'),
    cutoffAt: utc('23:59'),
  };
  expect(judged('22:15', '23:56', [night, next]).kind).toBe('late');
});

test('an opening that no firing falls into is told', () => {
  const short: Opening = {
    ...night,
    from: utc('22:01'),
    until: utc('22:14'),
    cutoffAt: utc('22:14'),
  };
  expect(judged('22:15', '22:15', [short])).toMatchObject({
    kind: 'closed',
    reason: {
      message:
        'window nights was open from 2026-12-05 22:01 UTC to 2026-12-05 22:14 UTC only, between two firings: make it longer than 15 min',
    },
  });
});

test('of all firings exactly one works in each opening that one falls into', () => {
  const minutes = fc.integer({ min: 1, max: 300 });
  fc.assert(
    fc.property(fc.array(fc.tuple(minutes, minutes), { maxLength: 6 }), (pairs) => {
      let end = 0;
      const openings = pairs.map(([pause, length], index): Opening => {
        const from = end + pause * minute;
        end = from + length * minute;
        return { window: `w${index}`, from, until: end, cutoffAt: end };
      });
      const worked = new Map<string, number>();
      for (let at = 0; at <= end + hour; at += everyMs) {
        const answer = judgeFiring({ openings, scheduledAt: at, now: at, everyMs });
        if (answer.kind !== 'opens') continue;
        worked.set(answer.opening.window, (worked.get(answer.opening.window) ?? 0) + 1);
        expect(answer.opening.from <= at && at < answer.opening.until).toBe(true);
      }
      for (const { window, from, until } of openings) {
        const hasFiring = Math.ceil(from / everyMs) * everyMs < until;
        expect([window, worked.get(window) ?? 0]).toEqual([window, hasFiring ? 1 : 0]);
      }
    }),
  );
});
