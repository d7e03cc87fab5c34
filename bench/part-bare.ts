import { setTimeout as pause } from 'node:timers/promises';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createActivities } from '../activities';
import { bounded } from '../clients/rollouts/bounded';
import type { Activities } from '../contracts/activities';
import { Failure } from '../contracts/failures';
import type { HostId } from '../contracts/ids';
import { previewHash } from '../contracts/ids';
import type { Preview } from '../contracts/preview';
import type { StepTarget } from '../contracts/steps';
import { openSession } from '../remote/open-session';
import { createCredentialResolver } from '../store/credentials';
import { createPackageStore } from '../store/packages';
import { createPreviewStore } from '../store/previews';
import { benchConfig, concurrency } from './fleet';
import { serve } from './parts';

/**
 * The same remote work without Temporal: the same activities in the same order, called one after the other on as many
 * hosts side by side as the rollout has in flight. Says: seconds.
 */
async function run(stateDir: string, hash: string): Promise<void> {
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
  const preview = await previews.read(previewHash(hash));
  const hosts = preview.content.hosts.map((host) => host.hostId);
  const begun = performance.now();
  await assessAll(activities, preview, hosts);
  await bounded(concurrency, hosts, (host) => changeHost(activities, preview, host));
  const seconds = (performance.now() - begun) / 1000;
  await serve(seconds, () => Promise.resolve());
}

/** Hosts that go down cut replies, which is no news. */
const quiet = new DefaultLogger('ERROR');

/** A host that goes down cuts replies: like Temporal, the loop asks again, and the activity looks first. */
const tries = 5;

async function inActivity<A, R>(work: (input: A) => Promise<R>, input: A): Promise<R> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await new MockActivityEnvironment(undefined, { logger: quiet }).run(work, input);
    } catch (error) {
      if (!(error instanceof Failure) || !error.retryable || attempt === tries) throw error;
      await pause(100 * attempt);
    }
  }
}

async function assessAll(
  activities: Activities,
  { hash, content }: Preview,
  hosts: readonly HostId[],
): Promise<void> {
  const batches: HostId[][] = [];
  for (let at = 0; at < hosts.length; at += 25) batches.push(hosts.slice(at, at + 25));
  const assessed = await bounded(8, batches, (batch) =>
    inActivity(activities.assess, {
      owner: 'bench',
      previewHash: hash,
      hosts: batch,
      hotfix: content.hotfix,
    }),
  );
  const wrong = assessed.flat().find((host) => !host.reached || host.verdict.state !== 'affected');
  if (wrong !== undefined) throw new Error(`not affected: ${JSON.stringify(wrong)}`);
}

async function changeHost(
  activities: Activities,
  { hash, content }: Preview,
  hostId: HostId,
): Promise<void> {
  const { hotfix, package: packageRef } = content;
  if (packageRef === null) throw new Error('the plan names no package');
  const target: StepTarget = { owner: 'bench', previewHash: hash, hostId };
  const { facts } = await inActivity(activities.check, { ...target, hotfix });
  if (!facts.boot.known) throw new Error(`no boot identity of ${hostId}: ${facts.boot.why}`);
  const expected = facts.boot.value;
  const staged = await inActivity(activities.stage, {
    ...target,
    hotfix,
    package: packageRef,
  });
  await inActivity(activities.apply, { ...target, hotfix, staged, attempt: 'bench' });
  await inActivity(activities.reboot, { ...target, expected, comment: 'bench' });
  const back = await inActivity(activities.waitBack, {
    ...target,
    expected,
    timeoutMs: 120_000,
    settleMs: 0,
    maxOwn: 2,
  });
  const after = await inActivity(activities.verify, { ...target, hotfix });
  if (!back.back || after.verdict.state !== 'already-fixed')
    throw new Error(`${hostId} is not fixed: ${JSON.stringify(after.verdict)}`);
  await inActivity(activities.cleanUp, { ...target, hotfix, folder: staged.folder });
}

const [, , stateDir = '', hash = ''] = process.argv;
void run(stateDir, hash);
