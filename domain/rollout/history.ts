export interface HistorySize {
  readonly events: number;
  readonly bytes: number;
  /** Hosts in flight: each still adds its result to this history. */
  readonly inFlight: number;
  /** @default 8000 */
  readonly limitEvents?: number;
}

/** Of 50 MB after which the server ends an execution, what decisions may use. */
const bytesLimit = 40_000_000;
/** A host's result is at most 32 KB, and comes with the events around it. */
const bytesPerHostInFlight = 40_000;

export const historyIsFull = (size: HistorySize): boolean =>
  size.events > (size.limitEvents ?? 8000) ||
  size.bytes + size.inFlight * bytesPerHostInFlight > bytesLimit;
