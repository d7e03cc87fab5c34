import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createActivities } from '../../activities';
import { startRollout } from '../../clients/rollouts/start-rollout';
import type { PackageRef } from '../../contracts/hotfix';
import { hostId, rolloutId, rolloutWorkflowId } from '../../contracts/ids';
import type { HostPolicy, RolloutPolicy } from '../../contracts/plan';
import type { RolloutStatus } from '../../contracts/rollout';
import { createHotfixPackage } from '../../lab/cabinet';
import { openSession } from '../../remote/open-session';
import { createPreviewStore } from '../../store/previews';
import { startTestEngine } from '../engine';
import { judgeTest } from '../judges/judge';
import { exchangeHost, hotfixForWine, logQuietWeeks, logStall } from './wine/exchange-host';
import { startWineHost } from './wine/host';
import type { WineHost } from './wine/host';
import { hasWine } from './wine/place';
import type { LedgerEntry } from './wine/state';

/** Three hosts boot, and one of them twice, on whatever machine runs the tests. */
jest.setTimeout(480_000);

const hostPolicy: HostPolicy = {
  reboot: { timeoutMs: 120_000, maxReboots: 1, maxOwn: 2 },
  fallback: { when: ['apply', 'reboot', 'verify'] },
  hooks: { drain: null, restore: null },
  unreachableAfterMs: 60_000,
  settleMs: 0,
  observeMs: 0,
  quietForMs: 1,
};

const policy: RolloutPolicy = {
  scope: 'affected',
  serial: [2],
  pause: null,
  maxConcurrency: 2,
  maxErrors: 2,
  maxConsecutiveErrors: null,
  maxUnassessed: 0,
  countMitigated: true,
  onSuspect: 'skip',
  holdTimeoutMs: 60_000,
  takenRetryMs: 1000,
};

interface Played {
  readonly status: RolloutStatus;
  readonly effectsOn: (name: string) => LedgerEntry['effect'][];
}

/** A rollout by a real Temporal server and the activities as they are, over the hosts given. */
async function playRollout(hosts: { readonly [name: string]: WineHost }): Promise<Played> {
  const folder = await mkdtemp(join(tmpdir(), 'wine-rollout-'));
  const engine = await startTestEngine();
  try {
    const { file, ref: pkg } = await writePackage(folder);
    const previews = createPreviewStore(folder);
    const preview = await previews.write({
      change: 'CHG0031337',
      hotfix: await hotfixForWine(),
      package: pkg,
      hosts: Object.entries(hosts).map(([name, { connection }]) => ({
        hostId: hostId(name),
        connection: { ...connection, credentialRef: `env:${name}` },
      })),
      sets: [],
      policy,
      hostPolicy,
    });
    const activities = createActivities({
      previews,
      packages: { find: () => Promise.resolve(file) },
      resolveCredential: async (ref) => hosts[ref.slice(4)]!.credential,
      openSession,
      holderOf: () => Promise.resolve(null),
      readFleet: () => Promise.reject(new Error('no fleet is read here')),
      slots: { ask: () => Promise.resolve({ granted: true }), tell: () => Promise.resolve() },
      now: Date.now,
      pace: 0.1,
    });
    const workers = await engine.startWorkers(activities);
    const id = rolloutId('wine');
    const { client } = engine;
    const temporal = { client, namespace: engine.engine.namespace, where: 'here' };
    await startRollout(temporal, {
      rolloutId: id,
      preview,
      requestedBy: { name: 'tester', source: 'os-user' },
    });
    const status = (await client.workflow
      .getHandle(rolloutWorkflowId(id))
      .result()) as RolloutStatus;
    await workers.shutdown();
    const effectsOn = (name: string) => hosts[name]!.state.ledger.map(({ effect }) => effect);
    return { status, effectsOn };
  } finally {
    await engine.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function writePackage(folder: string): Promise<{ file: string; ref: PackageRef }> {
  const bytes = createHotfixPackage({ kb: 'KB3004383', payloadBytes: 64 * 1024 });
  const fileName = 'Windows6.1-KB3004383-x64.msu';
  const file = join(folder, fileName);
  await writeFile(file, bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { file, ref: { fileName, sha256, bytes: bytes.length } };
}

const outcomes = ({ hosts }: RolloutStatus): { [name: string]: string | null } =>
  Object.fromEntries(hosts.map((host) => [host.hostId, host.outcome]));

describe("a rollout over hosts of OpenSSH's sshd and Wine", () => {
  const started: WineHost[] = [];
  const start = async (options = exchangeHost): Promise<WineHost> => {
    const host = await startWineHost(options);
    started.push(host);
    return host;
  };
  afterEach(async () => {
    await Promise.all(started.splice(0).map((host) => host.close()));
  });

  judgeTest(
    'fixes the affected host with one install and one reboot, mends by the fallback the one whose dism fails, and leaves the third alone',
    hasWine,
    async () => {
      const [sick, stubborn, well] = await Promise.all([
        start(),
        start({ ...exchangeHost, state: { ...exchangeHost.state, dismFails: 0x800f0922 } }),
        start(),
      ]);
      logStall(sick.state);
      logStall(stubborn.state);
      logQuietWeeks(well.state);
      const { status, effectsOn } = await playRollout({ sick, stubborn, well });
      expect(outcomes(status)).toEqual({
        sick: 'fixed',
        stubborn: 'mitigated',
        well: 'not-affected',
      });
      expect(effectsOn('sick')).toEqual([
        'booted',
        'task-created',
        'task-run',
        'installed',
        'reboot',
        'booted',
      ]);
      expect(effectsOn('stubborn')).toEqual([
        'booted',
        'task-created',
        'task-run',
        'install-failed',
      ]);
      expect(effectsOn('well')).toEqual(['booted']);
      expect(sick.state.tasks.size).toBe(0);
    },
  );
});
