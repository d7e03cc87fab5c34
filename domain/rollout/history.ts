export interface HistorySize {
  readonly events: number;
  readonly bytes: number;
  /** Hosts in flight, watched ones too: each still adds its result to this history. */
  readonly inFlight: number;
  /** @default 8000 */
  readonly limitEvents?: number;
}

/** Of 50 MB after which the server ends an execution, what decisions may use. */
const bytesLimit = 40_000_000;
/** A host's result is at most 32 KB, and comes with the events around it. */
const bytesPerHostInFlight = 40_000;

/**
 * Hosts whose workflows may be open at once, in work and watched: the results of more would not fit into this history,
 * and the server lets a workflow have 2,000 children that are open.
 */
export const mostOpen = bytesLimit / bytesPerHostInFlight;

/**
 * Signals need no count of their own. The server takes 10,000 in a run; each of them is an event, so that there are
 * fewer than `limitEvents` when the history is full. A host in flight then still sends one or two, and one in ten
 * minutes while it waits for its slots.
 */
export const historyIsFull = (size: HistorySize): boolean =>
  size.events > (size.limitEvents ?? 8000) ||
  size.bytes + size.inFlight * bytesPerHostInFlight > bytesLimit;
