import type { Identity } from './invocation';
import type { ProcessControl } from './process-control';

export interface ProcessEntry {
  readonly pid: number;
  readonly image: string;
  readonly commandLine: string;
  readonly identity: Identity;
  readonly startedAt: number;
  readonly control: ProcessControl;
}

/** What was started by sessions and tasks. Processes of services are the services' own. */
export interface ProcessTable {
  readonly nextPid: () => number;
  add(
    image: string,
    commandLine: string,
    identity: Identity,
    control: ProcessControl,
  ): ProcessEntry;
  remove(entry: ProcessEntry): void;
  list(): readonly ProcessEntry[];
  /** Ends all of them, as a reboot does. */
  killAll(): void;
}

export function createProcessTable(seed: number, now: () => number): ProcessTable {
  const entries = new Map<number, ProcessEntry>();
  // Process ids are multiples of four and jump about.
  let last = 1000 + (seed % 500) * 4;
  const nextPid = (): number => {
    last = last + 4 * (1 + (last % 7));
    if (last > 16_000) last = 1004;
    return entries.has(last) ? nextPid() : last;
  };
  return {
    nextPid,
    add(image, commandLine, identity, control) {
      const entry = { pid: nextPid(), image, commandLine, identity, startedAt: now(), control };
      entries.set(entry.pid, entry);
      return entry;
    },
    remove: (entry) => void entries.delete(entry.pid),
    list: () => [...entries.values()],
    killAll() {
      for (const entry of entries.values()) entry.control.kill();
      entries.clear();
    },
  };
}
