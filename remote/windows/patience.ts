import type { RunOptions } from '../session';

/** How something that takes long is waited for; injected, because the one who calls has heartbeats to send meanwhile. */
export interface Patience {
  readonly pause: (ms: number) => Promise<void>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly signal?: AbortSignal;
  /** How long one stage may take, in milliseconds. @default 5 min for services, as long as their pools say for workers */
  readonly stageTimeoutMs?: number;
}

/** The part of it that a command takes. */
export function signalOnly({ signal }: Pick<RunOptions, 'signal'>): RunOptions {
  return signal === undefined ? {} : { signal };
}
