import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { DefaultLogger, bundleWorkflowCode } from '@temporalio/worker';
import type { Activities } from '../../contracts/activities';
import { hostWorkflowId } from '../../contracts/ids';
import { rolloutQueue } from '../../contracts/names';
import type { HostResult } from '../../contracts/rollout';
import type { HostWorkflowInput } from '../../contracts/steps';
import { startWorkers } from '../../workers/worker';
import { startTestEngine } from '../engine';
import type { Followed, ledgerParent } from './ledger-parent';

/** Hosts whose workflows have somebody to tell what was drained and restored. */
export interface LedgerScene {
  start(input: HostWorkflowInput): Promise<FollowedHost>;
  walk(input: HostWorkflowInput): Promise<Followed & { readonly result: HostResult }>;
  stop(): Promise<void>;
}

export interface FollowedHost {
  readonly host: WorkflowHandle;
  /** What its workflow has told so far. */
  told(): Promise<readonly string[]>;
  end(): Promise<Followed>;
}

export async function startLedgerScene(activities: Activities): Promise<LedgerScene> {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-bundle-'));
  const codePath = join(folder, 'bundle.js');
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(__dirname, 'ledger-parent.ts'),
    logger: new DefaultLogger('WARN'),
  });
  writeFileSync(codePath, code);
  const engine = await startTestEngine();
  const workers = await startWorkers({
    connection: engine.workerConnection.connection,
    namespace: engine.engine.namespace,
    activities,
    workflowBundle: { codePath },
    maxCachedWorkflows: 0,
    shutdownGraceMs: 1,
    failOnWorkflowError: true,
  });
  const { workflow } = engine.client;
  const scene: LedgerScene = {
    async start(input) {
      const parent = await workflow.start<typeof ledgerParent>('ledgerParent', {
        workflowId: `parent/${randomUUID()}`,
        taskQueue: rolloutQueue,
        args: [input],
      });
      return {
        host: workflow.getHandle(hostWorkflowId(input.hostId)),
        told: () => parent.query<readonly string[]>('told'),
        end: () => parent.result(),
      };
    },
    async walk(input) {
      const { told, result } = await (await scene.start(input)).end();
      if (result === null) throw new Error(`${input.hostId} has no result`);
      return { told, result };
    },
    async stop() {
      await workers.shutdown();
      await engine.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return scene;
}
