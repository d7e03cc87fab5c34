import type { Opening } from '../../../contracts/window';
import { fits, isInside, nextOpening, openingAt } from '../../../domain/window';

const minute = 60_000;
const hour = 60 * minute;

/** From 10 to 12 o'clock, cut off at half past 11; and from 20 o'clock on. */
const first: Opening = {
  window: 'nights',
  from: 10 * hour,
  until: 12 * hour,
  cutoffAt: 11.5 * hour,
};
const second: Opening = { ...first, from: 20 * hour, until: 22 * hour, cutoffAt: 21.5 * hour };
const openings = [first, second];

test.each([
  { at: first.from - 1, open: null, next: first },
  { at: first.from, open: first, next: second },
  { at: first.until - 1, open: first, next: second },
  { at: first.until, open: null, next: second },
  { at: second.from, open: second, next: null },
  { at: second.until, open: null, next: null },
])('at $at ms the right one is open and the right one comes next', ({ at, open, next }) => {
  expect(openingAt(openings, at)).toBe(open);
  expect(nextOpening(openings, at)).toBe(next);
  expect(openings.filter((one) => isInside(one, at))).toEqual(open === null ? [] : [open]);
});

test.each([
  {
    at: first.from - 1,
    needed: minute,
    code: 'window-closed',
    says: 'window nights is not open',
  },
  {
    at: first.from,
    needed: 2 * hour,
    code: 'window-open',
    says: 'window nights is open for 2 h more, a host needs 2 h',
  },
  {
    at: first.from,
    needed: 2 * hour + 1,
    code: 'window-too-short',
    says: 'window nights closes in 2 h, a host needs 2 h',
  },
  {
    at: first.cutoffAt - 1,
    needed: 10 * minute,
    code: 'window-open',
    says: 'window nights is open for 30 min more, a host needs 10 min',
  },
  {
    at: first.cutoffAt,
    needed: 10 * minute,
    code: 'past-cutoff',
    says: 'window nights closes in 30 min and no host is begun any more',
  },
  {
    at: first.until,
    needed: 0,
    code: 'window-closed',
    says: 'window nights is not open',
  },
])('a host that needs $needed ms at $at ms: $code', ({ at, needed, code, says }) => {
  const answer = fits(first, at, needed);
  expect(answer.fits).toBe(code === 'window-open');
  expect(answer.reason).toEqual({
    code,
    message: says,
    facts: {
      window: 'nights',
      leftMs: Math.max(0, first.until - at),
      neededMs: needed,
      cutoffAt: first.cutoffAt,
    },
  });
});

test.each([
  { window: '', says: 'the time between two blackouts is not open' },
  { window: 'window', says: 'the window is not open' },
])('an opening with the name "$window" is called as people would', ({ window, says }) => {
  expect(fits({ ...first, window }, 0, minute).reason.message).toBe(says);
});
