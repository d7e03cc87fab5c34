import { CancellationScope, sleep } from '@temporalio/workflow';

export interface Alarm {
  /**
   * Rings once at this time, epoch milliseconds, in place of any time set before; null: not at all. Tells whether that
   * changed anything.
   */
  set(at: number | null): boolean;
}

/**
 * One timer that is left alone while its time stays the same: every timer that is made anew costs two events of history,
 * and most events of a rollout do not move the time at which it looks again.
 */
export function createAlarm(ring: () => void): Alarm {
  let armed: { readonly at: number; readonly scope: CancellationScope } | null = null;
  const wait = async (scope: CancellationScope, at: number): Promise<void> => {
    try {
      await scope.run(() => sleep(Math.max(1, at - Date.now())));
    } catch {
      return; // cancelled: another time was set
    }
    armed = null;
    ring();
  };
  return {
    set(at) {
      if (armed?.at === at || (armed === null && at === null)) return false;
      armed?.scope.cancel();
      armed = null;
      if (at === null) return true;
      const scope = new CancellationScope();
      armed = { at, scope };
      void wait(scope, at);
      return true;
    },
  };
}
