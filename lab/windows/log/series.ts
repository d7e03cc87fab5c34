/** What an event says, apart from when and as which record. */
export interface EventContent {
  readonly provider: string;
  /** With braces; only providers of the manifest kind have one. */
  readonly providerGuid?: string;
  readonly eventId: number;
  /** Null for providers of the manifest kind. */
  readonly qualifiers: number | null;
  readonly level: number;
  readonly task: number;
  /** What the level and the task are called in rendered text. */
  readonly taskName?: string;
  readonly keywords: string;
  readonly data: EventPayload;
  /** Message as the event viewer shows it. */
  readonly message: string;
}

export type EventPayload =
  | { readonly kind: 'positional'; readonly values: readonly string[] }
  | { readonly kind: 'named'; readonly values: readonly (readonly [name: string, value: string])[] }
  /** XML of the element in UserData, and its plain values by element name. */
  | {
      readonly kind: 'user';
      readonly element: string;
      readonly namespace: string;
      readonly values: readonly (readonly [name: string, value: string])[];
    };

/**
 * Events that come at a fixed beat, or a single one. A log is made of these and never of a list of events: a month of
 * events of a thousand machines costs nothing until somebody asks.
 */
export interface EventSeries {
  /** Time of the first one, whole seconds. */
  readonly from: number;
  /** The last one is not later than this. */
  until: number;
  readonly periodMs: number;
  /** Most events of it; Infinity for no bound. */
  readonly limit: number;
  content(index: number): EventContent;
}

/** How many of a series have been logged up to and with a time. */
export function countUpTo(series: EventSeries, at: number): number {
  const end = Math.min(at, series.until);
  if (end < series.from) return 0;
  return Math.min(series.limit, Math.floor((end - series.from) / series.periodMs) + 1);
}

export function singleEvent(at: number, content: EventContent): EventSeries {
  const from = wholeSecond(at);
  return { from, until: Infinity, periodMs: 1000, limit: 1, content: () => content };
}

/** Classic events of that age carry whole seconds. */
export function wholeSecond(at: number): number {
  return Math.floor(at / 1000) * 1000;
}
