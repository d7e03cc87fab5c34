import type { Interval, MaintenanceWindow, Opening } from '../../contracts/window';
import { without } from './intervals';
import { startsBetween } from './starts';

/** A window, or what blackouts leave of it. */
type Piece = Opening;

/** The openings of all windows that reach into a span; `taken` is the union of the blackouts. */
export function openingsOf(
  windows: readonly MaintenanceWindow[],
  taken: readonly Interval[],
  span: Interval,
): readonly Opening[] {
  return merged(windows.flatMap((window) => piecesOf(window, taken, span)));
}

/** Duration and cut-off are elapsed time: a window across a change of the clocks is as long as any other. */
function piecesOf(
  window: MaintenanceWindow,
  taken: readonly Interval[],
  span: Interval,
): readonly Piece[] {
  const { name, durationMs, cutoffMs } = window;
  return startsBetween(window, span.from - durationMs + 1, span.until)
    .map((from) => ({ from, until: from + durationMs }))
    .flatMap((whole) => without(whole, taken))
    .map(({ from, until }) => ({
      from,
      until,
      window: name,
      // A host must be done as long before a blackout as before the end of the window.
      cutoffAt: Math.max(from, until - cutoffMs),
    }));
}

/**
 * What touches or overlaps becomes one opening. It is cut off where the piece that ends last is; of several that end then,
 * where the latest is. So the cut-off of a piece within it closes nothing that another one leaves open, and no host is
 * begun in the last minutes in which the window that closes it wants none.
 */
function merged(pieces: readonly Piece[]): readonly Opening[] {
  const openings: { from: number; until: number; cutoffAt: number; names: string[] }[] = [];
  for (const piece of pieces.toSorted(inOrder)) {
    const last = openings.at(-1);
    if (last === undefined || piece.from > last.until) {
      const { from, until, cutoffAt } = piece;
      openings.push({ from, until, cutoffAt, names: [piece.window] });
      continue;
    }
    if (!last.names.includes(piece.window)) last.names.push(piece.window);
    if (piece.until === last.until) last.cutoffAt = Math.max(last.cutoffAt, piece.cutoffAt);
    if (piece.until > last.until) {
      last.until = piece.until;
      last.cutoffAt = piece.cutoffAt;
    }
  }
  return openings.map(({ names, ...opening }) => ({ ...opening, window: names.join(' + ') }));
}

const inOrder = (a: Piece, b: Piece): number =>
  a.from - b.from || a.until - b.until || (a.window < b.window ? -1 : Number(a.window > b.window));

/** Without windows hosts may be changed whenever there is no blackout. */
export const openingsBetween = (taken: readonly Interval[], span: Interval): readonly Opening[] =>
  without(span, taken).map(({ from, until }) => ({ from, until, window: '', cutoffAt: until }));
