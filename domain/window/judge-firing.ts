import { type Reason, reason } from '../../contracts/reason';
import type { Opening } from '../../contracts/window';
import { spanOf } from '../hotfix/spans';
import { isInside, nextOpening, openingAt, windowWords } from './openings';

export interface Firing {
  /** As `readCalendar` gives them: begun ones whole, so that `from` tells when they truly began. */
  readonly openings: readonly Opening[];
  /** For which the alarm was set. */
  readonly scheduledAt: number;
  /** When it is carried out. */
  readonly now: number;
  readonly everyMs: number;
}

export type FiringAnswer =
  | { readonly kind: 'opens'; readonly opening: Opening; readonly reason: Reason }
  | { readonly kind: 'closed' | 'not-first' | 'late'; readonly reason: Reason };

/**
 * What a firing of the alarm clock is to do. Only the first one inside an opening works: whether that is so follows from
 * the time for which it was set, so that a firing answers the same however often and however late it is asked.
 */
export function judgeFiring({ openings, scheduledAt, now, everyMs }: Firing): FiringAnswer {
  const opening = openingAt(openings, scheduledAt);
  const facts = { scheduledAt, now };
  if (opening === null) {
    return {
      kind: 'closed',
      reason: reason('window-closed', closedWords(openings, scheduledAt, everyMs), facts),
    };
  }
  const { window, from, until, cutoffAt } = opening;
  const seen = { ...facts, window, from, until, cutoffAt };
  if (from <= scheduledAt - everyMs) {
    const message = `${windowWords(opening)} opened ${utc(from)}; an earlier firing was its first`;
    return { kind: 'not-first', reason: reason('not-first-firing', message, seen) };
  }
  if (!isInside(opening, now) || now >= cutoffAt) {
    return {
      kind: 'late',
      reason: reason('late-firing', lateWords(opening, scheduledAt, now), seen),
    };
  }
  const message = `${windowWords(opening)} is open from ${utc(from)} to ${utc(until)}`;
  return { kind: 'opens', opening, reason: reason('window-opens', message, seen) };
}

function lateWords(opening: Opening, scheduledAt: number, now: number): string {
  const { until } = opening;
  const late = `the firing of ${utc(scheduledAt)} comes ${spanOf(Math.max(0, now - scheduledAt))} late`;
  return now >= until
    ? `${late}: ${windowWords(opening)} closed ${utc(until)}, nothing is done`
    : `${late}: ${windowWords(opening)} lets no host be begun any more, nothing is done`;
}

function closedWords(openings: readonly Opening[], scheduledAt: number, everyMs: number): string {
  const missed = openings.find(
    ({ from, until }) => from > scheduledAt - everyMs && until <= scheduledAt,
  );
  if (missed !== undefined) {
    return `${windowWords(missed)} was open from ${utc(missed.from)} to ${utc(missed.until)} only, between two firings: make it longer than ${spanOf(everyMs)}`;
  }
  const next = nextOpening(openings, scheduledAt);
  return next === null
    ? 'no window is open, and none opens in the time that was looked at'
    : `no window is open; ${windowWords(next)} opens ${utc(next.from)}`;
}

/** `2026-12-05 21:00 UTC` */
const utc = (at: number): string =>
  `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
