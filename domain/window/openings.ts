import { type Reason, reason } from '../../contracts/reason';
import type { Interval, Opening } from '../../contracts/window';
import { spanOf } from '../hotfix/spans';

/** Questions about openings. They enter the workflow bundle: no library, no clock. */

export const isInside = ({ from, until }: Interval, at: number): boolean =>
  from <= at && at < until;

export const openingAt = (openings: readonly Opening[], at: number): Opening | null =>
  openings.find((opening) => isInside(opening, at)) ?? null;

/** The first one that begins after `at`; the one that is open at `at` is not it. */
export const nextOpening = (openings: readonly Opening[], at: number): Opening | null =>
  openings.find(({ from }) => from > at) ?? null;

export interface FitAnswer {
  readonly fits: boolean;
  readonly reason: Reason;
}

/** Whether a host that is begun at `at` and takes `neededMs` may be begun in this opening. */
export function fits(opening: Opening, at: number, neededMs: number): FitAnswer {
  const facts = {
    window: opening.window,
    leftMs: Math.max(0, opening.until - at),
    neededMs,
    cutoffAt: opening.cutoffAt,
  };
  const what = windowWords(opening);
  const no = (code: string, message: string): FitAnswer => ({
    fits: false,
    reason: reason(code, message, facts),
  });
  if (!isInside(opening, at)) return no('window-closed', `${what} is not open`);
  const left = spanOf(opening.until - at);
  if (at >= opening.cutoffAt) {
    return no('past-cutoff', `${what} closes in ${left} and no host is begun any more`);
  }
  if (at + neededMs > opening.until) {
    return no('window-too-short', `${what} closes in ${left}, a host needs ${spanOf(neededMs)}`);
  }
  const message = `${what} is open for ${left} more, a host needs ${spanOf(neededMs)}`;
  return { fits: true, reason: reason('window-open', message, facts) };
}

/** `window` is the name of one that has none. */
export const windowWords = ({ window }: Opening): string => {
  if (window === '') return 'the time between two blackouts';
  return window === 'window' ? 'the window' : `window ${window}`;
};
