/** The zone of this machine, an IANA name. */
export const machineZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/**
 * `Sat 2026-05-02 22:00 UTC+2`: the offset stands with it, because one hour of autumn comes twice, and because who reads
 * a line in a mail sits elsewhere.
 */
export function localTime(iso: string, timeZone: string = machineZone()): string {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(new Date(iso))
      .map(({ type, value }) => [type, value]),
  );
  const of = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? '';
  const zone = of('timeZoneName').replace(/^GMT/, 'UTC').replace(/\+0$/, '');
  return `${of('weekday')} ${of('year')}-${of('month')}-${of('day')} ${of('hour')}:${of('minute')} ${zone}`;
}

/**
 * Moments in a sentence as people read them. Decisions say them in UTC, to the millisecond, for they know neither who will
 * read them nor where.
 */
export const withTimes = (text: string, time: (iso: string) => string = localTime): string =>
  text.replace(/\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z/g, (iso) => time(iso));

const formatOf = (timeZone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'shortOffset',
  });

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
] as const;

/** `1 d 4 h`, `45 min`: the two largest units, for what nobody counts in seconds. */
export function roughSpan(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  if (minutes === 0) return 'less than a minute';
  let rest = minutes * 60_000;
  const counts = units.map(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return { unit, count };
  });
  const first = counts.findIndex(({ count }) => count > 0);
  return counts
    .slice(first, first + 2)
    .filter(({ count }) => count > 0)
    .map(({ unit, count }) => `${String(count)} ${unit}`)
    .join(' ');
}
