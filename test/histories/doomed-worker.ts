import { hostId } from '../../contracts/ids';
import { connectWorker } from '../../workers/connection';
import { workflowBundle } from '../../workers/workflow-bundle';
import { projectDir } from '../../workers/config';
import { startWorkers } from '../../workers/worker';
import { createFakeWorld } from '../workflows/fake-world';
import { join } from 'node:path';

/** A worker process that says when it is ready, and when it applies on the named host; there it waits to be killed. */
async function main([address = '', host = '']: readonly string[]): Promise<void> {
  const namespace = 'default';
  const { connection } = await connectWorker({ address, namespace });
  const world = createFakeWorld();
  const gate = world.hold('apply', hostId(host));
  await startWorkers({
    connection,
    namespace,
    activities: world.activities,
    workflowBundle: await workflowBundle(join(projectDir(), '.cache')),
  });
  process.stdout.write('ready\n');
  await gate.reached;
  process.stdout.write('applying\n');
}

void main(process.argv.slice(2));
