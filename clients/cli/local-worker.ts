import { createActivities } from '../../activities';
import type { WorkerConfig } from '../../workers/config';
import { connectClient, connectWorker } from '../../workers/connection';
import type { ServerAddress } from '../../workers/connection';
import { workerDependencies } from '../../workers/dependencies';
import { installRuntime } from '../../workers/runtime';
import { startWorkers } from '../../workers/worker';
import { workflowBundle } from '../../workers/workflow-bundle';
import { workerLog } from './worker-log';

export interface LocalWorker extends ServerAddress {
  /** Settles when the worker ended by itself or was stopped. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

export interface LocalWorkerOptions {
  /** @default as Temporal's own tools are configured */
  readonly server?: ServerAddress;
  readonly log: (line: string) => void;
  /** How long short steps may go on when the worker is stopped. */
  readonly shutdownGraceMs?: number;
}

/** A worker in this process, with everything that its activities need. */
export async function startLocalWorker(
  config: WorkerConfig,
  options: LocalWorkerOptions,
): Promise<LocalWorker> {
  const { server, shutdownGraceMs } = options;
  installRuntime({ log: workerLog(options.log) });
  const client = await connectClient(server);
  try {
    const connection = await connectWorker(server);
    try {
      const workers = await startWorkers({
        connection: connection.connection,
        namespace: connection.namespace,
        activities: createActivities(workerDependencies(config, client.client)),
        workflowBundle: await workflowBundle(config.cacheDir),
        ...(shutdownGraceMs === undefined ? {} : { shutdownGraceMs }),
      });
      const ended = closingAfter(workers.ended, [connection, client]);
      return {
        address: connection.address,
        namespace: connection.namespace,
        ended,
        async stop() {
          await workers.shutdown();
          await ended;
        },
      };
    } catch (error) {
      await connection.close();
      throw error;
    }
  } catch (error) {
    await client.close();
    throw error;
  }
}

async function closingAfter(
  ended: Promise<void>,
  connections: readonly { close(): Promise<void> }[],
): Promise<void> {
  try {
    await ended;
  } finally {
    for (const connection of connections) await connection.close();
  }
}
