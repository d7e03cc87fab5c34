import type { ProcessControl } from './process/process-control';

/** Time of one host: its clock runs at life's speed, what takes time on it is divided by the lab's time scale. */
export interface HostClock {
  /** Epoch ms as the host's own clock shows it. */
  readonly now: () => number;
  /** Calls back after a duration of host time; returns how to cancel. */
  after(durationMs: number, callback: () => void): () => void;
  /** Resolves after a duration of host time; rejects when the process is killed first. */
  sleep(durationMs: number, control: ProcessControl): Promise<void>;
  /** Moves the clock, as a wrong battery or a time server does. */
  step(byMs: number): void;
  /** Ends every timer. */
  dispose(): void;
}

/** Starts a timer of real milliseconds and returns how to cancel it. */
export type SetTimer = (callback: () => void, delayMs: number) => () => void;

export interface ClockOptions {
  readonly now: () => number;
  readonly setTimer: SetTimer;
  readonly timeScale: number;
  readonly offsetMs: number;
}

export function createClock({ now, setTimer, timeScale, offsetMs }: ClockOptions): HostClock {
  const cancels = new Set<() => void>();
  let offset = offsetMs;

  const after = (durationMs: number, callback: () => void): (() => void) => {
    const stop = setTimer(() => {
      cancels.delete(cancel);
      callback();
    }, durationMs / timeScale);
    const cancel = (): void => {
      cancels.delete(cancel);
      stop();
    };
    cancels.add(cancel);
    return cancel;
  };

  return {
    now: () => now() + offset,
    after,
    sleep: (durationMs, control) => control.race((resolve) => after(durationMs, resolve)),
    step(byMs) {
      offset += byMs;
    },
    dispose() {
      // Each takes itself out of the set, which a loop over a set allows.
      for (const cancel of cancels) cancel();
    },
  };
}

export const setRealTimer: SetTimer = (callback, delayMs) => {
  const timer = setTimeout(callback, delayMs);
  return () => clearTimeout(timer);
};
