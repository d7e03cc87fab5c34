import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Activities } from '../../contracts/activities';
import type { Connection } from '../../contracts/fleet';
import type { PackageRef } from '../../contracts/hotfix';
import { hostId, previewHash } from '../../contracts/ids';
import type { Preview } from '../../contracts/preview';
import type { StepTarget } from '../../contracts/steps';
import { createActivities } from '../../activities';
import { readPackageContents } from '../../clients/package/package-contents';
import { startLab } from '../../lab';
import { createHotfixPackage } from '../../lab/cabinet';
import type { Lab, LabEffect, LabFaults, LedgerEntry, WindowsOptions } from '../../lab/types';
import { openSession } from '../../remote/open-session';
import type { Session } from '../../remote/session';
import { shipped, type ShippedId } from './shipped';

export interface HostRow {
  readonly name: string;
  readonly windows?: WindowsOptions;
  readonly faults?: LabFaults;
  /** @default ssh */
  readonly transport?: 'winrm' | 'ssh';
}

/** Hosts of one lab, and the activities of a worker that reaches them all. */
export interface LabHosts {
  readonly activities: Activities;
  target(name: string): StepTarget;
  /** A file that is the hotfix's package for the lab, read as a preview reads it. */
  packageOf(id: ShippedId): Promise<PackageRef>;
  /** Effects of these kinds on one host, in their order. */
  effects(name: string, ...kinds: readonly LabEffect[]): LedgerEntry[];
  /** What a command line prints, asked past the program's own way of asking. */
  ask(name: string, commandLine: string): Promise<string>;
  close(): Promise<void>;
}

const hash = previewHash('d'.repeat(64));
const username = 'Administrator';

export async function startHosts(rows: readonly HostRow[]): Promise<LabHosts> {
  const password = randomBytes(12).toString('hex');
  const lab = await startLab({
    timeScale: 200,
    hosts: rows.map(({ name, windows = {}, faults = {}, transport = 'ssh' }) => ({
      id: name,
      transport: transport === 'ssh' ? { kind: 'ssh' } : { kind: 'winrm', scheme: 'https' },
      credential: { username, password },
      windows,
      faults,
    })),
  });
  const folder = mkdtempSync(join(tmpdir(), 'definitions-'));
  const files = new Map<string, string>();
  const connections = rows.map((row) => ({
    hostId: hostId(row.name),
    connection: connectionTo(lab, row),
  }));
  const preview = { hash, content: { hosts: connections, sets: [] } } as unknown as Preview;
  const activities = createActivities({
    previews: { read: () => Promise.resolve(preview) },
    packages: { find: ({ sha256 }) => Promise.resolve(files.get(sha256) ?? '') },
    resolveCredential: () => Promise.resolve({ username, password }),
    openSession,
    holderOf: () => Promise.resolve(null),
    readFleet: () => Promise.reject(new Error('no fleet is read here')),
    slots: { ask: () => Promise.resolve({ granted: true }), tell: () => Promise.resolve() },
    now: Date.now,
    pace: 0.02,
  });
  const effects: LabHosts['effects'] = (name, ...kinds) =>
    lab.ledger.filter(({ host, effect }) => host === name && kinds.includes(effect));
  return {
    activities,
    target: (name) => ({ owner: 'r1', previewHash: hash, hostId: hostId(name) }),
    async packageOf(id) {
      const made = await makePackage(id, folder);
      files.set(made.sha256, join(folder, made.fileName));
      return made;
    },
    effects,
    async ask(name, commandLine) {
      const found = connections.find((one) => one.hostId === hostId(name));
      if (found === undefined) throw new Error(`there is no host ${name}`);
      const session = await openSession(found.connection, { username, password });
      return printed(session, commandLine);
    },
    async close() {
      await lab.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function printed(session: Session, commandLine: string): Promise<string> {
  try {
    const { stdout } = await session.run(commandLine);
    return Buffer.from(stdout).toString('latin1');
  } finally {
    await session.close();
  }
}

function connectionTo(lab: Lab, { name, transport = 'ssh' }: HostRow): Connection {
  const { address, port, hostKey = '', certificateFingerprint = '' } = lab.endpoint(name);
  const credentialRef = 'env:X';
  return transport === 'ssh'
    ? { kind: 'ssh', address, port, credentialRef, hostKey }
    : {
        kind: 'winrm',
        address,
        port,
        scheme: 'https',
        auth: 'basic',
        credentialRef,
        allowUnencrypted: false,
        certificateFingerprint,
      };
}

/** It brings the files that the definition asks for, in the version that it asks for. */
async function makePackage(id: ShippedId, folder: string): Promise<PackageRef> {
  const { verification, applicability } = shipped(id);
  const os = applicability.os.version.split('.').slice(0, 2).join('.');
  const bytes = createHotfixPackage({
    kb: id,
    os,
    payloadBytes: 2000,
    files: verification.files.map(({ path, atLeast }) => ({ path, version: atLeast })),
    // From July 2019 on Windows 6.1 is given nothing that is not signed with SHA-2 alone.
    signature: id === 'KB4565539' || id === 'KB5004951' ? 'sha256' : 'sha1',
  });
  const fileName = `Windows${os}-${id}-x64.msu`;
  writeFileSync(join(folder, fileName), bytes);
  return {
    fileName,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes: bytes.length,
    contents: await readPackageContents(join(folder, fileName)),
  };
}
