import type { Interval } from '../../contracts/window';

const byStart = (a: Interval, b: Interval): number => a.from - b.from || a.until - b.until;

/** Their union, in order: what touches or overlaps becomes one; what is empty is left out. */
export function union(intervals: readonly Interval[]): readonly Interval[] {
  const merged: { from: number; until: number }[] = [];
  for (const { from, until } of intervals.filter((one) => one.from < one.until).toSorted(byStart)) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last.until) last.until = Math.max(last.until, until);
    else merged.push({ from, until });
  }
  return merged;
}

/** What remains of an interval; `taken` is a union. */
export function without({ from, until }: Interval, taken: readonly Interval[]): Interval[] {
  const left: Interval[] = [];
  let start = from;
  for (let index = firstEndingAfter(taken, from); index < taken.length; index += 1) {
    const one = taken[index];
    if (one === undefined || one.from >= until) break;
    if (one.from > start) left.push({ from: start, until: one.from });
    start = one.until;
  }
  if (start < until) left.push({ from: start, until });
  return left;
}

/** By halves: a year of windows against a year of blackouts would be a million comparisons. */
function firstEndingAfter(taken: readonly Interval[], at: number): number {
  let low = 0;
  let high = taken.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((taken[middle]?.until ?? Infinity) > at) high = middle;
    else low = middle + 1;
  }
  return low;
}

export const overlaps = (one: Interval, other: Interval): boolean =>
  one.from < other.until && other.from < one.until;
