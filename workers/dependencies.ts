import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { ActivityDependencies } from '../activities';
import type { HostId, RolloutId } from '../contracts/ids';
import { hostWorkflowId, rolloutId, rolloutIdPattern } from '../contracts/ids';
import { openSession } from '../remote/open-session';
import { limitSessions } from '../remote/session-limits';
import { createCredentialResolver } from '../store/credentials';
import { createPackageStore } from '../store/packages';
import { createPreviewStore } from '../store/previews';
import type { WorkerConfig } from './config';
import { createFleetReader } from './fleet-reader';
import { createSlotsPort } from './slots';
import { createStandingReader } from './standing';

/** The world as the worker process has it. */
export function workerDependencies(
  config: Omit<WorkerConfig, 'stateDir' | 'cacheDir' | 'temporalExecutable'>,
  client: Client,
): ActivityDependencies {
  const resolveCredential = createCredentialResolver({
    env: config.environment,
    baseDir: config.secretsDir,
  });
  const sessions = limitSessions(
    // Jump hosts have credentials of their own.
    (connection, credential, options) =>
      openSession(connection, credential, { resolveCredential, ...options }),
    { perWorker: config.maxSessions, perSite: config.maxSessionsPerSite },
  );
  const previews = createPreviewStore(config.previewDir);
  return {
    previews,
    packages: createPackageStore(config.packageDir),
    resolveCredential,
    openSession: sessions.open,
    isSessionWanted: sessions.isWanted,
    holderOf: (hostId) => holderOf(client, hostId),
    readFleet: createFleetReader(Date.now),
    standing: createStandingReader(config, previews),
    slots: createSlotsPort(client),
    now: Date.now,
    pace: config.pace,
  };
}

/** The workflow of a host says in its memo for which rollout it runs. */
export async function holderOf(client: Client, hostId: HostId): Promise<RolloutId | null> {
  try {
    const { status, memo } = await client.workflow.getHandle(hostWorkflowId(hostId)).describe();
    const owner = status.name === 'RUNNING' ? memo?.['rolloutId'] : undefined;
    return typeof owner === 'string' && rolloutIdPattern.test(owner) ? rolloutId(owner) : null;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}
