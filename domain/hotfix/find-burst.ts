import type { SymptomPattern } from '../../contracts/hotfix';
import type { Symptom } from './symptoms';

export interface Burst {
  readonly symptoms: readonly Symptom[];
  readonly servers: number;
  readonly processes: number;
}

/** How near a host came to a burst: the most that one window of the same length held. */
interface Reach {
  readonly events: number;
  /** Of the usable servers. */
  readonly lost: number;
}

/** Shorter than the time in which the provider says a thing once, a window would miss most of a burst. */
export const burstMsOf = ({ burstMs, logPeriodMs }: SymptomPattern): number =>
  Math.max(burstMs, logPeriodMs);

/**
 * The newest window in which every usable server was lost, and enough events, servers or processes took part. Without a
 * list of servers the numbers alone decide. `symptoms` are oldest first.
 */
export function findBurst(
  pattern: SymptomPattern,
  symptoms: readonly Symptom[],
  usable: readonly string[],
): Burst | null {
  let found: { first: number; end: number; servers: number; processes: number } | null = null;
  slideWindow(burstMsOf(pattern), symptoms, (window) => {
    if (!isBurst(pattern, window, usable)) return;
    const { first, last, servers, processes } = window;
    found = { first, end: last + 1, servers: servers.size(), processes: processes.size() };
  });
  return asBurst(symptoms, found);
}

const asBurst = (
  symptoms: readonly Symptom[],
  found: { first: number; end: number; servers: number; processes: number } | null,
): Burst | null =>
  found === null
    ? null
    : {
        symptoms: symptoms.slice(found.first, found.end),
        servers: found.servers,
        processes: found.processes,
      };

export function furthestReach(
  pattern: SymptomPattern,
  symptoms: readonly Symptom[],
  usable: readonly string[],
): Reach {
  let reach: Reach = { events: 0, lost: 0 };
  slideWindow(burstMsOf(pattern), symptoms, ({ first, last, servers }) => {
    const lost = usable.filter(servers.has).length;
    const events = last - first + 1;
    reach = { events: Math.max(reach.events, events), lost: Math.max(reach.lost, lost) };
  });
  return reach;
}

/** As few of a burst's symptoms as still are one, told in the order in which they are worth keeping. */
export function shortestProof(
  pattern: SymptomPattern,
  inOrder: readonly Symptom[],
  usable: readonly string[],
): readonly Symptom[] {
  const servers = createCounter();
  const processes = createCounter();
  const needed = new Set(usable);
  const proof: Symptom[] = [];
  for (const symptom of inOrder) {
    proof.push(symptom);
    servers.add(symptom.server);
    processes.add(symptom.process);
    if (symptom.server !== null) needed.delete(symptom.server);
    const window = { first: 0, last: proof.length - 1, servers, processes };
    if (needed.size === 0 && isBurst(pattern, window, [])) break;
  }
  return proof;
}

function isBurst(pattern: SymptomPattern, window: Window, usable: readonly string[]): boolean {
  const { first, last, servers, processes } = window;
  if (last - first + 1 < pattern.minimumEvents) return false;
  return isSpread(pattern, servers, processes) && usable.every(servers.has);
}

/** Enough servers or enough processes; what the event does not name cannot be asked for. */
function isSpread(
  { event, minimumServers, minimumProcesses }: SymptomPattern,
  servers: Counter,
  processes: Counter,
): boolean {
  const spreads = [
    ...(event.serverField === null ? [] : [servers.size() >= minimumServers]),
    ...(event.process === null ? [] : [processes.size() >= minimumProcesses]),
  ];
  return spreads.length === 0 || spreads.includes(true);
}

interface Counter {
  readonly add: (name: string | null) => void;
  readonly remove: (name: string | null) => void;
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

/** Counts names as the window moves on: a set would forget a name that is still in it. Null is no name. */
function createCounter(): Counter {
  const counts = new Map<string, number>();
  return {
    add: (name) => {
      if (name !== null) counts.set(name, (counts.get(name) ?? 0) + 1);
    },
    remove: (name) => {
      if (name === null) return;
      const left = (counts.get(name) ?? 0) - 1;
      if (left > 0) counts.set(name, left);
      else counts.delete(name);
    },
    has: (name) => counts.has(name),
    size: () => counts.size,
  };
}
