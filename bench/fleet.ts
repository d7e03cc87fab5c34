import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadHotfix } from '../clients/input';
import type { Connection } from '../contracts/fleet';
import type { PackageRef } from '../contracts/hotfix';
import { hostId } from '../contracts/ids';
import type { Preview, PreviewContent } from '../contracts/preview';
import { createHotfixPackage } from '../lab/cabinet';
import type { LabEndpoint, LabHostOptions } from '../lab/types';
import { createPackageStore } from '../store/packages';
import { createPreviewStore } from '../store/previews';
import { projectDir, readConfig } from '../workers/config';
import type { WorkerConfig } from '../workers/config';

export const credential = { username: 'Administrator', password: 'benchmark' };
export const concurrency = 200;

const nameOf = (index: number): string => `h${String(index + 1).padStart(4, '0')}`;

/** Every second host over SSH; all of them show the problem. */
export const labHosts = (count: number): LabHostOptions[] =>
  Array.from({ length: count }, (_, index) => ({
    id: nameOf(index),
    transport: index % 2 === 0 ? { kind: 'winrm', scheme: 'http' } : { kind: 'ssh' },
    credential,
    windows: { ldap: 'stall' },
  }));

/** A host of each kind to which packages go differently: envelopes of 150 KB, of 500 KB, and SSH. */
export const packageHosts: readonly LabHostOptions[] = [
  {
    id: 'small',
    transport: { kind: 'winrm', scheme: 'https' },
    credential,
    windows: { edition: '2008r2-sp1' },
  },
  {
    id: 'large',
    transport: { kind: 'winrm', scheme: 'https' },
    credential,
    windows: { edition: '2012r2' },
  },
  { id: 'ssh', transport: { kind: 'ssh' }, credential },
];

export const packageConnections = (endpoints: readonly LabEndpoint[]): PreviewContent['hosts'] =>
  packageHosts.map(({ id, transport }, index) => {
    const endpoint = endpoints[index] as LabEndpoint;
    const connection = connectionTo(endpoint);
    if (transport.kind === 'ssh' || connection.kind === 'ssh')
      return { hostId: hostId(id), connection };
    return {
      hostId: hostId(id),
      connection: {
        ...connection,
        scheme: 'https',
        allowUnencrypted: false,
        maxEnvelopeKb: id === 'large' ? 500 : 150,
        certificateFingerprint: endpoint.certificateFingerprint ?? '',
      },
    };
  });

/** Time on the hosts runs so fast that hardly more than the work itself is left: a boot takes 20 ms. */
export const timeScale = 2000;

/** Folders and settings of one benchmark; a small pace leaves no pauses between two looks at a host. */
export const benchConfig = (stateDir: string): WorkerConfig => ({
  ...readConfig(),
  stateDir,
  packageDir: join(stateDir, 'packages'),
  previewDir: join(stateDir, 'previews'),
  secretsDir: stateDir,
  pace: 0.01,
  environment: { BENCH_ADMIN: JSON.stringify(credential) },
});

/** Writes package and preview where a worker with this configuration finds them. */
export async function prepare(
  config: WorkerConfig,
  endpoints: readonly LabEndpoint[],
): Promise<Preview> {
  const bytes = createHotfixPackage({ kb: 'KB3004383', payloadBytes: 32 * 1024 });
  const ref = {
    fileName: 'Windows6.1-KB3004383-x64.msu',
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes: bytes.length,
  };
  await mkdir(config.stateDir, { recursive: true });
  const file = join(config.stateDir, ref.fileName);
  await writeFile(file, bytes);
  await createPackageStore(config.packageDir).put(file, ref);
  const hosts = endpoints.map((endpoint, index) => ({
    hostId: hostId(nameOf(index)),
    connection: connectionTo(endpoint),
  }));
  const content = { ...(await benchContent(ref)), hosts };
  return createPreviewStore(config.previewDir).write(content);
}

/** A preview of no hosts yet. */
export async function benchContent(ref: PackageRef): Promise<PreviewContent> {
  const { value: hotfix } = await loadHotfix('KB3004383', join(projectDir(), 'hotfixes'));
  return {
    change: 'BENCH',
    hotfix,
    package: ref,
    hosts: [],
    sets: [],
    policy: {
      scope: 'affected',
      serial: [1, '100%'],
      pause: null,
      maxConcurrency: concurrency,
      maxErrors: 0,
      maxConsecutiveErrors: null,
      maxUnassessed: 0,
      countMitigated: true,
      onSuspect: 'hold',
      holdTimeoutMs: 3_600_000,
      takenRetryMs: 60_000,
    },
    hostPolicy: {
      reboot: { timeoutMs: 120_000, maxReboots: 1, maxOwn: 2 },
      fallback: { when: ['apply', 'reboot', 'verify'] },
      hooks: { drain: null, restore: null },
      unreachableAfterMs: 60_000,
      settleMs: 0,
      observeMs: 0,
      quietForMs: 0,
    },
  };
}

const connectionTo = (endpoint: LabEndpoint): Connection => {
  const common = {
    address: endpoint.address,
    port: endpoint.port,
    credentialRef: 'env:BENCH_ADMIN',
  };
  return endpoint.hostKey === undefined
    ? { kind: 'winrm', ...common, scheme: 'http', auth: 'basic', allowUnencrypted: true }
    : { kind: 'ssh', ...common, hostKey: endpoint.hostKey };
};
