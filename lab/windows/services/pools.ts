import type { HostClock } from '../clock';

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
  list(): readonly Pool[];
  find(name: string): Pool | null;
  /** A new worker takes over after a moment; false when the pool is stopped. */
  recycle(name: string): boolean;
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

/** Pools of Exchange 2010 SP3; the directories of OAB, RPC and public folders are in the default one. */
const names = [
  'DefaultAppPool',
  'MSExchangeAutodiscoverAppPool',
  'MSExchangeECPAppPool',
  'MSExchangeOWAAppPool',
  'MSExchangeOWACalendarAppPool',
  'MSExchangePowerShellAppPool',
  'MSExchangePowerShellFrontEndAppPool',
  'MSExchangeServicesAppPool',
  'MSExchangeSyncAppPool',
];

/** How long the new worker takes to be there. */
const takeOverMs = 3000;

export interface PoolsOptions {
  readonly clock: HostClock;
  readonly nextPid: () => number;
  readonly onWorkerChanged: (pool: string, pid: number | null, since: 'before' | 'now') => void;
  readonly onRecycled: (pool: string, previousPid: number | null, pid: number) => void;
}

export function createPools({ clock, nextPid, onWorkerChanged, onRecycled }: PoolsOptions): Pools {
  const pools = new Map<string, Entry>(
    names.map((name) => [
      name.toLowerCase(),
      { name, runtime: 'v2.0', pipeline: 'Integrated', state: 'Started', workerPid: null },
    ]),
  );
  let isServing = false;

  const setWorker = (pool: Entry, pid: number | null, since: 'before' | 'now'): void => {
    if (pool.workerPid !== null) onWorkerChanged(pool.name, null, since);
    pool.workerPid = pid;
    if (pid !== null) onWorkerChanged(pool.name, pid, since);
  };
  const entryOf = (name: string): Entry | undefined => pools.get(name.toLowerCase());

  return {
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
