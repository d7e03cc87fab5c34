import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadHotfix } from '../../clients/input';
import type { Connection } from '../../contracts/fleet';
import type { PackageRef } from '../../contracts/hotfix';
import type { HostId } from '../../contracts/ids';
import type { HostPolicy, RolloutPolicy } from '../../contracts/plan';
import type { Preview } from '../../contracts/preview';
import { createHotfixPackage } from '../../lab/cabinet';
import type { Lab, LabEndpoint } from '../../lab/types';
import { createPackageStore } from '../../store/packages';
import { createPreviewStore } from '../../store/previews';
import { projectDir } from '../../workers/config';
import type { WorkerConfig } from '../../workers/config';

/** Variable of the worker's environment that holds the hosts' credential. */
export const credentialVariable = 'CRASH_ADMIN';

const hostPolicy: HostPolicy = {
  reboot: { timeoutMs: 120_000, maxReboots: 1, maxOwn: 2 },
  fallback: { when: ['apply', 'reboot', 'verify'] },
  hooks: { drain: null, restore: null },
  unreachableAfterMs: 60_000,
  settleMs: 0,
  observeMs: 0,
  quietForMs: 0,
};

const policy: RolloutPolicy = {
  scope: 'affected',
  serial: [2],
  pause: null,
  maxConcurrency: 10,
  maxErrors: 2,
  maxConsecutiveErrors: null,
  maxUnassessed: 0,
  countMitigated: true,
  onSuspect: 'skip',
  holdTimeoutMs: 60_000,
  takenRetryMs: 1000,
};

/** Puts the package where workers with this configuration find it. */
export async function putPackage(config: WorkerConfig): Promise<PackageRef> {
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
  return ref;
}

/** Writes the preview of a rollout over these hosts of the lab where workers find it. */
export async function writePreview(
  config: WorkerConfig,
  lab: Lab,
  hosts: readonly HostId[],
  pkg: PackageRef,
): Promise<Preview> {
  const { value: hotfix } = await loadHotfix('KB3004383', join(projectDir(), 'hotfixes'));
  return createPreviewStore(config.previewDir).write({
    change: 'CHG0031337',
    hotfix,
    package: pkg,
    hosts: hosts.map((hostId) => ({ hostId, connection: connectionTo(lab.endpoint(hostId)) })),
    sets: [],
    policy,
    hostPolicy,
  });
}

function connectionTo({ address, port, ...proof }: LabEndpoint): Connection {
  const common = { address, port, credentialRef: `env:${credentialVariable}` };
  if (proof.hostKey !== undefined) return { kind: 'ssh', ...common, hostKey: proof.hostKey };
  const { certificateFingerprint = '' } = proof;
  return {
    kind: 'winrm',
    ...common,
    scheme: 'https',
    auth: 'basic',
    allowUnencrypted: false,
    certificateFingerprint,
  };
}
