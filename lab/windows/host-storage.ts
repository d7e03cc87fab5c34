import type { LabFaults } from '../types';
import type { HostClock } from './clock';
import { baseImage } from './files/base-image';
import { createFileSystem, type FileSystem } from './files/file-system';
import type { Host } from './host';
import type { WindowsFacts } from './options';
import { initialRegistry } from './registry/initial-registry';
import { keys, pendingRenames } from './registry/keys';
import { createRegistry, type Registry } from './registry/registry';
import { createServicing, type Servicing } from './servicing/servicing';
import { createTasks, type Tasks } from './tasks/tasks';

export type Record = Host['record'];

/** Of what the parts of a machine are made. */
export interface Parts {
  readonly windows: WindowsFacts;
  readonly clock: HostClock;
  readonly faults: () => LabFaults;
  readonly record: Record;
}

export function createMachineRegistry(
  { windows, record }: Parts,
  isBusy: () => boolean,
  onSettings: () => void,
): Registry {
  return createRegistry({
    initial: function* initial() {
      yield* initialRegistry(windows);
      if (hasPendingPackage(windows)) {
        yield [keys.rebootPending, []];
        yield [keys.rebootRequired, []];
      }
    },
    live: (path, name) =>
      path === keys.servicingInterface && name === 'ServicingInProgress' && isBusy()
        ? { name, type: 'REG_DWORD', data: '0x2' }
        : null,
    onChanged(path, name, value) {
      if (isOwnBookkeeping(path, name)) return;
      if (value === null) record('registry-deleted', { key: path, value: name });
      else record('registry-written', { key: path, value: name, data: value.data });
      if (path.toLowerCase().startsWith(keys.adAccess.toLowerCase())) onSettings();
    },
  });
}

function hasPendingPackage({ hotfix, packages }: WindowsFacts): boolean {
  return [hotfix, ...Object.values(packages)].some((state) => state.endsWith('-pending'));
}

/** What the machine itself writes when packages wait and when it has booted is nobody's side effect. */
function isOwnBookkeeping(path: string, name: string | null): boolean {
  return path === keys.rebootPending || path === keys.rebootRequired || name === pendingRenames;
}

export function createMachineServicing({ windows, clock }: Parts, registry: Registry): Servicing {
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

export function createMachineFiles(
  { windows, clock, faults, record }: Parts,
  programs: readonly string[],
): FileSystem {
  return createFileSystem({
    image: baseImage(windows, programs),
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

export function createMachineTasks(
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
