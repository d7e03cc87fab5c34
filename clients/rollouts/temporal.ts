import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { Failure } from '../../contracts/failures';
import { rolloutQueue } from '../../contracts/names';
import { explainTemporalError, isWithoutWorker } from './temporal-errors';

/** A connected server, as every use case of the client needs it. */
export interface Temporal {
  readonly client: Client;
  readonly namespace: string;
  /** Address and namespace, for messages. */
  readonly where: string;
}

/** How long a request waits for a worker before it gives up. */
const workerPatienceMs = 15_000;
// The server remembers a poller for minutes; one that lives asks again at least once a minute.
const pollerFreshMs = 70_000;

/** Asks the server; what it refuses becomes a sentence with what to do. */
export async function asking<T>(temporal: Temporal, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    throw explainTemporalError(error, temporal.where) ?? error;
  }
}

/**
 * Asks something that a worker has to answer (a query, an update), as often as it takes within the patience. Whether
 * anybody polls is looked at first: a question that nobody takes fills the server's buffer of one query per workflow,
 * and the SDK's retries of whoever asks next would outlast the deadline.
 *
 * @throws Failure bad-request that names the queue when nobody polls it
 */
export async function askingWorker<T>(
  temporal: Temporal,
  request: () => Promise<T>,
  patienceMs: number = workerPatienceMs,
): Promise<T> {
  const deadline = Date.now() + patienceMs;
  await awaitWorker(temporal, patienceMs);
  for (;;) {
    try {
      return await temporal.client.withDeadline(deadline, request);
    } catch (error) {
      if (!isWithoutWorker(error)) throw explainTemporalError(error, temporal.where) ?? error;
      if (Date.now() + 250 >= deadline) throw noWorker(error);
    }
    await pause(250);
  }
}

/** Passes once a worker polls the queue of the workflows; for what would otherwise wait unseen. */
export async function awaitWorker(
  temporal: Temporal,
  patienceMs: number = workerPatienceMs,
): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await isPolled(temporal))) {
    if (Date.now() >= deadline) throw noWorker();
    await pause(250);
  }
}

async function isPolled(temporal: Temporal): Promise<boolean> {
  const { pollers } = await asking(temporal, () =>
    temporal.client.workflowService.describeTaskQueue({
      namespace: temporal.namespace,
      taskQueue: { name: rolloutQueue },
    }),
  );
  return (pollers ?? []).some(
    ({ lastAccessTime }) =>
      Date.now() - Number(lastAccessTime?.seconds ?? 0) * 1000 < pollerFreshMs,
  );
}

const noWorker = (cause?: unknown): Failure =>
  new Failure('bad-request', `no worker is polling queue ${rolloutQueue}`, {
    advice: 'start one with `rollout worker`',
    cause,
  });
