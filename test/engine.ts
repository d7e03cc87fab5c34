import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import type { Activities } from '../contracts/activities';
import type { ClientConnection, WorkerConnection } from '../workers/connection';
import { connectClient, connectWorker } from '../workers/connection';
import { projectDir, readConfig } from '../workers/config';
import type { Engine } from '../workers/engine';
import { startEngine } from '../workers/engine';
import { installRuntime } from '../workers/runtime';
import { findTemporalExecutable } from '../workers/temporal-executable';
import type { WorkerKind, Workers } from '../workers/worker';
import { startWorkers } from '../workers/worker';
import type { WorkflowBundle } from '../workers/workflow-bundle';
import { workflowBundle } from '../workers/workflow-bundle';

/** A real Temporal server for one test file, in memory, with the workflow bundle of this source tree. */
export interface TestEngine {
  readonly engine: Engine;
  readonly client: Client;
  readonly workerConnection: WorkerConnection;
  readonly bundle: WorkflowBundle;
  /** Every workflow task is replayed from the start, and nondeterminism fails the workflow instead of hanging it. */
  startWorkers(activities: Activities): Promise<Workers>;
  /** Takes decisions only: nobody asks or changes hosts. */
  startDeciders(activities: Activities): Promise<Workers>;
  stop(): Promise<void>;
}

/** Its data are in memory only: nothing is lost, and an orderly end takes it seconds. */
export async function endAtOnce(engine: Engine): Promise<void> {
  try {
    process.kill(engine.pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
  await engine.stop();
}

export interface TestEngineOptions {
  /** Lets single workflows skip time; see `skipTime` in workflows/time-skipping.ts. @default false */
  readonly timeSkipping?: boolean;
  /** Workflow tasks are not replayed each time, which halves what a suite costs: it replays its histories at its end. */
  readonly cached?: boolean;
}

export async function startTestEngine({
  timeSkipping = false,
  cached = false,
}: TestEngineOptions = {}): Promise<TestEngine> {
  installRuntime({ logLevel: 'ERROR' });
  const config = readConfig();
  const bundle = await workflowBundle(join(projectDir(), '.cache'));
  const executable = await findTemporalExecutable({ config });
  const engine = await startEngine({ executable, dbFile: null, timeSkipping });
  const clientConnection: ClientConnection = await connectClient(engine);
  const workerConnection = await connectWorker(engine);
  const start = (activities: Activities, kinds?: readonly WorkerKind[]) =>
    startWorkers({
      connection: workerConnection.connection,
      namespace: engine.namespace,
      activities,
      workflowBundle: bundle,
      ...(cached ? {} : { maxCachedWorkflows: 0 }),
      shutdownGraceMs: 1,
      // Most of the heartbeat time-out by itself: for so long a step would not hear that it is cancelled.
      maxHeartbeatThrottleMs: 200,
      failOnWorkflowError: true,
      ...(kinds === undefined ? {} : { kinds }),
    });
  return {
    engine,
    client: clientConnection.client,
    workerConnection,
    bundle,
    startWorkers: (activities) => start(activities),
    startDeciders: (activities) => start(activities, ['decide']),
    async stop() {
      await clientConnection.close();
      await workerConnection.close();
      await endAtOnce(engine);
    },
  };
}
