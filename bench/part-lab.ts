import { startLab } from '../lab';
import { labHosts, timeScale } from './fleet';
import { serve } from './parts';

/** The lab of one measurement. Says: the endpoints, in the order of the hosts. */
async function run(count: number): Promise<void> {
  const hosts = labHosts(count);
  const lab = await startLab({ hosts, timeScale });
  await serve(
    hosts.map((host) => lab.endpoint(host.id)),
    () => lab.close(),
  );
}

void run(Number(process.argv[2]));
