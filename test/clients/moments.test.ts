import { localTime, machineZone, roughSpan, withTimes } from '../../clients/moments';

describe('a time as people read it', () => {
  it.each([
    { zone: 'Europe/Berlin', reads: 'Sat 2026-05-02 22:00 UTC+2' },
    { zone: 'UTC', reads: 'Sat 2026-05-02 20:00 UTC' },
    { zone: 'Asia/Kolkata', reads: 'Sun 2026-05-03 01:30 UTC+5:30' },
    { zone: 'America/New_York', reads: 'Sat 2026-05-02 16:00 UTC-4' },
  ])('in $zone is $reads', ({ zone, reads }) => {
    expect(localTime('2026-05-02T20:00:00.000Z', zone)).toBe(reads);
  });

  it('tells the two hours apart that autumn has of the same name', () => {
    expect(localTime('2026-10-25T00:30:00Z', 'Europe/Berlin')).toBe('Sun 2026-10-25 02:30 UTC+2');
    expect(localTime('2026-10-25T01:30:00Z', 'Europe/Berlin')).toBe('Sun 2026-10-25 02:30 UTC+1');
  });

  it('is in the zone of the machine where none is named', () => {
    const iso = '2026-05-02T20:00:00.000Z';
    expect(localTime(iso)).toBe(localTime(iso, machineZone()));
  });
});

describe('moments in a sentence', () => {
  const berlin = (iso: string): string => localTime(iso, 'Europe/Berlin');

  it.each([
    {
      says: 'waits for window saturday, 2026-05-02T20:00:00.000Z',
      reads: 'waits for window saturday, Sat 2026-05-02 22:00 UTC+2',
    },
    {
      says: 'ends 2026-05-03T02:00:00Z instead of 2026-05-03T01:00:00Z',
      reads: 'ends Sun 2026-05-03 04:00 UTC+2 instead of Sun 2026-05-03 03:00 UTC+2',
    },
    { says: 'wave 1 of 2026-05-02', reads: 'wave 1 of 2026-05-02' },
  ])('$says', ({ says, reads }) => {
    expect(withTimes(says, berlin)).toBe(reads);
  });
});

describe('a span that nobody counts in seconds', () => {
  it.each([
    { ms: 0, reads: 'less than a minute' },
    { ms: -5_000_000, reads: 'less than a minute' },
    { ms: 45 * 60_000, reads: '45 min' },
    { ms: 2 * 3_600_000, reads: '2 h' },
    { ms: 28 * 3_600_000 + 59_000, reads: '1 d 4 h' },
    { ms: 86_400_000 + 30 * 60_000, reads: '1 d' },
    { ms: 3_600_000 - 1, reads: '1 h' },
  ])('of $ms ms is $reads', ({ ms, reads }) => {
    expect(roughSpan(ms)).toBe(reads);
  });
});
