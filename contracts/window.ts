/**
 * When hosts may be changed. Rules are written in local time of an IANA zone; everything that decides works on openings,
 * which are moments. Intervals are half-open: `from` belongs to them, `until` does not.
 */

/** A span of epoch milliseconds: `from` is in it, `until` is not. */
export interface Interval {
  readonly from: number;
  readonly until: number;
}

/** When a maintenance window begins, in local time of its zone. */
export type WindowSchedule =
  /**
   * Recurrence rule of RFC 5545 without `RRULE:`, and the time of day, `HH:MM`. `startDate`, `YYYY-MM-DD`, is the first
   * day on which it may begin; INTERVAL and COUNT are counted from it, so a rule with one of them has it.
   */
  | {
      readonly kind: 'rrule';
      readonly rule: string;
      readonly at: string;
      readonly startDate?: string;
    }
  /** Five fields: minute, hour, day of month, month, day of week. */
  | { readonly kind: 'cron'; readonly expression: string }
  /** Once: `YYYY-MM-DDTHH:MM`. */
  | { readonly kind: 'once'; readonly start: string };

/** One maintenance window as a plan has it. Its duration is counted from the moment at which it begins. */
export interface MaintenanceWindow {
  readonly name: string;
  readonly schedule: WindowSchedule;
  /** IANA name, such as `Europe/Berlin`. */
  readonly timeZone: string;
  readonly durationMs: number;
  /** No host is begun in the last so many milliseconds. @default 0 */
  readonly cutoffMs: number;
}

/** A time in which no host is begun, whatever windows say. */
export type Blackout =
  | {
      readonly kind: 'span';
      readonly name: string;
      /** `YYYY-MM-DD` (its first moment) or `YYYY-MM-DDTHH:MM`, in local time; `end` is the first moment after it. */
      readonly start: string;
      readonly end: string;
      readonly timeZone: string;
    }
  | {
      readonly kind: 'calendar';
      readonly name: string;
      /** iCalendar file (RFC 5545), absolute; every event in it is a blackout. It is read again whenever a window opens. */
      readonly file: string;
      /** Of times without a zone and of whole days. */
      readonly timeZone: string;
    };

/** When a rollout may change hosts. Without windows it always may, except in its blackouts. */
export interface Calendar {
  readonly windows: readonly MaintenanceWindow[];
  readonly blackouts: readonly Blackout[];
}

/** A time in which hosts may be changed, blackouts already taken out of it. */
export interface Opening extends Interval {
  /** Name of the window, or names joined by ` + ` where windows touch each other; empty where there is none. */
  readonly window: string;
  /** No host is begun from here on; at most `until`. */
  readonly cutoffAt: number;
}

/** Which calendar is read, and for which time. */
export interface ReadCalendarInput extends Interval {
  readonly calendar: Calendar;
}

/**
 * What a calendar says of a time: everything that it says about moments before `until`. What begins before `until`, or
 * before the time that was asked for and reaches into it, is given whole.
 */
export interface CalendarReading {
  /** In order; they neither touch nor overlap. */
  readonly openings: readonly Opening[];
  /** In order; they neither touch nor overlap. */
  readonly blackouts: readonly Interval[];
  readonly until: number;
}
