import type { ShellFacts } from '../../contracts/facts';

/** Shells of hosts, for a while: asking costs every session a round trip, and a fleet is asked again and again. */
export interface ShellMemory {
  recall(key: string): ShellFacts | null;
  remember(key: string, facts: ShellFacts): void;
  forget(key: string): void;
}

/** An administrator who sets DefaultShell is believed after so long at the latest. */
const keepMs = 10 * 60_000;
const maxKept = 2000;

/**
 * @param options.maxKept hosts; the one that was asked for longest ago makes room. @default 2000
 * @param options.now milliseconds of a clock that is never set
 */
export function createShellMemory(
  options: { readonly maxKept?: number; readonly now?: () => number } = {},
): ShellMemory {
  const most = options.maxKept ?? maxKept;
  const now = options.now ?? (() => performance.now());
  // In the order of use: a map keeps the order of insertion.
  const kept = new Map<string, { readonly facts: ShellFacts; readonly until: number }>();
  return {
    recall(key) {
      const found = kept.get(key);
      if (found === undefined) return null;
      kept.delete(key);
      if (now() >= found.until) return null;
      kept.set(key, found);
      return found.facts;
    },
    remember(key, facts) {
      kept.delete(key);
      kept.set(key, { facts, until: now() + keepMs });
      const [oldest] = kept.keys();
      if (kept.size > most && oldest !== undefined) kept.delete(oldest);
    },
    forget: (key) => void kept.delete(key),
  };
}
