import { startLab } from '../lab';
import { packageHosts, timeScale } from './fleet';
import { serve } from './parts';

/** The lab on which packages are measured. Says: the endpoints, in the order of the hosts. */
async function run(): Promise<void> {
  const lab = await startLab({ hosts: packageHosts, timeScale });
  await serve(
    packageHosts.map((host) => lab.endpoint(host.id)),
    () => lab.close(),
  );
}

void run();
