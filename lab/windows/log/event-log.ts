import { countUpTo, type EventContent, type EventSeries, singleEvent } from './series';

export interface EventRecord extends EventContent {
  readonly recordId: number;
  readonly at: number;
}

export interface EventQuery {
  readonly newestFirst: boolean;
  /** Events before this need not be looked at. */
  readonly since: number;
  /** Records up to this id need not be looked at. @default none */
  readonly after?: number;
  readonly limit: number;
  /** Ids that can match at all; null when any can. */
  readonly eventIds: ReadonlySet<number> | null;
  matches(record: EventRecord): boolean;
}

export interface EventLogStatus {
  readonly createdAt: number;
  readonly count: number;
  /** Null when the log is empty. */
  readonly oldestRecordId: number | null;
}

/** One channel. Record ids count on without gaps and stay with their events. */
export interface EventLog {
  query(query: EventQuery): EventRecord[];
  status(): EventLogStatus;
  append(content: EventContent): void;
  add(series: EventSeries): EventSeries;
  clear(): void;
  /** Ends every series: the machine goes down. */
  closeSegment(): void;
  /** Begins anew, by the clock as it is now. */
  openSegment(): void;
}

/**
 * The time between a boot and the next shutdown. Order is by segment and then by time, so that a clock that is set back
 * during a reboot does not change the ids of what was logged before.
 */
interface Segment {
  readonly series: EventSeries[];
  readonly openedAt: number;
  closedAt: number | null;
}

interface Occurrence {
  readonly at: number;
  readonly series: number;
  readonly index: number;
}

const windowMs = 6 * 3_600_000;

export function createEventLog(
  createdAt: number,
  firstRecordId: number,
  now: () => number,
): EventLog {
  let created = createdAt;
  let firstId = firstRecordId;
  let segments: Segment[] = [{ series: [], openedAt: createdAt, closedAt: null }];

  const current = (): Segment | undefined => segments.at(-1);
  const endOf = (segment: Segment): number => segment.closedAt ?? now();
  const countOf = (segment: Segment): number => countTo(segment, endOf(segment));
  const total = (): number => segments.reduce((sum, segment) => sum + countOf(segment), 0);

  return {
    query(query) {
      const found: EventRecord[] = [];
      const starts = startIds(segments, firstId, countOf);
      const order = [...segments.keys()];
      if (query.newestFirst) order.reverse();
      for (const index of order) {
        const segment = segments[index];
        if (segment === undefined || found.length >= query.limit) continue;
        collect(segment, starts[index] ?? firstId, endOf(segment), query, found);
      }
      return found;
    },
    status() {
      const count = total();
      return { createdAt: created, count, oldestRecordId: count === 0 ? null : firstId };
    },
    append(content) {
      current()?.series.push(singleEvent(now(), content));
    },
    add(series) {
      current()?.series.push(series);
      return series;
    },
    clear() {
      firstId += total();
      created = now();
      const at = Math.floor(now() / 1000) * 1000 + 1000;
      const running = (current()?.series ?? []).filter(
        (series) => series.until > at && series.limit > 1,
      );
      segments = [
        {
          series: running.map((series) => continuedFrom(series, at)),
          openedAt: at,
          closedAt: null,
        },
      ];
    },
    closeSegment() {
      const segment = current();
      if (segment !== undefined) segment.closedAt = now();
    },
    openSegment() {
      segments.push({ series: [], openedAt: now(), closedAt: null });
    },
  };
}

/** The rest of a series from a time on, its later end still the one its owner sets. */
function continuedFrom(series: EventSeries, at: number): EventSeries {
  const skipped = at <= series.from ? 0 : Math.ceil((at - series.from) / series.periodMs);
  return {
    from: series.from + skipped * series.periodMs,
    get until() {
      return series.until;
    },
    set until(value) {
      series.until = value;
    },
    periodMs: series.periodMs,
    limit: series.limit - skipped,
    content: (index) => series.content(index + skipped),
  };
}

function countTo(segment: Segment, at: number): number {
  let count = 0;
  for (const series of segment.series) count += countUpTo(series, at);
  return count;
}

/**
 * The first time with which a segment has so many events, from a time on; behind the end when it has fewer. A subscription
 * reads a log in pages: without this each page would go through all those before it.
 */
function timeOfCount(segment: Segment, count: number, from: number, end: number): number {
  if (count <= 1) return from;
  let [low, high] = [from, Math.max(from, end) + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (countTo(segment, middle) >= count) high = middle;
    else low = middle + 1;
  }
  return low;
}

function startIds(
  segments: readonly Segment[],
  firstId: number,
  countOf: (segment: Segment) => number,
): number[] {
  let next = firstId;
  return segments.map((segment) => {
    const start = next;
    next += countOf(segment);
    return start;
  });
}

/** Goes through a segment in windows of time, so that a query for the newest few looks at the newest few. */
function collect(
  segment: Segment,
  startId: number,
  end: number,
  query: EventQuery,
  found: EventRecord[],
): void {
  const first = Math.min(segment.openedAt, ...segment.series.map((series) => series.from));
  const unread = timeOfCount(segment, (query.after ?? 0) - startId + 2, first, end);
  const begin = Math.max(query.since, unread);
  const windows: [from: number, to: number][] = [];
  for (let from = begin; from <= end; from += windowMs)
    windows.push([from, Math.min(end, from + windowMs - 1)]);
  if (query.newestFirst) windows.reverse();
  const candidates = candidatesOf(segment, query.eventIds);
  for (const [from, to] of windows) {
    const occurrences = occurrencesIn(segment, candidates, from, to);
    for (const occurrence of query.newestFirst ? occurrences.toReversed() : occurrences) {
      if (found.length >= query.limit) return;
      const record = recordOf(segment, occurrence, startId);
      if (query.matches(record)) found.push(record);
    }
  }
}

/** Numbers of the series that can match: most queries want one or two kinds of event out of a month of all kinds. */
function candidatesOf(segment: Segment, eventIds: EventQuery['eventIds']): number[] {
  const numbers = [...segment.series.keys()];
  if (eventIds === null) return numbers;
  return numbers.filter((number) => eventIds.has(segment.series[number]?.content(0).eventId ?? -1));
}

function occurrencesIn(
  segment: Segment,
  candidates: readonly number[],
  from: number,
  to: number,
): Occurrence[] {
  const found: Occurrence[] = [];
  for (const number of candidates) {
    const series = segment.series[number];
    if (series === undefined) continue;
    const last = countUpTo(series, to);
    for (let index = countUpTo(series, from - 1); index < last; index += 1) {
      found.push({ at: series.from + index * series.periodMs, series: number, index });
    }
  }
  return found.toSorted((a, b) => a.at - b.at || a.series - b.series);
}

/** The id counts everything logged before: earlier, or in the same second by a series that comes first. */
function recordOf(
  segment: Segment,
  { at, series: number, index }: Occurrence,
  startId: number,
): EventRecord {
  const content = segment.series[number]?.content(index);
  if (content === undefined) throw new Error(`The event log has no series ${number}.`);
  let recordId = startId;
  for (const [other, series] of segment.series.entries())
    recordId += countUpTo(series, other < number ? at : at - 1);
  // In a series of its own an earlier event of the same time cannot be: its beat is at least a second.
  return { ...content, recordId, at };
}
