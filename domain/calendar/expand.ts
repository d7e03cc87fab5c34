import { RRuleTemporal } from 'rrule-temporal';

/** The library gives up after 10,000 occurrences, which are 27 years of days; here are hours of a century. */
const maxIterations = 1_000_000;

/**
 * Wall times (see zone.ts), from `from` to `until`, at which a rule without UNTIL comes that begins at `start`.
 *
 * @throws Error what the library does not read
 */
export function expand(
  rule: string,
  { start, from, until }: { readonly start: number; readonly from: number; readonly until: number },
): readonly number[] {
  const first = new Date(start).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  const recurrence = new RRuleTemporal({
    rruleString: `DTSTART:${first}Z\nRRULE:${rule}`,
    strict: true,
    maxIterations,
  });
  return recurrence
    .between(new Date(from), new Date(until), true)
    .map(({ epochMilliseconds }) => epochMilliseconds);
}
