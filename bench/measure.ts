import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startRollout } from '../clients/rollouts/start-rollout';
import type { Temporal } from '../clients/rollouts/temporal';
import { hostWorkflowId, rolloutId, rolloutWorkflowId } from '../contracts/ids';
import type { RolloutStatus } from '../contracts/rollout';
import type { LabEndpoint } from '../lab/types';
import { connectClient } from '../workers/connection';
import { startEngine } from '../workers/engine';
import { findTemporalExecutable } from '../workers/temporal-executable';
import { benchConfig, prepare } from './fleet';
import { startPart } from './parts';
import { usageOf } from './usage';
import type { Usage } from './usage';

export interface Measurement {
  readonly hosts: number;
  readonly seconds: number;
  /** The process that does the remote work: the worker, or the bare loop. */
  readonly work: Usage;
  readonly lab: Usage;
  /** null for the bare loop, which has none, and where /proc is missing. */
  readonly server: Usage | null;
  readonly parentEvents: number;
  readonly hostEvents: number;
}

/** The whole rollout through a real server with a SQLite file, every part in a process of its own. */
export const measureRollout = (count: number): Promise<Measurement> =>
  inFolder(async (stateDir) => {
    const config = benchConfig(stateDir);
    const executable = await findTemporalExecutable({ config });
    const lab = await startPart<readonly LabEndpoint[]>('part-lab', [String(count)]);
    const preview = await prepare(config, lab.ready);
    const engine = await startEngine({ executable, dbFile: join(stateDir, 'temporal.db') });
    try {
      const { address, namespace } = engine;
      const worker = await startPart<string>('part-worker', [stateDir, address, namespace]);
      const connected = await connectClient({ address, namespace });
      const temporal: Temporal = { client: connected.client, namespace, where: address };
      const rollout = rolloutId('bench');
      const begun = performance.now();
      await startRollout(temporal, {
        rolloutId: rollout,
        preview,
        requestedBy: { name: 'bench', source: 'os-user' },
      });
      const status = (await temporal.client.workflow
        .getHandle(rolloutWorkflowId(rollout))
        .result()) as RolloutStatus;
      const seconds = (performance.now() - begun) / 1000;
      requireAllFixed(status);
      const parentEvents = await eventsOf(temporal, rolloutWorkflowId(rollout));
      const hostEvents = await eventsOf(temporal, hostWorkflowId(status.hosts[0]!.hostId));
      await connected.close();
      const work = await worker.stop();
      const server = usageOf(engine.pid);
      return {
        hosts: count,
        seconds,
        work,
        server,
        parentEvents,
        hostEvents,
        lab: await lab.stop(),
      };
    } finally {
      await engine.stop();
    }
  });

/** The same remote work as a bare loop. */
export const measureBare = (count: number): Promise<Measurement> =>
  inFolder(async (stateDir) => {
    const lab = await startPart<readonly LabEndpoint[]>('part-lab', [String(count)]);
    const preview = await prepare(benchConfig(stateDir), lab.ready);
    const bare = await startPart<number>('part-bare', [stateDir, preview.hash]);
    const seconds = bare.ready;
    const work = await bare.stop();
    const nothing = { server: null, parentEvents: 0, hostEvents: 0 };
    return { hosts: count, seconds, work, ...nothing, lab: await lab.stop() };
  });

async function inFolder<T>(work: (stateDir: string) => Promise<T>): Promise<T> {
  const stateDir = await mkdtemp(join(tmpdir(), 'rollout-bench-'));
  try {
    return await work(stateDir);
  } finally {
    await rm(stateDir, { recursive: true, force: true });
  }
}

function requireAllFixed(status: RolloutStatus): void {
  const other = status.hosts.filter((host) => host.outcome !== 'fixed');
  if (other.length === 0) return;
  const first = other[0];
  throw new Error(
    `${other.length} hosts are not fixed, e.g. ${first?.hostId}: ${first?.outcome}, ${first?.reason?.message}`,
  );
}

/** Events of all runs: a rollout of a thousand hosts continues as new on its way. */
async function eventsOf(temporal: Temporal, workflowId: string): Promise<number> {
  for (;;) {
    let events = 0;
    let isOpen = false;
    for await (const run of temporal.client.workflow.list({
      query: `WorkflowId = '${workflowId}'`,
    })) {
      events += run.historyLength;
      isOpen ||= run.status.name === 'RUNNING';
    }
    // Visibility is written behind: until it knows that the last run has ended, it knows no length of it.
    if (!isOpen && events > 0) return events;
    await pause(100);
  }
}
