import type { AffectedRule } from '../../contracts/hotfix';
import type { Symptom } from './symptoms';

export interface Burst {
  readonly symptoms: readonly Symptom[];
  readonly servers: number;
  readonly processes: number;
}

/**
 * The newest window of `burstMs` in which every usable server was lost, and enough servers or processes took part.
 * `symptoms` are oldest first.
 */
export function findBurst(
  rule: AffectedRule,
  symptoms: readonly Symptom[],
  usable: readonly string[],
): Burst | null {
  let found: Burst | null = null;
  slideWindow(rule.burstMs, symptoms, ({ first, last, servers, processes }) => {
    const enough =
      servers.size() >= rule.minimumServers || processes.size() >= rule.minimumProcesses;
    if (!enough || !usable.every(servers.has)) return;
    found = {
      symptoms: symptoms.slice(first, last + 1),
      servers: servers.size(),
      processes: processes.size(),
    };
  });
  return found;
}

/** Most usable servers that one window of the same length lost: tells how near a host came to a burst. */
export function mostServersLost(
  rule: AffectedRule,
  symptoms: readonly Symptom[],
  usable: readonly string[],
): number {
  let most = 0;
  slideWindow(rule.burstMs, symptoms, ({ servers }) => {
    most = Math.max(most, usable.filter(servers.has).length);
  });
  return most;
}

interface Counter {
  readonly add: (name: string) => void;
  readonly remove: (name: string) => void;
  readonly has: (name: string) => boolean;
  readonly size: () => number;
}

interface Window {
  readonly first: number;
  readonly last: number;
  readonly servers: Counter;
  readonly processes: Counter;
}

/** Shows the longest window that ends with each symptom; both ends belong to it. */
function slideWindow(
  lengthMs: number,
  symptoms: readonly Symptom[],
  look: (window: Window) => void,
): void {
  const servers = createCounter();
  const processes = createCounter();
  let first = 0;
  symptoms.forEach((symptom, last) => {
    servers.add(symptom.server);
    processes.add(symptom.process);
    for (
      let oldest = symptoms[first];
      oldest !== undefined && symptom.atMs - oldest.atMs > lengthMs;
      oldest = symptoms[first]
    ) {
      servers.remove(oldest.server);
      processes.remove(oldest.process);
      first += 1;
    }
    look({ first, last, servers, processes });
  });
}

/** Counts names as the window moves on: a set would forget a name that is still in it. */
function createCounter(): Counter {
  const counts = new Map<string, number>();
  return {
    add: (name) => counts.set(name, (counts.get(name) ?? 0) + 1),
    remove: (name) => {
      const left = (counts.get(name) ?? 0) - 1;
      if (left > 0) counts.set(name, left);
      else counts.delete(name);
    },
    has: (name) => counts.has(name),
    size: () => counts.size,
  };
}
