import type { CalendarReading, Interval } from '../../contracts/window';

const day = 86_400_000;

/**
 * Reads as far as a rollout could look, once: hundreds of runs ask for parts of it. Beyond what is known there is no
 * window: asked again and again, a calendar that cannot tell would keep a run from ever ending.
 */
export const calendarOf = (
  read: (span: Interval) => CalendarReading,
  now: number,
): ((span: Interval) => CalendarReading) => {
  const whole = read({ from: now, until: now + 462 * day });
  return ({ from, until }) => {
    const within = <T extends Interval>(all: readonly T[]): T[] =>
      all.filter((each) => each.from < until && each.until > from);
    return { openings: within(whole.openings), blackouts: within(whole.blackouts), until };
  };
};
