import type { Ledger } from '../ledger';
import type { LabFaults, LabHostOptions } from '../types';
import { createClock, type HostClock, type SetTimer } from './clock';
import { baseImage } from './files/base-image';
import { createFileSystem, type FileSystem } from './files/file-system';
import type { Host } from './host';
import {
  createDirectoryTrouble,
  type DirectoryTrouble,
  type TroubleSettings,
} from './log/directory-trouble';
import { createEventLogs, type EventLogs } from './log/event-logs';
import { servicingEvents } from './log/servicing-events';
import { systemEvents } from './log/system-events';
import { resolveWindows, type WindowsFacts } from './options';
import { createPower, type Power } from './power';
import { createProcessTable } from './process/process-table';
import { startSystemProcess } from './process/start-session';
import { initialRegistry } from './registry/initial-registry';
import { keys, topologyValue } from './registry/keys';
import { createRegistry, type Registry } from './registry/registry';
import { catalogueOf } from './services/catalogue';
import { createPools, type Pools } from './services/pools';
import { createServices, type Service, type Services } from './services/services';
import { createServicing, type Servicing } from './servicing/servicing';
import { createTasks, type Tasks } from './tasks/tasks';
import { programsOf } from './tools/programs';

export interface HostEnvironment {
  readonly ledger: Ledger;
  readonly timeScale: number;
  readonly now: () => number;
  readonly setTimer: SetTimer;
  readonly faults: () => LabFaults;
}

type Record = Host['record'];

interface Parts {
  readonly windows: WindowsFacts;
  readonly clock: HostClock;
  readonly faults: () => LabFaults;
  readonly record: Record;
}

const dayMs = 86_400_000;

/** Puts the parts of a machine together. The order matters: services write into logs as soon as they are made. */
export function createHost(
  options: LabHostOptions,
  environment: HostEnvironment,
): { readonly host: Host; readonly dispose: () => void } {
  const { ledger, faults } = environment;
  const clock = createClock({ ...environment, offsetMs: options.windows?.clockOffsetMs ?? 0 });
  const windows = resolveWindows(options, clock.now());
  const record: Record = (effect, detail) => ledger.record(options.id, effect, detail);
  const parts: Parts = { windows, clock, faults, record };
  const bootedAt = clock.now() - uptimeMs(windows);
  const processes = createProcessTable(windows.seed, clock.now);
  const logs = createEventLogs(windows, clock.now, bootedAt);
  let servicing: Servicing | null = null;
  const registry = createMachineRegistry(
    parts,
    () => servicing?.isBusy ?? false,
    () => trouble.settingsChanged(),
  );
  const trouble = createTrouble(parts, logs, registry);
  const pools = windows.exchange ? createMachinePools(parts, processes.nextPid, trouble) : null;
  const services = createMachineServices(parts, {
    nextPid: processes.nextPid,
    logs,
    trouble,
    pools,
  });
  servicing = createMachineServicing(parts, registry);
  const programs = programsOf(windows.exchange);
  const files = createMachineFiles(parts, [...programs.paths]);
  const startTask = (command: string): ReturnType<typeof startSystemProcess> =>
    startSystemProcess(host, command);
  const tasks = createMachineTasks(parts, startTask);
  const power = createMachinePower(parts, bootedAt, () => host, trouble);
  const host: Host = {
    options,
    windows,
    get faults() {
      return faults();
    },
    clock,
    files,
    registry,
    services,
    pools,
    servicing,
    tasks,
    power,
    logs,
    processes,
    programs: programs.byPath,
    record,
  };
  return {
    host,
    dispose() {
      processes.killAll();
      clock.dispose();
    },
  };
}

/** Up since before the trouble began, and no two machines for equally long. */
function uptimeMs({ ldapSinceMs, seed }: WindowsFacts): number {
  return Math.max(9 * dayMs, ldapSinceMs + dayMs) + (seed % 3_600_000);
}

function createMachineRegistry(
  { windows, record }: Parts,
  isBusy: () => boolean,
  onSettings: () => void,
): Registry {
  return createRegistry({
    initial: function* initial() {
      yield* initialRegistry(windows);
      if (windows.hotfix === 'install-pending') {
        yield [keys.rebootPending, []];
        yield [keys.rebootRequired, []];
      }
    },
    live: (path, name) =>
      path === keys.servicingInterface && name === 'ServicingInProgress' && isBusy()
        ? { name, type: 'REG_DWORD', data: '0x2' }
        : null,
    onChanged(path, name) {
      if (path === keys.rebootPending || path === keys.rebootRequired) return;
      record('registry-written', { key: path, value: name });
      if (path.toLowerCase().startsWith(keys.adAccess.toLowerCase())) onSettings();
    },
  });
}

function createTrouble(
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

/** Without a value the category logs at its lowest level; `LogPeriod` is 900 s when nothing is set. */
function troubleSettings(registry: Registry): TroubleSettings {
  const numberOf = (path: string, name: string): number | null => {
    const value = registry.value(path, name);
    return value === null ? null : Number(value.data) || 0;
  };
  return {
    level: numberOf(keys.adAccessDiagnostics, topologyValue) ?? 0,
    periodMs: Math.max(1, numberOf(keys.adAccess, 'LogPeriod') ?? 900) * 1000,
  };
}

function createMachinePools(
  { clock, record }: Parts,
  nextPid: () => number,
  trouble: DirectoryTrouble,
): Pools {
  return createPools({
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

function createMachineServices(
  { windows, clock, faults, record }: Parts,
  { nextPid, logs, trouble, pools }: ServiceNeighbours,
): Services {
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
    record(isRunning ? 'service-started' : 'service-stopped', { service: name, pid: service.pid });
    logs
      .log('System')
      .append(systemEvents.serviceChanged(displayName, isRunning ? 'running' : 'stopped'));
  };
  return createServices({
    catalogue: catalogueOf(windows.exchange, windows.role === 'domain-controller'),
    stoppedAtFirst: windows.stoppedServices,
    clock,
    faults,
    nextPid,
    onChanged,
  });
}

function createMachineServicing({ windows, clock }: Parts, registry: Registry): Servicing {
  let isHeld = windows.servicingBusyMs > 0;
  if (isHeld) {
    clock.after(windows.servicingBusyMs, () => {
      isHeld = false;
    });
  }
  return createServicing({
    windows,
    now: clock.now,
    isHeldElsewhere: () => isHeld,
    onPendingChanged(isPending) {
      for (const key of [keys.rebootPending, keys.rebootRequired]) {
        if (isPending) registry.addKey(key);
        else registry.deleteKey(key);
      }
    },
  });
}

function createMachineFiles(
  { windows, clock, faults, record }: Parts,
  programs: readonly string[],
): FileSystem {
  return createFileSystem({
    image: baseImage(windows.exchange, programs),
    now: clock.now,
    installedAt: windows.installedAt,
    capacity: () => windows.freeBytes,
    isFull: () => faults().diskFull === true,
    onWritten(path, size) {
      record('file-written', { path, bytes: size });
      if (/result\.txt$/i.test(path)) record('result-written', { path });
    },
    onDeleted: (path) => record('file-deleted', { path }),
  });
}

function createMachineTasks(
  { clock, record }: Parts,
  start: Parameters<typeof createTasks>[0]['start'],
): Tasks {
  return createTasks({
    now: clock.now,
    start,
    onEvent(event, { name, lastResult }) {
      const task = name.replace(/^\\/, '');
      record(`task-${event}`, event === 'ended' ? { task, result: lastResult } : { task });
    },
  });
}

function createMachinePower(
  { windows, clock, faults, record }: Parts,
  bootedAt: number,
  host: () => Host,
  trouble: DirectoryTrouble,
): Power {
  const power = createPower({
    clock,
    bootedAt,
    faults,
    onAccepted({ delayMs, restarts, reason }) {
      host().logs.log('System').append(systemEvents.shutdownAsked(reason, windows.computerName));
      record('shutdown-accepted', { delayMs, restarts, comment: reason.comment });
    },
    onAborted: () => record('shutdown-aborted'),
    onOff() {
      const { logs, tasks, processes, services } = host();
      tasks.powerOff();
      processes.killAll();
      logs.log('System').append(systemEvents.eventLogStopped());
      logs.log('System').append(systemEvents.kernelStopped(clock.now()));
      trouble.powerOff();
      services.powerOff();
      logs.powerOff();
    },
    onBoot() {
      const { logs, servicing, services } = host();
      logs.powerOn();
      const system = logs.log('System');
      system.append(systemEvents.kernelStarted(clock.now()));
      system.append(systemEvents.version(windows));
      system.append(systemEvents.eventLogStarted());
      for (const done of servicing.completePending())
        logs.log('Setup').append(servicingEvents.changed(done));
      services.powerOn();
    },
  });
  power.onChange((state) =>
    state === 'off'
      ? record('port-closed')
      : record('booted', { bootedAt: new Date(power.bootedAt).toISOString() }),
  );
  return power;
}
