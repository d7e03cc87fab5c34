import type { Machine } from './machine';

/** What Wine has not and the stand-ins keep, per host and in memory. */
export interface HostState {
  readonly machine: Machine;
  readonly packages: Package[];
  readonly logs: Map<string, LoggedEvent[]>;
  readonly tasks: Map<string, Task>;
  /** Lower-case path to what `wmic datafile` tells as its version. */
  readonly fileVersions: Map<string, string>;
  /** What dism ends with in place of installing. */
  readonly dismFails: number | null;
  /** Files whose version an installed package raises, once Windows has restarted, until it is removed. */
  readonly fixes: { readonly [path: string]: string };
  /** Versions of those files before. */
  readonly unfixed: Map<string, string>;
  /** Everything that changed the host, in order. */
  readonly ledger: LedgerEntry[];
  /** Restarts Windows after some milliseconds; null when it is on the way already. */
  restart: ((afterMs: number) => void) | null;
}

export interface Package {
  readonly identity: string;
  state: 'Installed' | 'Install Pending' | 'Uninstall Pending';
}

export interface LoggedEvent {
  readonly recordId: number;
  readonly at: Date;
  readonly provider: string;
  readonly eventId: number;
  readonly data: readonly string[];
}

export interface Task {
  readonly action: string;
  /** Unsigned 32-bit. */
  lastResult: number;
  running: boolean;
}

export interface LedgerEntry {
  readonly effect:
    'task-created' | 'task-run' | 'installed' | 'install-failed' | 'removed' | 'reboot' | 'booted';
  readonly what: string;
}

/** Record ids go on over all boots, as those of Windows do. */
export function logEvent(
  { logs }: Pick<HostState, 'logs'>,
  log: string,
  event: Omit<LoggedEvent, 'recordId' | 'at'> & { readonly at?: Date },
): void {
  const events = logs.get(log) ?? [];
  logs.set(log, events);
  const recordId = (events.at(-1)?.recordId ?? 4711) + 1;
  events.push({ at: new Date(), ...event, recordId });
}
