import { setTimeout as pause } from 'node:timers/promises';
import Table from 'cli-table3';
import type { Client } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { bounded } from '../clients/rollouts/bounded';
import { readConfig } from '../workers/config';
import { connectClient, connectWorker } from '../workers/connection';
import { startEngine } from '../workers/engine';
import { installRuntime } from '../workers/runtime';
import { findTemporalExecutable } from '../workers/temporal-executable';
import { endSignal, phaseQuery, phasesWorkflow } from './phase-workflows';
import { ownUsage, usageOf } from './usage';

type How = 'search-attribute' | 'query';

interface Cost {
  readonly how: How;
  /** CPU of worker and server together, per workflow, for going through its phases. */
  readonly walkMs: number;
  readonly events: number;
  /** CPU of all three for one look at all of them. */
  readonly lookMs: number;
}

const taskQueue = 'phases';
const looks = 10;

/** What it costs to know the phases of hosts in flight: told as they change, or asked for when somebody looks. */
export async function measurePhases(count: number): Promise<string> {
  installRuntime({ logLevel: 'ERROR' });
  const config = readConfig();
  const executable = await findTemporalExecutable({ config });
  const engine = await startEngine({ executable, dbFile: null });
  const { connection } = await connectWorker(engine);
  const connected = await connectClient(engine);
  const { client } = connected;
  const worker = await Worker.create({
    connection,
    namespace: engine.namespace,
    taskQueue,
    workflowsPath: require.resolve('./phase-workflows'),
  });
  const running = worker.run();
  const spent = (): number => ownUsage().cpuMs + (usageOf(engine.pid)?.cpuMs ?? 0);
  try {
    await measureOne(client, 'query', 10, spent); // warms worker and server up
    const costs = [
      await measureOne(client, 'search-attribute', count, spent),
      await measureOne(client, 'query', count, spent),
    ];
    return tableOf(costs, count);
  } finally {
    worker.shutdown();
    await running;
    await connected.close();
    await connection.close();
    await engine.stop();
  }
}

async function measureOne(
  client: Client,
  how: How,
  count: number,
  spent: () => number,
): Promise<Cost> {
  const ids = Array.from({ length: count }, (_, index) => `${how}-${count}-${index}`);
  const before = spent();
  const handles = await bounded(50, ids, (workflowId) =>
    client.workflow.start(phasesWorkflow, { workflowId, taskQueue, args: [how] }),
  );
  await bounded(50, handles, async (handle) => {
    while ((await handle.query(phaseQuery)) !== 'restore') await pause(20);
  });
  await pause(1500); // visibility is written behind
  const walked = spent();
  for (let look = 0; look < looks; look += 1) {
    if (how === 'query') await bounded(20, handles, (handle) => handle.query(phaseQuery));
    else await listAll(client, how, count);
  }
  const looked = spent();
  const { historyLength } = await handles[0]!.describe();
  await bounded(50, handles, (handle) => handle.signal(endSignal));
  return {
    how,
    walkMs: (walked - before) / count,
    events: historyLength,
    lookMs: (looked - walked) / looks,
  };
}

async function listAll(client: Client, how: How, count: number): Promise<void> {
  const query = `WorkflowType = 'phasesWorkflow' AND HostId = 'restore'`;
  let seen = 0;
  for await (const execution of client.workflow.list({ query })) {
    if (execution.workflowId.startsWith(`${how}-${count}-`)) seen += 1;
  }
  if (seen !== count) throw new Error(`visibility shows ${seen} of ${count}`);
}

function tableOf(costs: readonly Cost[], count: number): string {
  const table = new Table({
    head: [`${count} hosts in flight`, ...costs.map((cost) => cost.how)],
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'right'],
  });
  table.push(
    ['CPU ms per host for 8 phases', ...costs.map((cost) => cost.walkMs.toFixed(1))],
    ['events per host', ...costs.map((cost) => String(cost.events))],
    ['CPU ms for one look at all', ...costs.map((cost) => cost.lookMs.toFixed(1))],
  );
  return table.toString();
}
