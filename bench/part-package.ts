import { subscribe } from 'node:diagnostics_channel';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createActivities } from '../activities';
import { previewHash } from '../contracts/ids';
import type { HostId } from '../contracts/ids';
import { openSession } from '../remote/open-session';
import { createCredentialResolver } from '../store/credentials';
import { createPackageStore } from '../store/packages';
import { createPreviewStore } from '../store/previews';
import { benchConfig } from './fleet';
import { serve } from './parts';

/** What one staging took. */
export interface Staged {
  readonly seconds: number;
  readonly httpRequests: number;
}

/** Stages the package of a preview on one host of it, as a worker does. Says: what it took. */
async function run(stateDir: string, hash: string, host: string): Promise<void> {
  const config = benchConfig(stateDir);
  const previews = createPreviewStore(config.previewDir);
  const activities = createActivities({
    previews,
    packages: createPackageStore(config.packageDir),
    resolveCredential: createCredentialResolver({
      env: config.environment,
      baseDir: config.secretsDir,
    }),
    openSession,
    holderOf: () => Promise.resolve(null),
    readFleet: () => Promise.reject(new Error('no fleet is read here')),
    slots: { ask: () => Promise.resolve({ granted: true }), tell: () => Promise.resolve() },
    now: Date.now,
    pace: config.pace,
  });
  let httpRequests = 0;
  subscribe('http.client.request.start', () => {
    httpRequests += 1;
  });
  const { content } = await previews.read(previewHash(hash));
  if (content.package === null) throw new Error('the plan names no package');
  const environment = new MockActivityEnvironment(undefined, {
    logger: new DefaultLogger('ERROR'),
  });
  const begun = performance.now();
  await environment.run(activities.stage, {
    owner: 'bench',
    previewHash: previewHash(hash),
    hostId: host as HostId,
    hotfix: content.hotfix,
    package: content.package,
  });
  const seconds = (performance.now() - begun) / 1000;
  await serve({ seconds, httpRequests } satisfies Staged, () => Promise.resolve());
}

const [stateDir = '', hash = '', host = ''] = process.argv.slice(2);
void run(stateDir, hash, host);
