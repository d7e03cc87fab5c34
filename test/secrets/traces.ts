import { readFile, readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import type { Payload } from '@temporalio/common';
import { seekerOf } from './find-secret';
import type { Secret } from './random-secrets';

/** Something that the system leaves behind or shows. */
export interface Trace {
  /** Kind and place: `history host/srv-01`, `report html`. */
  readonly where: string;
  readonly bytes: Uint8Array;
}

export const textTrace = (where: string, text: string): Trace => ({
  where,
  bytes: Buffer.from(text),
});

/** What of all that shows a secret, a sentence each. */
export function leaksIn(traces: readonly Trace[], secrets: readonly Secret[]): string[] {
  const seek = seekerOf(secrets.map(({ value }) => value));
  const leaks = traces.flatMap(({ where, bytes }) =>
    seek(bytes).flatMap((form, at) =>
      form === null ? [] : [`${where}: ${secrets[at]?.name}, ${form}`],
    ),
  );
  return [...new Set(leaks)];
}

/** Every event of every run of every workflow, closed or open. */
export async function historyTraces(client: Client): Promise<Trace[]> {
  const traces: Trace[] = [];
  for await (const { workflowId, runId } of client.workflow.list()) {
    const handle = client.workflow.getHandle(workflowId, runId);
    traces.push(traceOf(`history ${workflowId}`, await handle.fetchHistory()));
    // Memo and search attributes stand here, and what pending activities said last.
    traces.push(traceOf(`description ${workflowId}`, await describe(client, workflowId, runId)));
  }
  return traces;
}

const describe = (client: Client, workflowId: string, runId: string) =>
  client.workflowService.describeWorkflowExecution({
    namespace: client.options.namespace,
    execution: { workflowId, runId },
  });

interface PendingTraces {
  /** Heartbeats with details, as many as were seen. */
  readonly heartbeats: readonly Trace[];
  /** What an attempt failed with that is tried again. */
  readonly failures: readonly Trace[];
}

/** What the pending activities of the open workflows say now: it is in no history afterwards. */
export async function pendingTraces(client: Client): Promise<PendingTraces> {
  const heartbeats: Trace[] = [];
  const failures: Trace[] = [];
  for await (const { workflowId, runId } of client.workflow.list({
    query: `ExecutionStatus = 'Running'`,
  })) {
    const { pendingActivities } = await describe(client, workflowId, runId);
    for (const { activityType, heartbeatDetails, lastFailure } of pendingActivities ?? []) {
      const where = `${activityType?.name} of ${workflowId}`;
      if (heartbeatDetails?.payloads?.length)
        heartbeats.push(traceOf(`heartbeat ${where}`, heartbeatDetails));
      if (lastFailure) failures.push(traceOf(`pending failure ${where}`, lastFailure));
    }
  }
  return { heartbeats, failures };
}

/** Every file under a folder, except those in the folders that are left out. */
export async function fileTraces(dir: string, except: readonly string[]): Promise<Trace[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !except.some((left) => path.startsWith(left + sep)));
  return Promise.all(
    paths.map(async (path) => ({
      where: `file ${relative(dir, path)}`,
      bytes: await readFile(path),
    })),
  );
}

/** All texts and bytes of a message of the server: payloads as they travelled and as they are decoded. */
const traceOf = (where: string, message: unknown): Trace => ({
  where,
  bytes: Buffer.concat([...partsOf(message)].flatMap((part) => [part, Buffer.from('\n')])),
});

function* partsOf(value: unknown): Generator<Buffer> {
  if (typeof value === 'string') yield Buffer.from(value);
  else if (value instanceof Uint8Array) yield Buffer.from(value);
  else if (typeof value === 'object' && value !== null) {
    if (isPayload(value)) yield* partsOf(decoded(value));
    for (const [name, part] of Object.entries(value)) {
      yield Buffer.from(name);
      yield* partsOf(part);
    }
  }
}

const isPayload = (value: object): value is Payload =>
  'metadata' in value &&
  'data' in value &&
  value.metadata !== null &&
  typeof value.metadata === 'object' &&
  'encoding' in value.metadata;

/** Payloads of the server's own, such as search attributes, have encodings that our converter does not know. */
function decoded(payload: Payload): unknown {
  try {
    return defaultPayloadConverter.fromPayload(payload);
  } catch {
    return null;
  }
}
