import { loadFleet } from '../clients/inventory/load-fleet';
import { Failure } from '../contracts/failures';
import type { Fleet } from '../contracts/fleet';

/** It is asked for before every host; reading a big fleet with its inventories takes seconds. */
const keptMs = 10_000;
const maxKept = 8;

/**
 * Fleets as workers read them: with everything that clients do to them, kept for a moment.
 *
 * @throws Failure fleet-unreadable
 */
export function createFleetReader(now: () => number): (file: string) => Promise<Fleet> {
  const kept = new Map<string, { readonly at: number; readonly fleet: Promise<Fleet> }>();
  return (file) => {
    const known = kept.get(file);
    if (known !== undefined && now() - known.at < keptMs) return known.fleet;
    const fleet = read(file);
    kept.delete(file);
    kept.set(file, { at: now(), fleet });
    const [oldest] = kept.keys();
    if (kept.size > maxKept && oldest !== undefined) kept.delete(oldest);
    // What failed is read again: it may be put right meanwhile.
    fleet.catch(() => {
      if (kept.get(file)?.fleet === fleet) kept.delete(file);
    });
    return fleet;
  };
}

async function read(file: string): Promise<Fleet> {
  try {
    return (await loadFleet(file)).value;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Failure('fleet-unreadable', `the fleet file cannot be read by the worker: ${why}`, {
      facts: { file },
      cause: error,
    });
  }
}
