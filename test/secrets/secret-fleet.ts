import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { createHotfixPackage } from '../../lab/cabinet';
import { startLab } from '../../lab';
import type { Lab, LabFaults, LabHostOptions } from '../../lab/types';
import { ntHash } from '../../remote/winrm/wire/ntlm/password';
import { createPackageStore } from '../../store/packages';
import type { WorkerConfig } from '../../workers/config';
import { readConfig } from '../../workers/config';
import { beginningOf, randomKey, randomPassword, secretsOf } from './random-secrets';
import type { Secret } from './random-secrets';

/** A fleet on the lab every host of which has a secret of its own, with plans and folders around it. */
export interface SecretFleet {
  readonly lab: Lab;
  readonly config: WorkerConfig;
  readonly fleetFile: string;
  readonly planFile: string;
  /** Plan whose only host is `planted`. */
  readonly plantedPlanFile: string;
  readonly secrets: readonly Secret[];
  close(): Promise<void>;
}

const username = 'Administrator';
const fileName = 'Windows6.1-KB3004383-x64.msu';

/** How one host is reached, what its credential reference leads to, and what the host itself would accept. */
interface HostChoice {
  readonly transport: LabHostOptions['transport'];
  readonly reference: string;
  /** @default basic */
  readonly auth?: 'ntlm';
  /** Content of what the reference leads to. */
  readonly content: string;
  readonly accepts: Omit<LabHostOptions['credential'], 'username'>;
  readonly secrets: readonly Secret[];
  readonly faults?: LabFaults;
}

const https = { kind: 'winrm', scheme: 'https' } as const;
const http = { kind: 'winrm', scheme: 'http' } as const;
const ssh = { kind: 'ssh' } as const;

/** Logs in with the right password, by file or environment. */
function withPassword(
  host: string,
  transport: LabHostOptions['transport'],
  faults: LabFaults = {},
): HostChoice {
  const password = randomPassword();
  return {
    transport,
    reference: `file:${host}.json`,
    content: JSON.stringify({ username, password }),
    accepts: { password },
    secrets: secretsOf(`password of ${host}`, password),
    faults,
  };
}

const throughEnvironment = (choice: HostChoice, name: string): HostChoice => ({
  ...choice,
  reference: `env:${name}`,
});

/** Logs in with NTLM, to which the hash is as good as the password. */
function withNtlm(host: string, transport: LabHostOptions['transport']): HostChoice {
  const password = randomPassword();
  return {
    transport,
    auth: 'ntlm',
    reference: `file:${host}.json`,
    content: JSON.stringify({ username: `CONTOSO\\${username}`, password }),
    accepts: { password },
    secrets: [
      ...secretsOf(`password of ${host}`, password),
      { name: `NT hash of ${host}`, value: ntHash(password) },
    ],
  };
}

/** The reference is a program of the secrets folder that prints the credential. */
function throughProgram(choice: HostChoice, name: string): HostChoice {
  const json = choice.content.replaceAll("'", String.raw`'\''`);
  return { ...choice, reference: `command:${name}`, content: `#!/bin/sh\nprintf '%s' '${json}'\n` };
}

function withKey(): HostChoice {
  const { privateKey, passphrase, publicKey, secrets } = randomKey();
  return {
    transport: ssh,
    reference: 'file:key.json',
    content: JSON.stringify({ username, privateKey, passphrase }),
    accepts: { publicKey },
    secrets,
  };
}

/** The host accepts something else than the reference leads to. */
const refused = (choice: HostChoice): HostChoice => ({
  ...choice,
  accepts: { password: randomPassword() },
});

/** What a person wrote who forgot the quotes: a parser would quote the secret when it complains. */
function malformed(host: string): HostChoice {
  const [core = ''] = randomPassword().split('&');
  return {
    ...withPassword(host, http),
    content: `{"username": "${username}", "password": ${core}}`,
    secrets: [
      { name: `credential of ${host}`, value: core },
      beginningOf(`credential of ${host}`, core),
    ],
  };
}

/** JSON, but the secret stands where no field is, and where a field should have a text. */
function misshaped(host: string): HostChoice {
  const [field = '', value = ''] = randomPassword().split(/[^0-9A-Za-z]+/);
  return {
    ...withPassword(host, http),
    content: JSON.stringify({ username, [field]: 'x', password: [value] }),
    secrets: [
      { name: `field of ${host}`, value: field },
      { name: `value of ${host}`, value },
    ],
  };
}

const fails: LabFaults = { installExitCode: 1603 };

const choices = (): { readonly [host: string]: HostChoice } => ({
  'winrm-https': withPassword('winrm-https', https),
  'winrm-http': throughEnvironment(withPassword('winrm-http', http), 'SECRETS_HTTP'),
  'ntlm-http': withNtlm('ntlm-http', http),
  'ntlm-https': throughProgram(withNtlm('ntlm-https', https), 'ask-vault'),
  'ssh-password': withPassword('ssh-password', ssh),
  'ssh-key': withKey(),
  'install-fails': withPassword('install-fails', http, fails),
  'ssh-install-fails': withPassword('ssh-install-fails', ssh, fails),
  'winrm-refused': refused(withPassword('winrm-refused', https)),
  'ssh-refused': refused(withPassword('ssh-refused', ssh)),
  malformed: malformed('malformed'),
  misshaped: misshaped('misshaped'),
  planted: withPassword('planted', http),
});

export async function startSecretFleet(stateDir: string): Promise<SecretFleet> {
  const chosen = choices();
  const lab = await startLab({
    hosts: Object.entries(chosen).map(([id, { transport, accepts, faults }]) => ({
      id,
      transport,
      credential: { username, ...accepts },
      windows: { ldap: 'stall' },
      faults: { installMs: 100_000, ...faults },
    })),
    ledgerFile: join(stateDir, 'ledger.jsonl'),
    // Fast, but slow enough for heartbeats to be seen on the way.
    timeScale: 100,
  });
  const environment = Object.fromEntries(
    Object.values(chosen)
      .filter(({ reference }) => reference.startsWith('env:'))
      .map(({ reference, content }) => [reference.slice('env:'.length), content]),
  );
  const config = readConfig({
    ...process.env,
    ...environment,
    ROLLOUT_STATE_DIR: stateDir,
    ROLLOUT_PACE: '0.05',
  });
  await writeCredentials(config.secretsDir, chosen);
  await writeFile(join(stateDir, 'ca.pem'), lab.caPem ?? '');
  await writeFile(join(stateDir, 'fleet.yaml'), stringify({ hosts: fleetHosts(lab, chosen) }));
  const sha256 = await writePackage(stateDir, config.packageDir);
  const names = Object.keys(chosen).filter((host) => host !== 'planted');
  return {
    lab,
    config,
    fleetFile: join(stateDir, 'fleet.yaml'),
    planFile: await writePlan(stateDir, 'kept', names, sha256),
    plantedPlanFile: await writePlan(stateDir, 'planted', ['planted'], sha256),
    secrets: Object.values(chosen).flatMap(({ secrets }) => secrets),
    close: () => lab.close(),
  };
}

async function writeCredentials(
  dir: string,
  chosen: { readonly [host: string]: HostChoice },
): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  for (const { reference, content } of Object.values(chosen)) {
    const [, kind = '', name = ''] = /^(file|command):(.+)$/.exec(reference) ?? [];
    if (name === '') continue;
    await writeFile(join(dir, name), content, { mode: kind === 'file' ? 0o600 : 0o700 });
  }
}

const fleetHosts = (lab: Lab, chosen: { readonly [host: string]: HostChoice }) =>
  Object.fromEntries(
    Object.entries(chosen).map(([id, { transport, reference, auth = 'basic' }]) => {
      const { address, port, hostKey } = lab.endpoint(id);
      const common = { port, credentialRef: reference };
      const connection =
        transport.kind === 'ssh'
          ? { kind: 'ssh', ...common, hostKey }
          : transport.scheme === 'https'
            ? { kind: 'winrm', auth, ...common, scheme: 'https', caFile: 'ca.pem' }
            : {
                kind: 'winrm',
                auth,
                ...common,
                scheme: 'http',
                allowUnencrypted: auth === 'basic',
              };
      return [id, { address, connection }];
    }),
  );

async function writePackage(stateDir: string, packageDir: string): Promise<string> {
  const content = createHotfixPackage({ kb: 'KB3004383', payloadBytes: 4096 });
  const sha256 = createHash('sha256').update(content).digest('hex');
  const file = join(stateDir, fileName);
  await writeFile(file, content);
  await createPackageStore(packageDir).put(file, { fileName, sha256, bytes: content.length });
  return sha256;
}

async function writePlan(
  stateDir: string,
  change: string,
  names: readonly string[],
  sha256: string,
): Promise<string> {
  const file = join(stateDir, `plan-${change}.yaml`);
  const plan = {
    change,
    hotfix: 'KB3004383',
    package: { file: fileName, sha256 },
    hosts: { names },
    serial: [1, '100%'],
    maxErrors: 10,
    maxUnassessed: '100%',
    reboot: { timeout: '20s' },
    // No host stays silent: a login that is refused ends it at once. On a busy machine a look takes seconds.
    unreachableAfter: '2m',
    rehearsal: { settle: '1s', observe: '1s', quietFor: '1s' },
  };
  await writeFile(file, stringify(plan));
  return file;
}
