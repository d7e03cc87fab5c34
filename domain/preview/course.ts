import type { Opening } from '../../contracts/window';
import type { Run } from './forecast-run';

/** A window, or a piece of time where there are none. Epoch milliseconds. */
export interface ForecastPiece {
  readonly from: number;
  readonly until: number;
  /** Null: a piece of time. */
  readonly window: string | null;
  /** Hosts that are back in service, and those that were so before. */
  readonly done: number;
  readonly before: number;
}

const hour = 3_600_000;
const pieces = 12;

interface CourseOf {
  readonly now: number;
  readonly oneIn: number;
  readonly openings: readonly Opening[];
}

/** How far a run comes, window by window; without windows, in at most twelve pieces of whole hours. */
export const courseOf = (
  { changed }: Run,
  { now, oneIn, openings }: CourseOf,
): readonly ForecastPiece[] => {
  const last = Math.max(now, ...changed.map(({ backAt }) => backAt));
  const spans =
    openings.length === 0
      ? piecesOf(now, last)
      : openings.filter(({ from, until }) => changed.some(({ at }) => from <= at && at < until));
  const ends = spans.map(({ until }, index) =>
    // What was begun in a window is finished in it, even where that takes longer.
    openings.length === 0 ? until : (spans[index + 1]?.from ?? Number.POSITIVE_INFINITY),
  );
  let before = 0;
  return spans.map(({ from, until, window }, index) => {
    const end = ends[index] ?? until;
    const all = Math.round(changed.filter(({ backAt }) => backAt <= end).length * oneIn);
    const piece = { from, until, window, done: all, before };
    before = all;
    return piece;
  });
};

const piecesOf = (now: number, last: number) => {
  const size = Math.max(hour, Math.ceil((last - now) / pieces / hour) * hour);
  const count = Math.max(1, Math.ceil((last - now) / size));
  return Array.from({ length: count }, (_, index) => ({
    from: now + index * size,
    until: now + (index + 1) * size,
    window: null,
  }));
};
