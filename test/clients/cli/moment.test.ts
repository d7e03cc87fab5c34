import { momentOf } from '../../../clients/cli/moment';

const zone = 'Europe/Berlin';
/** Friday, 22:00 in Berlin. */
const now = Date.parse('2026-05-01T20:00:00.000Z');

describe('a time that somebody writes', () => {
  it.each([
    { text: '2026-05-03T02:00Z', is: '2026-05-03T02:00:00.000Z' },
    { text: '2026-05-03T04:00+02:00', is: '2026-05-03T02:00:00.000Z' },
    { text: '2026-05-03T04:00:30-0500', is: '2026-05-03T09:00:30.000Z' },
    { text: '2026-05-03T04:00', is: '2026-05-03T02:00:00.000Z' },
    { text: ' 2026-05-03 04:00 ', is: '2026-05-03T02:00:00.000Z' },
    { text: '23:30', is: '2026-05-01T21:30:00.000Z' },
    { text: '4:00', is: '2026-05-02T02:00:00.000Z' },
    { text: '22:00', is: '2026-05-02T20:00:00.000Z' },
  ])('$text is $is', ({ text, is }) => {
    expect(momentOf(text, now, zone)).toBe(is);
  });

  it.each([
    { text: '', says: '"" is no time' },
    { text: 'tomorrow', says: 'is no time' },
    { text: '2026-05-03', says: 'is no time' },
    { text: '24:00', says: 'is no time' },
    { text: '2026-13-03T04:00', says: 'is no time' },
    { text: '2026-02-30T04:00Z', says: 'is no time' },
    { text: '2026-05-03T04:00+99:00', says: 'is no time' },
    { text: '2026-05-01T21:59', says: 'Fri 2026-05-01 21:59 UTC+2 has passed' },
    { text: '2026-05-01T20:00Z', says: 'Fri 2026-05-01 22:00 UTC+2 has passed' },
    { text: '2027-03-28T02:30', says: 'does not exist in Europe/Berlin' },
    { text: '2026-10-25T02:30', says: 'comes twice in Europe/Berlin' },
  ])('$text is refused, with how to write it: $says', ({ text, says }) => {
    const given = (): string => momentOf(text, now, zone);
    expect(given).toThrow(says);
    expect(given).toThrow(
      expect.objectContaining({
        code: 'bad-request',
        advice: expect.stringContaining('2026-05-03T04:00+02:00') as unknown,
      }),
    );
  });
});
