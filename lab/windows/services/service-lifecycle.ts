import {
  dependentsOf,
  inStartOrder,
  isNamed,
  isNeededBySelfStarter,
  isPending,
  isStopped,
  type ServiceEntries,
  type ServiceEntry,
  sharedPid,
} from './service-graph';
import type { ChangeCause, ServicesOptions, ServiceState } from './services';

/** How long the service control manager waits for a service that does not answer. */
const answerMs = 30_000;
export const neverStarted = 1077;
/** ERROR_PROCESS_ABORTED */
const processAborted = 1067;

export interface Lifecycle {
  start(entry: ServiceEntry): Promise<number>;
  stop(entry: ServiceEntry): number;
  /** A boot: everything is there at once. */
  startAll(
    cause: 'boot' | 'initial',
    mayStart: (entry: ServiceEntry) => boolean,
    mustStart: (entry: ServiceEntry) => boolean,
  ): void;
  /** Whether there was a service of its own in the process, which has ended with it. */
  endProcess(pid: number): boolean;
  stopAll(): void;
}

export function createLifecycle(options: ServicesOptions, entries: ServiceEntries): Lifecycle {
  const { nextPid, onChanged } = options;
  const start = async (entry: ServiceEntry): Promise<number> => {
    const refusal = startRefusal(entry);
    if (refusal !== 0) return refusal;
    if (!(await startNeeded(entry, entries, start))) return 1068;
    // Something else may have started it meanwhile.
    const second = startRefusal(entry);
    return second === 0 ? beginStart(entry, options) : second;
  };
  return {
    start,
    stop: (entry) => beginStop(entry, entries, options),
    startAll(cause, mayStart, mustStart) {
      for (const entry of inStartOrder(entries)) {
        const isWanted = mustStart(entry) || startsByItself(entry, entries);
        if (!mayStart(entry) || !isWanted) continue;
        entry.pid = entry.definition.isShared ? sharedPid(entries, entry, nextPid) : nextPid();
        settle(entry, 'running', 0);
        onChanged(entry, cause);
      }
    },
    endProcess(pid) {
      const [entry] = [...entries.values()].filter((one) => pid !== 0 && one.pid === pid);
      // A process of several services is one of Windows' own, and ending it would take the machine down.
      if (entry === undefined || entry.definition.isShared) return false;
      settle(entry, 'stopped', processAborted);
      onChanged(entry, 'asked');
      return true;
    },
    stopAll() {
      for (const entry of entries.values()) settle(entry, 'stopped', neverStarted);
    },
  };
}

function startsByItself(entry: ServiceEntry, entries: ServiceEntries): boolean {
  const isWanted = entry.startMode === 'auto' || isNeededBySelfStarter(entries, entry);
  return (
    isWanted &&
    !entry.definition.dependsOn.some((name) => isStopped(entries.get(name.toLowerCase())))
  );
}

/** Starts what a service needs and waits for it; false when that cannot be had. */
async function startNeeded(
  entry: ServiceEntry,
  entries: ServiceEntries,
  start: (entry: ServiceEntry) => Promise<number>,
): Promise<boolean> {
  for (const name of entry.definition.dependsOn) {
    const needed = entries.get(name.toLowerCase());
    if (needed === undefined || needed.state === 'running') continue;
    if (needed.state === 'stopped' && (await start(needed)) !== 0) return false;
    if (isPending(needed)) await new Promise<void>((resolve) => needed.waiters.push(resolve));
    if (isStopped(needed)) return false;
  }
  return true;
}

function beginStart(entry: ServiceEntry, options: ServicesOptions): number | Promise<number> {
  const { servicesStuck, startRefused } = options.faults();
  entry.state = 'start-pending';
  entry.pid = options.nextPid();
  if (!isNamed(servicesStuck, entry) && !isNamed(startRefused, entry)) {
    after(entry.definition.startMs, entry, 'start-pending', options, () =>
      finish(entry, 'running', 'asked', options),
    );
    return 0;
  }
  return new Promise((resolve) => {
    entry.waiters.push(() => resolve(1053));
    after(answerMs, entry, 'start-pending', options, () => settle(entry, 'stopped', 1053));
  });
}

function beginStop(entry: ServiceEntry, entries: ServiceEntries, options: ServicesOptions): number {
  if (entry.state === 'stopped') return 1062;
  if (isPending(entry)) return 1061;
  if (!entry.definition.isStoppable) return 1052;
  if (dependentsOf(entries, entry).some((dependent) => dependent.state !== 'stopped')) return 1051;
  entry.state = 'stop-pending';
  if (isNamed(options.faults().stopStuck, entry)) return 0;
  after(entry.definition.stopMs, entry, 'stop-pending', options, () =>
    finish(entry, 'stopped', 'asked', options),
  );
  return 0;
}

function finish(
  entry: ServiceEntry,
  state: 'running' | 'stopped',
  cause: ChangeCause,
  { onChanged }: ServicesOptions,
): void {
  settle(entry, state, 0);
  onChanged(entry, cause);
}

function settle(entry: ServiceEntry, state: 'running' | 'stopped', exitCode: number): void {
  entry.state = state;
  entry.exitCode = exitCode;
  if (state === 'stopped') entry.pid = 0;
  for (const resolve of entry.waiters.splice(0)) resolve();
}

/** Does something later, unless the machine went down meanwhile. */
function after(
  durationMs: number,
  entry: ServiceEntry,
  pending: ServiceState,
  { clock }: ServicesOptions,
  act: () => void,
): void {
  clock.after(durationMs, () => {
    if (entry.state === pending) act();
  });
}

function startRefusal(entry: ServiceEntry): number {
  if (entry.startMode === 'disabled') return 1058;
  if (entry.state === 'running' || entry.state === 'start-pending') return 1056;
  return entry.state === 'stop-pending' ? 1061 : 0;
}
