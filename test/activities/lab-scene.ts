import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { parse } from 'yaml';

import type { Activities } from '../../contracts/activities';
import type { Connection } from '../../contracts/fleet';
import { parseHotfix } from '../../contracts/hotfix.schema';
import type { Hotfix, PackageRef } from '../../contracts/hotfix';
import { hostId, previewHash } from '../../contracts/ids';
import { valueOf } from '../../contracts/parsed.schema';
import type { Preview } from '../../contracts/preview';
import type { ActivityDependencies } from '../../activities';
import { createActivities } from '../../activities';
import { startLab } from '../../lab';
import { createHotfixPackage } from '../../lab/cabinet';
import type { Lab, LabEffect, LabFaults, WindowsOptions } from '../../lab/types';
import { openSession } from '../../remote/open-session';

export const hotfix: Hotfix = valueOf(
  parseHotfix(parse(readFileSync(join(__dirname, '../../hotfixes/KB3004383.yaml'), 'utf8'))),
  'the shipped definition',
);

export type Transport = 'winrm' | 'ssh';

export interface LabScene {
  readonly lab: Lab;
  readonly deps: ActivityDependencies;
  readonly activities: Activities;
  readonly target: {
    owner: string;
    previewHash: ReturnType<typeof previewHash>;
    hostId: ReturnType<typeof hostId>;
  };
  readonly package: PackageRef;
  count(effect: LabEffect): number;
  close(): Promise<void>;
}

const name = hostId('mail7');
const hash = previewHash('c'.repeat(64));

/** One host of the lab over one transport, with activities that reach it. */
export async function startScene(
  transport: Transport,
  {
    windows = {},
    faults = {},
    password,
  }: { windows?: WindowsOptions; faults?: LabFaults; password?: string } = {},
): Promise<LabScene> {
  const secret = randomBytes(12).toString('hex');
  const lab = await startLab({
    timeScale: 60,
    hosts: [
      {
        id: name,
        transport: transport === 'ssh' ? { kind: 'ssh' } : { kind: 'winrm', scheme: 'https' },
        credential: { username: 'Administrator', password: secret },
        windows,
        faults,
      },
    ],
  });
  const folder = mkdtempSync(join(tmpdir(), 'package-'));
  const bytes = createHotfixPackage({ kb: 'KB3004383' });
  const file = join(folder, 'package.msu');
  writeFileSync(file, bytes);
  const pkg = {
    fileName: 'Windows6.1-KB3004383-x64.msu',
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes: bytes.length,
  };
  const deps: ActivityDependencies = {
    previews: { read: () => Promise.resolve(previewOf(connectionTo(lab, transport), pkg)) },
    packages: { find: () => Promise.resolve(file) },
    resolveCredential: () =>
      Promise.resolve({ username: 'Administrator', password: password ?? secret }),
    openSession,
    holderOf: () => Promise.resolve(null),
    readFleet: () => Promise.reject(new Error('no fleet is read here')),
    slots: { ask: () => Promise.resolve({ granted: true }), tell: () => Promise.resolve() },
    now: Date.now,
    pace: 0.02,
  };
  return {
    lab,
    deps,
    activities: createActivities(deps),
    target: { owner: 'r1', previewHash: hash, hostId: name },
    package: pkg,
    count: (effect) => lab.ledger.filter((entry) => entry.effect === effect).length,
    close: async () => {
      await lab.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function connectionTo(lab: Lab, transport: Transport): Connection {
  const { address, port, hostKey = '', certificateFingerprint = '' } = lab.endpoint(name);
  return transport === 'ssh'
    ? { kind: 'ssh', address, port, credentialRef: 'env:X', hostKey }
    : {
        kind: 'winrm',
        address,
        port,
        scheme: 'https',
        auth: 'basic',
        credentialRef: 'env:X',
        allowUnencrypted: false,
        certificateFingerprint,
      };
}

function previewOf(connection: Connection, pkg: PackageRef): Preview {
  const content = {
    change: 'CHG1',
    hotfix,
    package: pkg,
    hosts: [{ hostId: name, connection }],
    sets: [],
  };
  return { hash, content } as unknown as Preview;
}
