/**
 * Second opinion on local time, by Intl and counting minutes: it knows nothing of Temporal and nothing of gaps.
 */

const minute = 60_000;
const quarter = 15 * minute;
const formats = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, number>();

function shownBy(at: number, timeZone: string): number {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  formats.set(timeZone, format);
  return Date.parse(`${format.format(at).replace(' ', 'T')}Z`);
}

/** No clock is changed but at a full quarter of an hour, so that Intl is asked once for each. */
function offsetAt(at: number, timeZone: string): number {
  const start = Math.floor(at / quarter) * quarter;
  const key = `${timeZone} ${start}`;
  const offset = offsets.get(key) ?? shownBy(start, timeZone) - start;
  offsets.set(key, offset);
  return offset;
}

const textOf = (wall: number): string => new Date(wall).toISOString().slice(0, 16);

/** What the clock shows: `2026-03-29T01:59`. */
export const localText = (at: number, timeZone: string): string =>
  textOf(at + offsetAt(at, timeZone));

/** The minutes around a local time, with what the clock shows. */
function* minutesAround(wall: number, timeZone: string): Generator<readonly [number, number]> {
  for (let at = wall - 27 * 60 * minute; at <= wall + 27 * 60 * minute; at += minute) {
    yield [at, at + offsetAt(at, timeZone)];
  }
}

/** The first minute that shows the local time, or where none does the first that shows a later one. */
export function firstShown(local: string, timeZone: string): number {
  const key = `${local} ${timeZone}`;
  const at = firsts.get(key) ?? findFirst(local, timeZone);
  firsts.set(key, at);
  return at;
}

const firsts = new Map<string, number>();

function findFirst(local: string, timeZone: string): number {
  const wall = Date.parse(`${local}Z`);
  let after: number | null = null;
  for (const [at, shown] of minutesAround(wall, timeZone)) {
    if (shown === wall) return at;
    if (shown > wall) after ??= at;
  }
  return after ?? Number.NaN;
}

/** The last minute that shows the local time. */
export function lastShown(local: string, timeZone: string): number {
  const wall = Date.parse(`${local}Z`);
  let last: number | null = null;
  for (const [at, shown] of minutesAround(wall, timeZone)) if (shown === wall) last = at;
  return last ?? firstShown(local, timeZone);
}

export interface ClockChange {
  readonly at: number;
  /** What clocks would show had they not been changed, and what they do show. */
  readonly before: string;
  readonly after: string;
}

/** Moments of a year at which the clocks of a zone are changed, by halves of each day. */
export function changesOf(year: number, timeZone: string): readonly ClockChange[] {
  const day = 24 * 60 * minute;
  const found: ClockChange[] = [];
  for (let from = Date.UTC(year, 0); from < Date.UTC(year + 1, 0); from += day) {
    const offset = offsetAt(from, timeZone);
    if (offsetAt(from + day, timeZone) === offset) continue;
    let [low, high] = [from, from + day];
    while (high - low > minute) {
      const middle = low + Math.floor((high - low) / 2 / minute) * minute;
      if (offsetAt(middle, timeZone) === offset) low = middle;
      else high = middle;
    }
    found.push({
      at: high,
      before: textOf(high + offset),
      after: localText(high, timeZone),
    });
  }
  return found;
}
