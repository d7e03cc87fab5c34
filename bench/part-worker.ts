import { startLocalWorker } from '../clients/cli/local-worker';
import { benchConfig } from './fleet';
import { serve } from './parts';

/** The worker of one measurement. Says: ready. */
async function run(stateDir: string, address: string, namespace: string): Promise<void> {
  const worker = await startLocalWorker(benchConfig(stateDir), {
    server: { address, namespace },
    log: () => undefined,
  });
  await serve('ready', () => worker.stop());
}

const [, , stateDir = '', address = '', namespace = ''] = process.argv;
void run(stateDir, address, namespace);
