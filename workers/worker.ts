import type { NativeConnection } from '@temporalio/worker';
import { Worker } from '@temporalio/worker';
import type { WorkerOptions } from '@temporalio/worker';
import type { Activities } from '../contracts/activities';
import { changeQueue, probeQueue, rolloutQueue } from '../contracts/names';
import { failureInterceptor } from './failure-interceptor';
import type { WorkflowBundle } from './workflow-bundle';

/** `decide`: workflows; `probe`: read-only activities; `change`: those that change hosts or wait for them. */
export type WorkerKind = 'decide' | 'probe' | 'change';

export interface WorkersOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly activities: Activities;
  readonly workflowBundle: WorkflowBundle;
  /** What this process does; a site with a network of its own runs `probe` and `change` only. @default all */
  readonly kinds?: readonly WorkerKind[];
  /** Workflows kept in memory. Below the number of live workflows it is ruinous; 0 replays every task (tests). */
  readonly maxCachedWorkflows?: number;
  /** How long short steps may go on when the workers are shut down. @default 5000 */
  readonly shutdownGraceMs?: number;
  /** Longest time between two heartbeats of a step: with one it learns that it is cancelled. @default 60 s */
  readonly maxHeartbeatThrottleMs?: number;
  /** Turns nondeterminism and bugs into failures instead of tasks that are retried for ever (tests). @default false */
  readonly failOnWorkflowError?: boolean;
}

export interface Workers {
  /** Settles when all have ended: after `shutdown`, or with the error that ended one of them. */
  readonly ended: Promise<void>;
  /**
   * Takes no new work, lets short steps finish, and detaches from long ones: an installer on a host goes on, and whoever
   * comes next finds it by looking.
   */
  shutdown(): Promise<void>;
}

/** Detached steps need no time; this is for short ones, so that they need not be repeated. */
const defaultShutdownGraceMs = 5000;
/** After that, steps that do not let go are left behind; their hosts are found by looking, like after a crash. */
const shutdownForceMs = 20_000;

/** Queues by kind, with activities that run side by side in one process. Waiting for a reboot holds a place, too. */
const places = { probe: 64, change: 1000 } as const;

/** One process, three queues, so that a slow fleet never delays decisions. */
export async function startWorkers(options: WorkersOptions): Promise<Workers> {
  const common = commonOptions(options);
  const byKind = queueOptions(options);
  const kinds = options.kinds ?? (Object.keys(byKind) as WorkerKind[]);
  return running(
    await Promise.all(kinds.map((kind) => Worker.create({ ...common, ...byKind[kind] }))),
  );
}

type QueueOptions = Pick<WorkerOptions, 'activities' | 'workflowBundle'> & { taskQueue: string };

function queueOptions(options: WorkersOptions): { readonly [K in WorkerKind]: QueueOptions } {
  const {
    admit,
    findChanged,
    holder,
    notify,
    readCalendar,
    prepareStanding,
    askSlot,
    tellSlots,
    assess,
    check,
    verify,
    watch,
    measure,
    ...changing
  } = options.activities;
  const { maxCachedWorkflows } = options;
  const decide = {
    taskQueue: rolloutQueue,
    workflowBundle: options.workflowBundle,
    activities: {
      admit,
      findChanged,
      holder,
      notify,
      readCalendar,
      prepareStanding,
      askSlot,
      tellSlots,
    },
    ...(maxCachedWorkflows === undefined ? {} : { maxCachedWorkflows }),
  };
  const probe = {
    taskQueue: probeQueue,
    activities: { assess, check, verify, watch, measure },
    maxConcurrentActivityTaskExecutions: places.probe,
  };
  const change = {
    taskQueue: changeQueue,
    activities: changing,
    maxConcurrentActivityTaskExecutions: places.change,
  };
  return { decide, probe, change };
}

function commonOptions(options: WorkersOptions): Omit<WorkerOptions, 'taskQueue'> {
  return {
    connection: options.connection,
    namespace: options.namespace,
    shutdownGraceTime: options.shutdownGraceMs ?? defaultShutdownGraceMs,
    shutdownForceTime: shutdownForceMs,
    interceptors: { activity: [failureInterceptor] },
    ...(options.maxHeartbeatThrottleMs === undefined
      ? {}
      : { maxHeartbeatThrottleInterval: options.maxHeartbeatThrottleMs }),
    ...(options.failOnWorkflowError === true
      ? { workflowFailureErrorTypes: { '*': ['NondeterminismError', 'Error'] } }
      : {}),
  };
}

function running(workers: readonly Worker[]): Workers {
  const stopAll = () => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  const ended = Promise.allSettled(
    workers.map((worker) =>
      worker.run().catch((error: unknown) => {
        // One queue without a worker would let rollouts hang silently: all end together.
        stopAll();
        throw error;
      }),
    ),
  ).then((results) => {
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  });
  return {
    ended,
    async shutdown() {
      stopAll();
      await ended;
    },
  };
}
