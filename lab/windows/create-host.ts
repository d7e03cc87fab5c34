import type { Ledger } from '../ledger';
import type { LabFaults, LabHostOptions } from '../types';
import { createClock, type SetTimer } from './clock';
import { createMailboxServers } from './exchange/mailbox-servers';
import { createFileVersions } from './files/file-versions';
import type { Host } from './host';
import { createMachinePools, createMachineServices, createTrouble } from './host-services';
import {
  createMachineFiles,
  createMachineRegistry,
  createMachineServicing,
  createMachineTasks,
  type Parts,
  type Record,
} from './host-storage';
import type { DirectoryTrouble } from './log/directory-trouble';
import { createEventLogs } from './log/event-logs';
import { servicingEvents } from './log/servicing-events';
import { systemEvents } from './log/system-events';
import { resolveWindows, type WindowsFacts } from './options';
import { createPower, type Power } from './power';
import { createProcessTable } from './process/process-table';
import { startSystemProcess } from './process/start-session';
import { keys, pendingRenames } from './registry/keys';
import type { Servicing } from './servicing/servicing';
import { programsOf } from './tools/programs';

export interface HostEnvironment {
  readonly ledger: Ledger;
  readonly timeScale: number;
  readonly now: () => number;
  readonly setTimer: SetTimer;
  readonly faults: () => LabFaults;
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
  const { nextPid } = processes;
  const pools = windows.iis ? createMachinePools(parts, nextPid, trouble) : null;
  const services = createMachineServices(parts, { nextPid, logs, trouble, pools });
  servicing = createMachineServicing(parts, registry);
  const hasManagementShell = Object.keys(windows.managementShell).length > 0;
  const programs = programsOf({ hasWebServer: windows.iis, hasManagementShell });
  const files = createMachineFiles(parts, [...programs.paths]);
  const tasks = createMachineTasks(parts, (command) => startSystemProcess(host, command));
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
    mailboxServers: hasManagementShell ? createMailboxServers(parts) : null,
    servicing,
    fileVersion: createFileVersions({ windows, files, servicing }),
    isStalled: (owner) => trouble.isStalled(owner),
    tasks,
    power,
    logs,
    processes,
    firstPids: pidsOf({ services, pools }),
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

function pidsOf({ services, pools }: Pick<Host, 'services' | 'pools'>): ReadonlySet<number> {
  const workers = (pools?.list() ?? []).map(({ workerPid }) => workerPid ?? 0);
  return new Set([...services.list().map(({ pid }) => pid), ...workers]);
}

/** Up since before the trouble began, and no two machines for equally long. */
function uptimeMs({ ldapSinceMs, seed }: WindowsFacts): number {
  return Math.max(9 * dayMs, ldapSinceMs + dayMs) + (seed % 3_600_000);
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
      const { logs, servicing, services, registry } = host();
      logs.powerOn();
      const system = logs.log('System');
      system.append(systemEvents.kernelStarted(clock.now()));
      system.append(systemEvents.version(windows));
      system.append(systemEvents.eventLogStarted());
      for (const done of servicing.completePending())
        logs.log('Setup').append(servicingEvents.changed(done));
      // The session manager has renamed what was to be renamed.
      registry.deleteValue(keys.sessionManager, pendingRenames);
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
