import { startLab } from '../lab';
import { serve } from './parts';
import { sessionHosts } from './session-ways';

/** The lab of a measurement of sessions. Says: the endpoints, in the order of the hosts. */
async function run(count: number): Promise<void> {
  const hosts = sessionHosts(count);
  const lab = await startLab({ hosts });
  await serve(
    hosts.map((host) => lab.endpoint(host.id)),
    () => lab.close(),
  );
}

void run(Number(process.argv[2]));
