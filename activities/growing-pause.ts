/** Lengths of pauses between looks: each half as long again as the one before, up to a limit. Starts anew when asked. */
export interface GrowingPause {
  next(): number;
  reset(): void;
}

export function createGrowingPause(firstMs: number, limitMs: number): GrowingPause {
  let lengthMs = firstMs;
  return {
    next() {
      const current = lengthMs;
      lengthMs = Math.min(limitMs, lengthMs * 1.5);
      return current;
    },
    reset() {
      lengthMs = firstMs;
    },
  };
}
