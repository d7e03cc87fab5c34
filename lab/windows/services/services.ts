import type { LabFaults } from '../../types';
import type { HostClock } from '../clock';
import type { ServiceDefinition } from './catalogue';
import {
  dependentsOf as dependentsIn,
  isNamed,
  isPending,
  type ServiceEntry,
} from './service-graph';
import { createLifecycle, neverStarted } from './service-lifecycle';

export type ServiceState = 'stopped' | 'start-pending' | 'stop-pending' | 'running';

export interface Service {
  readonly definition: ServiceDefinition;
  readonly startMode: ServiceDefinition['startMode'];
  readonly state: ServiceState;
  /** 0 while it does not run. */
  readonly pid: number;
  /** What it ended with last: 0, 1053, 1077 for never started since the boot. */
  readonly exitCode: number;
}

/** Codes are Win32's: 0, 1051 dependents run, 1053 did not answer, 1056 runs already, 1058 disabled, 1060 none, 1061 busy, 1062 not started, 1068 dependency failed. */
export interface Services {
  list(): readonly Service[];
  /** By name or display name, case ignored. */
  find(name: string): Service | null;
  /** Those that need it, directly or through others, nearest last: the order in which they must stop. */
  dependentsOf(name: string): readonly Service[];
  /** Begins to start; resolves once the service has answered or failed to, as StartService does. */
  start(name: string): Promise<number>;
  /** Begins to stop; the service is `stop-pending` when this returns 0. */
  stop(name: string): number;
  /** Its process was ended from outside; false when no service that can be ended so has it. */
  endProcess(pid: number): boolean;
  /** Resolves when the service is in no pending state. */
  settled(name: string): Promise<void>;
  setStartMode(name: string, mode: ServiceDefinition['startMode']): void;
  powerOff(): void;
  /** What starts by itself at a boot does. */
  powerOn(): void;
}

/** Why a service runs or does not: by a command, by a boot, or since before the lab. */
export type ChangeCause = 'asked' | 'boot' | 'initial';

export interface ServicesOptions {
  readonly catalogue: readonly ServiceDefinition[];
  readonly stoppedAtFirst: readonly string[];
  /** What runs although nothing starts it by itself. */
  readonly runningAtFirst: readonly string[];
  readonly clock: HostClock;
  readonly faults: () => LabFaults;
  readonly nextPid: () => number;
  readonly onChanged: (service: Service, cause: ChangeCause) => void;
  readonly onConfigured: (service: Service) => void;
}

export function createServices(options: ServicesOptions): Services {
  const entries = new Map<string, ServiceEntry>();
  for (const definition of options.catalogue) {
    entries.set(definition.name.toLowerCase(), {
      definition,
      startMode: definition.startMode,
      state: 'stopped',
      pid: 0,
      exitCode: neverStarted,
      waiters: [],
    });
  }
  const stopped = new Set(options.stoppedAtFirst.map((name) => name.toLowerCase()));
  const lifecycle = createLifecycle(options, entries);
  lifecycle.startAll(
    'initial',
    (entry) => !stopped.has(entry.definition.name.toLowerCase()),
    (entry) => isNamed(options.runningAtFirst, entry),
  );

  const entryOf = (name: string): ServiceEntry | undefined =>
    entries.get(name.toLowerCase()) ??
    [...entries.values()].find(
      (entry) => entry.definition.displayName.toLowerCase() === name.toLowerCase(),
    );

  return {
    list: () => [...entries.values()],
    find: (name) => entryOf(name) ?? null,
    dependentsOf: (name) => dependentsIn(entries, entryOf(name)),
    async start(name) {
      const entry = entryOf(name);
      return entry === undefined ? 1060 : lifecycle.start(entry);
    },
    stop(name) {
      const entry = entryOf(name);
      return entry === undefined ? 1060 : lifecycle.stop(entry);
    },
    endProcess: (pid) => lifecycle.endProcess(pid),
    settled(name) {
      const entry = entryOf(name);
      return entry === undefined || !isPending(entry)
        ? Promise.resolve()
        : new Promise((resolve) => entry.waiters.push(resolve));
    },
    setStartMode(name, mode) {
      const entry = entryOf(name);
      if (entry === undefined) return;
      entry.startMode = mode;
      options.onConfigured(entry);
    },
    powerOff: () => lifecycle.stopAll(),
    powerOn: () =>
      lifecycle.startAll(
        'boot',
        (entry) => !isNamed(options.faults().servicesStuck, entry),
        () => false,
      ),
  };
}
