import { setTimeout as pause } from 'node:timers/promises';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { ActivityDependencies } from '../../activities/dependencies';
import type { Credential } from '../../contracts/fleet';
import { Failure } from '../../contracts/failures';
import { hostId, previewHash } from '../../contracts/ids';
import type { Preview } from '../../contracts/preview';
import { sampleHotfix } from '../remote/windows/sample-hotfix';
import type { ModelHost } from './model-host';
import { WorkerDied } from './model-host';

export const hash = previewHash('a'.repeat(64));
export const target = { owner: 'r1', previewHash: hash, hostId: hostId('mail7') };
export const credential: Credential = { username: 'x', password: 'y' };
export const packageRef = {
  fileName: 'Windows6.1-KB3004383-x64.msu',
  sha256: 'b'.repeat(64),
  bytes: 5,
};

export const preview = {
  hash,
  content: {
    change: 'CHG1',
    hotfix: sampleHotfix,
    package: packageRef,
    hosts: [
      {
        hostId: target.hostId,
        connection: {
          kind: 'winrm',
          address: '192.0.2.7',
          port: 5986,
          scheme: 'https',
          auth: 'basic',
          credentialRef: 'env:FLEET',
          allowUnencrypted: false,
        },
      },
    ],
    sets: [],
  },
} as unknown as Preview;

export function dependenciesOn(
  host: Pick<ModelHost, 'now' | 'openSession'>,
  changes: Partial<ActivityDependencies> = {},
): ActivityDependencies {
  return {
    previews: { read: () => Promise.resolve(preview) },
    packages: { find: () => Promise.resolve('package.msu') },
    resolveCredential: () => Promise.resolve(credential),
    openSession: () => host.openSession(),
    holderOf: () => Promise.resolve(null),
    readFleet: () => Promise.reject(new Error('no fleet is read here')),
    slots: { ask: () => Promise.resolve({ granted: true }), tell: () => Promise.resolve() },
    now: () => host.now,
    pace: 0.0001,
    ...changes,
  };
}

/** Tries that die are what these tests are about: no warnings for them. */
export const quiet = new DefaultLogger('ERROR');

/**
 * Runs an activity as Temporal does: again while it dies or fails in a way that may pass, with its last heartbeat.
 *
 * @param leftBefore heartbeat of a try before the first
 */
export async function untilDone<I, R>(
  activity: (input: I) => Promise<R>,
  input: I,
  leftBefore?: unknown,
): Promise<{ result: R; tries: number }> {
  let heartbeatDetails = leftBefore;
  for (let tries = 1; ; tries += 1) {
    const environment = new MockActivityEnvironment(
      { attempt: tries, heartbeatDetails },
      { logger: quiet },
    );
    environment.on('heartbeat', (details: unknown) => {
      heartbeatDetails = details;
    });
    try {
      return { result: (await environment.run(activity, input)) as R, tries };
    } catch (error) {
      const mayPass = error instanceof WorkerDied || (error instanceof Failure && error.retryable);
      if (!mayPass || tries > 20) throw error;
      // As Temporal does: a host that boots refuses twenty connections in a moment.
      if (error instanceof Failure) await pause(Math.min(1000, 10 * 2 ** tries));
    }
  }
}
