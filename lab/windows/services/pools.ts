import type { HostClock } from '../clock';
import type { WebApplication } from './applications';

export interface Pool {
  readonly name: string;
  readonly runtime: string;
  readonly pipeline: 'Integrated' | 'Classic';
  readonly state: 'Started' | 'Stopped';
  /** Null without a worker process. */
  readonly workerPid: number | null;
}

/** Application pools of IIS with their worker processes. Workers run only while W3SVC does. */
export interface Pools {
  readonly applications: readonly WebApplication[];
  list(): readonly Pool[];
  find(name: string): Pool | null;
  /** A new worker takes over after a moment; false when the pool is stopped. */
  recycle(name: string): boolean;
  /** Its worker was ended from outside: the activation service has a new one there for the next request. */
  endWorker(pid: number): boolean;
  start(name: string): void;
  stop(name: string): void;
  webServerStarted(since: 'before' | 'now'): void;
  webServerStopped(): void;
}

interface Entry {
  readonly name: string;
  readonly runtime: string;
  readonly pipeline: 'Integrated' | 'Classic';
  state: 'Started' | 'Stopped';
  workerPid: number | null;
}

/** How long the new worker takes to be there. */
const takeOverMs = 3000;

export interface PoolsOptions {
  readonly names: readonly string[];
  /** e.g. `v2.0` */
  readonly runtime: string;
  readonly applications: readonly WebApplication[];
  readonly clock: HostClock;
  readonly nextPid: () => number;
  readonly onWorkerChanged: (pool: string, pid: number | null, since: 'before' | 'now') => void;
  readonly onRecycled: (pool: string, previousPid: number | null, pid: number) => void;
}

export function createPools(options: PoolsOptions): Pools {
  const { applications, clock, nextPid, onWorkerChanged, onRecycled } = options;
  const pools = stoppedWorkers(options);
  let isServing = false;

  const setWorker = (pool: Entry, pid: number | null, since: 'before' | 'now'): void => {
    if (pool.workerPid !== null) onWorkerChanged(pool.name, null, since);
    pool.workerPid = pid;
    if (pid !== null) onWorkerChanged(pool.name, pid, since);
  };
  const entryOf = (name: string): Entry | undefined => pools.get(name.toLowerCase());

  return {
    applications,
    list: () => [...pools.values()],
    find: (name) => entryOf(name) ?? null,
    recycle(name) {
      const pool = entryOf(name);
      if (pool === undefined || pool.state === 'Stopped') return false;
      const previous = pool.workerPid;
      clock.after(takeOverMs, () => {
        if (!isServing || pool.state === 'Stopped' || pool.workerPid !== previous) return;
        const pid = nextPid();
        setWorker(pool, pid, 'now');
        onRecycled(pool.name, previous, pid);
      });
      return true;
    },
    endWorker(pid) {
      const pool = [...pools.values()].find(({ workerPid }) => workerPid === pid);
      if (pool === undefined) return false;
      setWorker(pool, null, 'now');
      clock.after(takeOverMs, () => {
        const isWanted = isServing && pool.state === 'Started' && pool.workerPid === null;
        if (isWanted) setWorker(pool, nextPid(), 'now');
      });
      return true;
    },
    start(name) {
      const pool = entryOf(name);
      if (pool === undefined) return;
      pool.state = 'Started';
      if (isServing && pool.workerPid === null) setWorker(pool, nextPid(), 'now');
    },
    stop(name) {
      const pool = entryOf(name);
      if (pool === undefined) return;
      pool.state = 'Stopped';
      setWorker(pool, null, 'now');
    },
    webServerStarted(since) {
      isServing = true;
      for (const pool of pools.values())
        if (pool.state === 'Started') setWorker(pool, nextPid(), since);
    },
    webServerStopped() {
      isServing = false;
      for (const pool of pools.values()) setWorker(pool, null, 'now');
    },
  };
}

function stoppedWorkers({ names, runtime }: PoolsOptions): Map<string, Entry> {
  return new Map(
    names.map((name) => [
      name.toLowerCase(),
      { name, runtime, pipeline: 'Integrated', state: 'Started', workerPid: null },
    ]),
  );
}
