import { join } from 'node:path';
import { createPackageStore } from '../../store/packages';
import type { WorkerConfig } from '../../workers/config';
import { startEngine } from '../../workers/engine';
import type { Engine } from '../../workers/engine';
import { findTemporalExecutable } from '../../workers/temporal-executable';
import type { CliContext } from './context';
import { exitCodes } from './exit-codes';
import type { ExitCode } from './exit-codes';
import { startLocalWorker } from './local-worker';
import { loadPlan } from '../input';
import { preparePlan } from './prepare';
import { print } from './print';
import { interruptedBefore } from './stay-up';

export interface DevOptions {
  readonly plans: readonly string[];
  readonly fleetFile: string | undefined;
  readonly port: number;
  readonly ui: boolean;
  readonly json: boolean;
}

/** Server, database and worker in one, until Ctrl-C. */
export async function runDev(context: CliContext, options: DevOptions): Promise<ExitCode> {
  const config = context.config();
  await supplyPackages(config, options.plans, options.fleetFile);
  const executable = await findTemporalExecutable({
    config,
    onProgress: (line) => void context.io.stderr.write(`${line}\n`),
  });
  const engine = await startEngine({
    executable,
    dbFile: join(config.stateDir, 'dev.sqlite'),
    // Somebody relies on this one: a power cut must not lose what was decided.
    synchronous: 'FULL',
    port: options.port,
    ui: options.ui,
  });
  try {
    return await runWorker(context, config, engine, options.json);
  } finally {
    await engine.stop();
  }
}

async function supplyPackages(
  config: WorkerConfig,
  plans: readonly string[],
  fleetFile: string | undefined,
): Promise<void> {
  for (const plan of plans) {
    // A plan that is only there to mitigate or to roll back needs none.
    if ((await loadPlan(plan)).value.package === null) continue;
    const { content, packagePath } = await preparePlan(plan, { fleetFile });
    if (packagePath === null || content.package === null) continue;
    await createPackageStore(config.packageDir).put(packagePath, content.package);
  }
}

async function runWorker(
  context: CliContext,
  config: WorkerConfig,
  engine: Engine,
  json: boolean,
): Promise<ExitCode> {
  const { io } = context;
  const worker = await startLocalWorker(config, {
    server: engine,
    log: (line) => void io.stderr.write(line),
  });
  const { address, namespace, uiUrl } = engine;
  const value = { address, namespace, uiUrl, packageDir: config.packageDir };
  print(io, json, value, () =>
    [
      `everything is up; in another terminal:`,
      `  export TEMPORAL_ADDRESS=${address}`,
      ...(uiUrl === null ? [] : [`web pages of Temporal: ${uiUrl}`]),
      `packages: ${config.packageDir}`,
      'Ctrl-C ends it; what was decided is kept',
    ].join('\n'),
  );
  const over = Promise.race([worker.ended, engine.ended]);
  const interrupted = await interruptedBefore(io.signal, over);
  await worker.stop().catch((error: unknown) => {
    if (interrupted) throw error;
  });
  if (interrupted) return exitCodes.good;
  io.stderr.write('the worker or the Temporal server ended by itself\n');
  return exitCodes.internal;
}
