import { randomBytes } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Credential, Fleet } from '../../contracts/fleet';
import { createPackageStore } from '../../store/packages';
import type { WorkerConfig } from '../../workers/config';
import { connectClient } from '../../workers/connection';
import { startEngine } from '../../workers/engine';
import { findTemporalExecutable } from '../../workers/temporal-executable';
import type { CliContext } from '../cli/context';
import { startLocalWorker } from '../cli/local-worker';
import { preparePlan } from '../cli/prepare';
import { loadFleet, loadPlan } from '../input';
import { labPackage } from '../lab-fleet/lab-package';
import { startFleetLab } from '../lab-fleet/start-fleet-lab';
import type { Temporal } from '../rollouts/temporal';

/** Everything that the demo plays on, in this process and its folder. */
export interface Stage {
  /** With fleet, plans and scenario. */
  readonly folder: string;
  readonly config: WorkerConfig;
  readonly temporal: Temporal;
  /** The fleet of the file with the addresses on which the lab really listens. */
  readonly adapt: (fleet: Fleet) => Fleet;
  close(): Promise<void>;
}

export interface StageOptions {
  readonly folder: string;
  readonly plans: readonly string[];
  readonly say: (line: string) => void;
}

/** Things on the lab's hosts take seconds, so looking at them has to be quicker than at real ones. */
const pace = 0.03;
/** Ctrl-C has to be over within seconds, whatever a worker is still waiting for. */
const closeTimeoutMs = 3000;

type Close = () => Promise<void>;

/** Opens all or nothing: what was opened before something failed is closed again. */
export async function openStage(context: CliContext, options: StageOptions): Promise<Stage> {
  const closers: Close[] = [];
  const close: Close = async () => {
    for (const closeOne of closers.splice(0).toReversed()) {
      await Promise.race([closeOne(), pause(closeTimeoutMs, undefined, { ref: false })]);
    }
  };
  try {
    return await open(context, options, closers, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function open(
  context: CliContext,
  { folder, plans, say }: StageOptions,
  closers: Close[],
  close: Close,
): Promise<Stage> {
  const credential: Credential = {
    username: 'Administrator',
    password: randomBytes(24).toString('base64url'),
  };
  const config = await freshConfig(context.config(), credential);
  say('starting a lab of emulated Windows hosts, a Temporal server and a worker …');
  const lab = await startFleetLab({
    fleet: (await loadFleet(join(folder, 'fleet.yaml'))).value,
    scenarioFile: join(folder, 'lab.yaml'),
    resolveCredential: () => Promise.resolve(credential),
    ledgerFile: join(config.stateDir, 'ledger.jsonl'),
    stateDir: join(config.stateDir, 'lab'),
    ports: 'ephemeral',
  });
  closers.push(() => lab.close());
  await supplyPackage(config, folder, plans, lab.adapt);
  context.io.signal.throwIfAborted();
  const executable = await findTemporalExecutable({ config, onProgress: say });
  const engine = await startEngine({ executable, dbFile: join(config.stateDir, 'demo.sqlite') });
  closers.push(() => engine.stop());
  context.io.signal.throwIfAborted();
  const worker = await startLocalWorker(config, {
    server: engine,
    log: (line) => appendFileSync(join(config.stateDir, 'worker.log'), line),
    shutdownGraceMs: 500,
  });
  // Ended before the server, or it would complain that the server is gone.
  closers.push(() => worker.stop());
  // What ends it by itself shows in the rollouts that stand still; here it must only not go unheard.
  worker.ended.catch(
    (error: unknown) => void context.io.stderr.write(`worker: ${String(error)}\n`),
  );
  const connection = await connectClient(engine);
  closers.push(() => connection.close());
  const { client, namespace, address } = connection;
  const temporal = { client, namespace, where: `${address}, namespace ${namespace}` };
  return { folder, config, temporal, adapt: lab.adapt, close };
}

/** A folder of its own, made anew: names of rollouts can repeat, and nothing of another run shows up in this one. */
async function freshConfig(config: WorkerConfig, credential: Credential): Promise<WorkerConfig> {
  const stateDir = join(config.stateDir, 'demo');
  await rm(stateDir, { recursive: true, force: true });
  await mkdir(stateDir, { recursive: true });
  return {
    ...config,
    stateDir,
    previewDir: join(stateDir, 'previews'),
    packageDir: join(stateDir, 'packages'),
    pace,
    environment: { ...config.environment, LAB_ADMIN: JSON.stringify(credential) },
  };
}

/** The package that the plans name, written where they name it, and put where the worker looks for it. */
async function supplyPackage(
  config: WorkerConfig,
  folder: string,
  plans: readonly string[],
  adapt: (fleet: Fleet) => Fleet,
): Promise<void> {
  for (const plan of plans.map((name) => join(folder, name))) {
    const { value } = await loadPlan(plan);
    if (value.package === null || !('file' in value.package)) continue;
    const file = resolve(dirname(plan), value.package.file);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, labPackage().bytes);
    const { content, packagePath } = await preparePlan(plan, { adapt });
    if (content.package === null || packagePath === null) continue;
    await createPackageStore(config.packageDir).put(packagePath, content.package);
  }
}
