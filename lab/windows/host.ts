import type { LabEffect, LabFaults, LabHostOptions, LedgerEntry } from '../types';
import type { HostClock } from './clock';
import type { MailboxServers } from './exchange/mailbox-servers';
import type { FileSystem } from './files/file-system';
import type { EventLogs } from './log/event-logs';
import type { WindowsFacts } from './options';
import type { Power } from './power';
import type { Program } from './process/invocation';
import type { ProcessTable } from './process/process-table';
import type { Registry } from './registry/registry';
import type { Pools } from './services/pools';
import type { Services } from './services/services';
import type { Servicing } from './servicing/servicing';
import type { Tasks } from './tasks/tasks';

/** One emulated machine as its own programs see it. */
export interface Host {
  readonly options: LabHostOptions;
  readonly windows: WindowsFacts;
  readonly faults: LabFaults;
  readonly clock: HostClock;
  readonly files: FileSystem;
  readonly registry: Registry;
  readonly services: Services;
  /** Null on a machine without Exchange's management tools. */
  readonly mailboxServers: MailboxServers | null;
  /** Null on a machine without IIS. */
  readonly pools: Pools | null;
  readonly servicing: Servicing;
  /** Of a file by its full path; null for one that has none, and where there is no file. */
  readonly fileVersion: (path: string) => string | null;
  /** Whether the process of a service or pool waits for domain controllers that do not answer. */
  readonly isStalled: (owner: string) => boolean;
  readonly tasks: Tasks;
  readonly power: Power;
  readonly logs: EventLogs;
  readonly processes: ProcessTable;
  /** Processes of services and pools that the lab started with; what is restarted is another one. */
  readonly firstPids: ReadonlySet<number>;
  /** Programs by full path in lower case. */
  readonly programs: ReadonlyMap<string, Program>;
  record(effect: LabEffect, detail?: LedgerEntry['detail']): void;
}
