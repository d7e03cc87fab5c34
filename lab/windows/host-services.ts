import type { Parts } from './host-storage';
import {
  createDirectoryTrouble,
  type DirectoryTrouble,
  type TroubleSettings,
} from './log/directory-trouble';
import type { EventLogs } from './log/event-logs';
import { systemEvents } from './log/system-events';
import { keys, topologyValue } from './registry/keys';
import type { Registry } from './registry/registry';
import { applicationsOf, poolNamesOf } from './services/applications';
import { catalogueOf } from './services/catalogue';
import { createManagedAvailability } from './services/managed-availability';
import { createPools, type Pools } from './services/pools';
import { createServices, type Service, type Services } from './services/services';

/** Low: what Exchange logs at where nobody has set a level. */
const defaultTopologyLevel = 1;

export function createTrouble(
  { windows, clock, faults }: Parts,
  logs: EventLogs,
  registry: Registry,
): DirectoryTrouble {
  return createDirectoryTrouble({
    windows,
    log: logs.log('Application'),
    now: clock.now,
    settings: () => troubleSettings(registry),
    symptomStays: () => faults().symptomStays === true,
  });
}

/** `LogPeriod` is 900 s when nothing is set. */
function troubleSettings(registry: Registry): TroubleSettings {
  const numberOf = (path: string, name: string): number | null => {
    const value = registry.value(path, name);
    return value === null ? null : Number(value.data) || 0;
  };
  return {
    level: numberOf(keys.adAccessDiagnostics, topologyValue) ?? defaultTopologyLevel,
    periodMs: Math.max(1, numberOf(keys.adAccess, 'LogPeriod') ?? 900) * 1000,
  };
}

export function createMachinePools(
  { windows, clock, record }: Parts,
  nextPid: () => number,
  trouble: DirectoryTrouble,
): Pools {
  return createPools({
    names: poolNamesOf(windows),
    // Exchange 2013 needs .NET 4.5, as everything on 2012 R2 has it.
    runtime: windows.exchange === '2013' || windows.edition === '2012r2' ? 'v4.0' : 'v2.0',
    applications: applicationsOf(windows),
    clock,
    nextPid,
    onWorkerChanged(pool, pid, since) {
      if (pid === null) trouble.processStopped(pool);
      else trouble.processStarted(pool, pid, since);
    },
    onRecycled: (pool, previousPid, pid) => record('pool-recycled', { pool, previousPid, pid }),
  });
}

interface ServiceNeighbours {
  readonly nextPid: () => number;
  readonly logs: EventLogs;
  readonly trouble: DirectoryTrouble;
  readonly pools: Pools | null;
}

export function createMachineServices(
  { windows, clock, faults, record }: Parts,
  { nextPid, logs, trouble, pools }: ServiceNeighbours,
): Services {
  const guard = createManagedAvailability(
    clock,
    () => services,
    () => windows.exchange === '2013',
  );
  const onChanged = (service: Service, cause: 'asked' | 'boot' | 'initial'): void => {
    const { name, displayName } = service.definition;
    const isRunning = service.state === 'running';
    const since = cause === 'initial' ? 'before' : 'now';
    if (isRunning) trouble.processStarted(name, service.pid, since);
    else trouble.processStopped(name);
    if (name === 'W3SVC' && pools !== null) {
      if (isRunning) pools.webServerStarted(since);
      else pools.webServerStopped();
    }
    if (cause !== 'asked') return;
    if (!isRunning) guard(service);
    record(isRunning ? 'service-started' : 'service-stopped', { service: name, pid: service.pid });
    logs
      .log('System')
      .append(systemEvents.serviceChanged(displayName, isRunning ? 'running' : 'stopped'));
  };
  const given = (wanted: 'running' | 'stopped'): string[] =>
    Object.keys(windows.services).filter((name) => windows.services[name]?.state === wanted);
  const services = createServices({
    catalogue: catalogueOf(windows),
    stoppedAtFirst: [...windows.stoppedServices, ...given('stopped')],
    runningAtFirst: given('running'),
    clock,
    faults,
    nextPid,
    onChanged,
    onConfigured: ({ definition, startMode }) =>
      record('service-configured', { service: definition.name, startMode }),
  });
  return services;
}
