import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { operate } from '../../clients/rollouts/operate';
import { startRollout } from '../../clients/rollouts/start-rollout';
import type { HostId } from '../../contracts/ids';
import { rolloutId, rolloutWorkflowId } from '../../contracts/ids';
import { messages } from '../../contracts/names';
import type { PackageRef } from '../../contracts/hotfix';
import type { OperatorRequest, RolloutStatus } from '../../contracts/rollout';
import type { Lab, LabFaults, LabTransport } from '../../lab/types';
import { projectDir, readConfig } from '../../workers/config';
import type { WorkerConfig } from '../../workers/config';
import { connectClient } from '../../workers/connection';
import { startEngine } from '../../workers/engine';
import { findTemporalExecutable } from '../../workers/temporal-executable';
import { workflowBundle } from '../../workers/workflow-bundle';
import { endAtOnce } from '../engine';
import { credentialVariable, putPackage, writePreview } from './rollout-preview';
import { startWatchedLab } from './watched-lab';
import type { Sight, WorkerChild, WorkerChildren } from './worker-children';
import { createWorkerChildren } from './worker-children';
import { compileWorkerProgram } from './worker-program';

export interface CrashHost {
  readonly id: HostId;
  readonly transport: 'winrm' | 'ssh';
  readonly faults?: LabFaults;
}

/** One lab, and for each rollout a server and workers of its own, so that killing them touches no other. */
export interface CrashWorld {
  readonly lab: Lab;
  begin(hosts: readonly HostId[], sight?: Sight): Promise<CrashScene>;
  close(): Promise<void>;
}

export interface CrashScene {
  readonly client: Client;
  /** The one that polls from the start. */
  readonly worker: WorkerChild;
  startWorker(): Promise<WorkerChild>;
  startRollout(): Promise<void>;
  status(): Promise<RolloutStatus>;
  result(): Promise<RolloutStatus>;
  operate(request: OperatorBody): Promise<void>;
  end(): Promise<void>;
}

type OperatorBody =
  | { readonly operation: 'pause' | 'resume' }
  | { readonly operation: 'retry'; readonly hostId: HostId };

const rollout = rolloutId('crash');

const transports: { readonly [kind: string]: LabTransport } = {
  winrm: { kind: 'winrm', scheme: 'https' },
  ssh: { kind: 'ssh' },
};

export async function startCrashWorld(hosts: readonly CrashHost[]): Promise<CrashWorld> {
  const stateDir = await mkdtemp(join(tmpdir(), 'crash-'));
  const credential = { username: 'Administrator', password: randomBytes(12).toString('hex') };
  const config = configFor(stateDir, JSON.stringify(credential));
  const executable = await findTemporalExecutable({ config });
  // Once for all workers, which would otherwise all build it at the same time.
  const bundle = await workflowBundle(join(projectDir(), '.cache'));
  const program = await compileWorkerProgram();
  const pkg = await putPackage(config);
  const lab = await startWatchedLab(
    hosts.map(({ id, transport, faults = {} }) => ({
      id,
      transport: transports[transport]!,
      credential,
      windows: { ldap: 'stall' },
      faults,
    })),
  );
  const children = createWorkerChildren({
    environment: config.environment,
    program: program.path,
    workflowBundle: bundle,
  });
  const scenes: CrashScene[] = [];
  return {
    lab,
    async begin(ids, sight = 'sees') {
      const scene = await beginScene({ config, executable, lab, pkg, children }, ids, sight);
      scenes.push(scene);
      return scene;
    },
    async close() {
      await children.killAll();
      await Promise.all(scenes.map((scene) => scene.end()));
      await lab.close();
      await rm(stateDir, { recursive: true, force: true });
      await program.remove();
    },
  };
}

function configFor(stateDir: string, credential: string): WorkerConfig {
  return readConfig({
    ...readConfig().environment,
    ROLLOUT_STATE_DIR: stateDir,
    ROLLOUT_PACKAGE_DIR: join(stateDir, 'packages'),
    ROLLOUT_PREVIEW_DIR: join(stateDir, 'previews'),
    ROLLOUT_PACE: '0.05',
    [credentialVariable]: credential,
  });
}

interface Surroundings {
  readonly config: WorkerConfig;
  readonly executable: string;
  readonly lab: Lab;
  readonly pkg: PackageRef;
  readonly children: WorkerChildren;
}

async function beginScene(
  { config, executable, lab, pkg, children }: Surroundings,
  hosts: readonly HostId[],
  sight: Sight,
): Promise<CrashScene> {
  const engine = await startEngine({ executable, dbFile: null });
  const connection = await connectClient(engine);
  const { client, address, namespace } = connection;
  const temporal = { client, namespace, where: address };
  const preview = await writePreview(config, lab, hosts, pkg);
  const handle = client.workflow.getHandle(rolloutWorkflowId(rollout));
  const startWorker = () => children.start(address, sight);
  const end = async (): Promise<void> => {
    await connection.close();
    await endAtOnce(engine);
  };
  const worker = await startWorker().catch(async (error: unknown) => {
    await end();
    throw error;
  });
  return {
    client,
    worker,
    startWorker,
    startRollout: () =>
      startRollout(temporal, {
        rolloutId: rollout,
        preview,
        requestedBy: { name: 'tester', source: 'os-user' },
      }),
    status: () => handle.query<RolloutStatus>(messages.rolloutStatus),
    result: () => handle.result() as Promise<RolloutStatus>,
    async operate(body) {
      const request: OperatorRequest = { author: 'ada', reason: 'because', ...body };
      await operate(temporal, rollout, request);
    },
    end,
  };
}
