import { createActivities } from '../../activities';
import { readConfig } from '../../workers/config';
import { connectClient, connectWorker } from '../../workers/connection';
import { workerDependencies } from '../../workers/dependencies';
import { installRuntime } from '../../workers/runtime';
import { startWorkers } from '../../workers/worker';
import { createBlindApply } from './blind-apply';

/** A worker as it is in production, or one that applies without looking; says when it polls, then waits to be killed. */
async function main([address = '', sight = '', codePath = '']: readonly string[]): Promise<void> {
  // Whoever started us is gone, however it went.
  process.stdin.on('end', () => process.exit(1)).resume();
  installRuntime({ logLevel: 'ERROR' });
  const server = { address, namespace: 'default' };
  const { client } = await connectClient(server);
  const { connection } = await connectWorker(server);
  const deps = workerDependencies(readConfig(), client);
  const honest = createActivities(deps);
  const workers = await startWorkers({
    connection,
    namespace: server.namespace,
    activities: sight === 'blind' ? { ...honest, apply: createBlindApply(deps) } : honest,
    workflowBundle: { codePath },
    failOnWorkflowError: true,
  });
  process.stdout.write('ready\n');
  await workers.ended;
}

void main(process.argv.slice(2));
