import {
  CancellationScope,
  condition,
  defineSignal,
  isCancellation,
  setHandler,
} from '@temporalio/workflow';
import { messages } from '../../contracts/names';

export const endWaits = defineSignal(messages.endWaits);

/** Waits that a person may end at once: for a reboot, and for the symptom. Nothing that changes a host is among them. */
export interface Waits {
  /** False when it was ended before its time. */
  pause(ms: number): Promise<boolean>;
  /** Null when it was ended, or would have begun after that. */
  during<T>(wait: () => Promise<T>): Promise<T | null>;
}

export function createWaits(): Waits {
  const scopes = new Set<CancellationScope>();
  let ended = false;
  setHandler(endWaits, () => {
    ended = true;
    for (const scope of scopes) scope.cancel();
  });
  return {
    async pause(ms) {
      return !(await condition(() => ended, ms));
    },
    async during(wait) {
      if (ended) return null;
      const scope = new CancellationScope({ cancellable: true });
      scopes.add(scope);
      try {
        return await scope.run(wait);
      } catch (error) {
        if (ended && isCancellation(error)) return null;
        throw error;
      } finally {
        scopes.delete(scope);
      }
    },
  };
}
