import { once } from 'node:events';

/**
 * Waits for Ctrl-C, or for what is waited on to end by itself. `true` when it was Ctrl-C.
 *
 * @throws whatever ended it by itself
 */
export async function interruptedBefore(
  signal: AbortSignal,
  ended: Promise<unknown>,
): Promise<boolean> {
  if (signal.aborted) return true;
  const finished = new AbortController();
  try {
    const interrupted = once(signal, 'abort', { signal: finished.signal }).then(() => true);
    // The loser of the race is rejected in `finally`, with nobody left to hear it.
    interrupted.catch(() => undefined);
    return await Promise.race([interrupted, ended.then(() => false)]);
  } finally {
    finished.abort();
  }
}
