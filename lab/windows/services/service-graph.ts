import type { ServiceDefinition } from './catalogue';
import type { ServiceState } from './services';

/** One service and how it is now. */
export interface ServiceEntry {
  readonly definition: ServiceDefinition;
  startMode: ServiceDefinition['startMode'];
  state: ServiceState;
  pid: number;
  exitCode: number;
  waiters: (() => void)[];
}

export type ServiceEntries = ReadonlyMap<string, ServiceEntry>;

export function isPending(entry: ServiceEntry): boolean {
  return entry.state === 'start-pending' || entry.state === 'stop-pending';
}

export function isStopped(entry: ServiceEntry | undefined): boolean {
  return entry?.state === 'stopped';
}

export function isNamed(names: readonly string[] | undefined, entry: ServiceEntry): boolean {
  return names?.some((name) => name.toLowerCase() === entry.definition.name.toLowerCase()) ?? false;
}

/** What needs a service, directly or through others, in the order in which it must stop. */
export function dependentsOf(
  entries: ServiceEntries,
  entry: ServiceEntry | undefined,
): ServiceEntry[] {
  if (entry === undefined) return [];
  const found = new Set<ServiceEntry>();
  const visit = (name: string): void => {
    for (const other of entries.values()) {
      if (
        found.has(other) ||
        !other.definition.dependsOn.some((needed) => needed.toLowerCase() === name.toLowerCase())
      )
        continue;
      visit(other.definition.name);
      found.add(other);
    }
  };
  visit(entry.definition.name);
  return [...found];
}

/** What a service needs comes before it. */
export function inStartOrder(entries: ServiceEntries): ServiceEntry[] {
  const order = new Set<ServiceEntry>();
  const visit = (entry: ServiceEntry | undefined): void => {
    if (entry === undefined || order.has(entry)) return;
    for (const name of entry.definition.dependsOn) visit(entries.get(name.toLowerCase()));
    order.add(entry);
  };
  for (const entry of entries.values()) visit(entry);
  return [...order];
}

export function isNeededBySelfStarter(entries: ServiceEntries, entry: ServiceEntry): boolean {
  return (
    entry.startMode === 'manual' &&
    dependentsOf(entries, entry).some((dependent) => dependent.startMode === 'auto')
  );
}

export function sharedPid(
  entries: ServiceEntries,
  entry: ServiceEntry,
  nextPid: () => number,
): number {
  for (const other of entries.values()) {
    if (
      other.state === 'running' &&
      other.definition.isShared &&
      other.definition.image === entry.definition.image &&
      other.pid !== 0
    )
      return other.pid;
  }
  return nextPid();
}
