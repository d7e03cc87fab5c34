import { createEventLog } from '../../../../lab/windows/log/event-log';
import type { EventContent } from '../../../../lab/windows/log/series';

const hour = 3_600_000;
const begin = Date.UTC(2026, 0, 1);

const content = (eventId: number): EventContent => ({
  provider: 'Test',
  eventId,
  qualifiers: 0,
  level: 4,
  task: 0,
  keywords: '0x80000000000000',
  data: { kind: 'positional', values: [] },
  message: '',
});

/** Two beats that meet every hour, through a boot that sets the clock back, and single events between them. */
function bootedLog() {
  let now = begin;
  const log = createEventLog(begin, 1000, () => now);
  const addBeats = () => {
    for (const [eventId, minutes] of [
      [1, 20],
      [2, 60],
    ] as const) {
      log.add({
        from: now,
        until: now + 9 * hour,
        periodMs: minutes * 60_000,
        limit: Infinity,
        content: () => content(eventId),
      });
    }
  };
  addBeats();
  now += 9 * hour;
  log.append(content(3));
  log.closeSegment();
  now -= 2 * hour;
  log.openSegment();
  addBeats();
  now += 7 * hour;
  log.append(content(3));
  return log;
}

describe('a log that is read in pages', () => {
  const log = bootedLog();
  const all = { newestFirst: false, since: 0, limit: Infinity, matches: () => true };

  it.each([
    { of: 'all events', eventIds: null },
    { of: 'one kind of event', eventIds: new Set([2]) },
  ])('gives, of $of, those behind the last page, wherever that ended', ({ eventIds }) => {
    const whole = log.query({ ...all, eventIds });
    expect(whole.length).toBeGreaterThan(15);
    for (let after = 998; after <= whole.at(-1)!.recordId + 1; after += 1) {
      const page = log
        .query({ ...all, eventIds, after })
        .filter(({ recordId }) => recordId > after);
      expect(page).toEqual(whole.filter(({ recordId }) => recordId > after));
    }
  });

  it('does not look again at what earlier pages gave', () => {
    const looked: number[] = [];
    const last = log.query({ ...all, eventIds: null }).at(-1)!.recordId;
    log.query({
      ...all,
      eventIds: null,
      after: last - 3,
      matches: ({ recordId }) => looked.push(recordId) > 0,
    });
    expect(looked).toEqual([last - 2, last - 1, last]);
  });
});
