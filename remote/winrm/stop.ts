/** Why work in progress is to end: its deadline, its caller, or the session itself. */
export interface Stop {
  readonly signal: AbortSignal;
  /** Milliseconds until the deadline, never below 0. */
  readonly remainingMs: () => number;
  /** The reason of the abort was the deadline. */
  readonly isOverdue: () => boolean;
  readonly dispose: () => void;
}

/**
 * The host is asked to answer by the deadline; the signal fires this much later, so that in the normal case the
 * connection survives. The least that WinRM takes as an operation timeout is as long.
 */
export const graceMs = 500;

/** Not AbortSignal.any: on Node 20 signals derived from a long-lived one stay in memory as long as it lives. */
export function createStop(timeoutMs: number, signals: readonly (AbortSignal | undefined)[]): Stop {
  const controller = new AbortController();
  const deadline = performance.now() + timeoutMs;
  let overdue = false;
  const timer = setTimeout(() => {
    overdue = true;
    controller.abort(new Error(`not done within ${timeoutMs} ms`));
  }, timeoutMs + graceMs);
  const watched = signals.filter((signal) => signal !== undefined);
  const abort = (event: Event): void => controller.abort((event.target as AbortSignal).reason);
  for (const signal of watched) {
    if (signal.aborted) controller.abort(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
  }
  return {
    signal: controller.signal,
    remainingMs: () => Math.max(0, deadline - performance.now()),
    isOverdue: () => overdue || performance.now() >= deadline,
    dispose: () => {
      clearTimeout(timer);
      for (const signal of watched) signal.removeEventListener('abort', abort);
    },
  };
}

/** Settles with the promise, or rejects at once with the signal's reason; the promise goes on by itself then. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** @throws the signal's reason. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await orAborted(passed, signal).finally(() => clearTimeout(timer));
}
