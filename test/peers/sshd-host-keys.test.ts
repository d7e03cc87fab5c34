import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Failure } from '../../contracts/failures';
import type { SshConnection } from '../../contracts/fleet';
import { connect } from '../../remote/ssh/connect';
import { scanHostKeys } from '../../remote/ssh/host-key-scan';
import { judgeTest } from '../judges/judge';
import { makeKeyFolder } from './ssh-keys';
import { hasSshd, startSshd } from './sshd';
import type { Sshd } from './sshd';

const run = promisify(execFile);

let sshd: Sshd;
let folder: string;
let files = 0;

beforeAll(async () => {
  if (!hasSshd) return;
  folder = await mkdtemp(join(tmpdir(), 'known-hosts-'));
  sshd = await startSshd({ hostKeys: ['ed25519', 'ecdsa', 'rsa'] });
});

afterAll(async () => {
  if (!hasSshd) return;
  await sshd.close();
  await rm(folder, { recursive: true, force: true });
});

const target = (more: Partial<SshConnection>): SshConnection => ({
  kind: 'ssh',
  address: '127.0.0.1',
  port: sshd.port,
  credentialRef: 'env:TEST',
  ...more,
});

/** A known_hosts file with these lines. */
async function knownHosts(...lines: readonly string[]): Promise<string> {
  files += 1;
  const file = join(folder, `known_hosts_${files}`);
  await writeFile(file, `${lines.join('\n')}\n`);
  return file;
}

/** Kind of the host key that was agreed on. */
async function keyWith(more: Partial<SshConnection>): Promise<string> {
  const credential = { username: sshd.username, privateKey: await sshd.clientKey() };
  const link = await connect(target(more), credential, {});
  await link.end();
  return link.agreed.hostKey.split(' ')[0] ?? '';
}

const refusalWith = (more: Partial<SshConnection>): Promise<Failure> =>
  keyWith(more).then(
    () => {
      throw new Error('the host key was not refused');
    },
    (error: Failure) => error,
  );

/** The line of a key of the host, under another name. */
const lineFor = (names: string, kind: 'ed25519' | 'ecdsa' | 'rsa' = 'ed25519') =>
  `${names} ${sshd.publicKey(kind)}`;
const here = () => `[127.0.0.1]:${sshd.port}`;

describe('the key of a host', () => {
  judgeTest(
    'is known by a file that ssh-keyscan and ssh-keygen -H have made',
    hasSshd,
    async () => {
      const scan = await run('ssh-keyscan', ['-p', String(sshd.port), '127.0.0.1']);
      const file = await knownHosts(scan.stdout.trim());
      expect(await keyWith({ knownHosts: [file] })).toBe('ssh-ed25519');
      await run('ssh-keygen', ['-q', '-H', '-f', file]);
      expect(await keyWith({ knownHosts: [file] })).toBe('ssh-ed25519');
    },
  );

  judgeTest('is asked for in the kind that is known', hasSshd, async () => {
    for (const [kind, name] of [
      ['rsa', 'ssh-rsa'],
      ['ecdsa', 'ecdsa-sha2-nistp256'],
    ] as const) {
      const file = await knownHosts('# comment', '', lineFor('*.example,[127.0.*]:*', kind));
      expect(await keyWith({ knownHosts: [file] })).toBe(name);
    }
  });

  judgeTest('is found among its others by a pinned fingerprint', hasSshd, async () => {
    for (const kind of ['rsa', 'ecdsa'] as const)
      expect(await keyWith({ hostKey: ['SHA256:other', sshd.fingerprint(kind)] })).toMatch(kind);
  });

  judgeTest('that is none of the pinned ones is told with all that it has', hasSshd, async () => {
    const failure = await refusalWith({ hostKey: 'SHA256:other' });
    expect(failure.code).toBe('host-key-changed');
    for (const kind of ['ed25519', 'ecdsa', 'rsa'] as const)
      expect(failure.facts['offered']).toContain(sshd.fingerprint(kind));
    expect(failure.facts['expected']).toBe('SHA256:other');
  });

  judgeTest('that has changed is told beside the known one and its place', hasSshd, async () => {
    const keys = await makeKeyFolder();
    const other = await keys.make('other', '-t', 'ed25519');
    const [kind, key] = (await keys.text(`${other}.pub`)).split(' ');
    const fingerprint = await keys.fingerprint(other);
    await keys.close();
    const file = await knownHosts('# the old one', `${here()} ${kind} ${key}`);
    const failure = await refusalWith({ knownHosts: [file] });
    expect(failure.code).toBe('host-key-changed');
    expect(failure.message).toContain(
      `is ssh-ed25519 ${sshd.fingerprint()}, expected is ssh-ed25519 ${fingerprint} (${file}:2)`,
    );
    expect(failure.advice).toContain(`${file}:2`);
    // The fleet may know better than an old file.
    expect(await keyWith({ knownHosts: [file], hostKey: sshd.fingerprint() })).toBe('ssh-ed25519');
  });

  judgeTest(
    'is not widened by a file when the host has a fingerprint of its own',
    hasSshd,
    async () => {
      const file = await knownHosts(lineFor(here()));
      expect(await keyWith({ knownHosts: [file] })).toBe('ssh-ed25519');
      const failure = await refusalWith({
        knownHosts: [file],
        hostKey: `SHA256:${'a'.repeat(43)}`,
      });
      expect(failure.code).toBe('host-key-changed');
      expect(failure.message).toContain(sshd.fingerprint());
    },
  );

  judgeTest('of which nothing is known is shown and not trusted', hasSshd, async () => {
    const file = await knownHosts(
      lineFor('[127.0.0.1]:1'),
      lineFor(`${here()},!${here()}`),
      `${here()} ssh-ed25519`,
      `@cert-authority ${lineFor('[127.*]:*')}`,
    );
    for (const more of [{}, { knownHosts: [file] }]) {
      const failure = await refusalWith(more);
      expect(failure.code).toBe('host-key-unknown');
      expect(failure.facts).toMatchObject({ offered: sshd.fingerprint(), kind: 'ssh-ed25519' });
    }
    const { message } = await refusalWith({ knownHosts: [file] });
    expect(message).toContain(`lines that cannot be read: ${file}:3`);
    expect(message).toContain(`${file}:4 names a @cert-authority`);
  });

  judgeTest('that is revoked is refused, whatever pins it', hasSshd, async () => {
    const file = await knownHosts(lineFor(here()), `@revoked ${lineFor('*')}`);
    const failure = await refusalWith({ knownHosts: [file], hostKey: sshd.fingerprint() });
    expect(failure.code).toBe('host-key-revoked');
    expect(failure.message).toContain(`is revoked by ${file}:2`);
  });

  judgeTest('that is known at port 22 is taken at another port, as ssh does', hasSshd, async () => {
    const file = await knownHosts(lineFor('127.0.0.1', 'ecdsa'));
    expect(await keyWith({ knownHosts: [file] })).toBe('ecdsa-sha2-nistp256');
  });

  judgeTest('is read anew when the file has changed', hasSshd, async () => {
    const file = await knownHosts('# nothing yet');
    expect((await refusalWith({ knownHosts: [file] })).code).toBe('host-key-unknown');
    await writeFile(file, `${lineFor(here())}\n`);
    expect(await keyWith({ knownHosts: [file] })).toBe('ssh-ed25519');
  });

  judgeTest('cannot be held against a file that is not there', hasSshd, async () => {
    const failure = await refusalWith({ knownHosts: [join(folder, 'missing')] });
    expect(failure.code).toBe('bad-request');
    expect(failure.message).toContain(join(folder, 'missing'));
  });
});

describe('the keys of a host, scanned', () => {
  judgeTest('are those that ssh-keyscan finds', hasSshd, async () => {
    const found = await scanHostKeys(target({}), { connectTimeoutMs: 10_000 });
    const { stdout } = await run('ssh-keyscan', ['-p', String(sshd.port), '127.0.0.1']);
    const judged = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(found.map(({ line }) => line).toSorted()).toEqual(judged.toSorted());
    expect(found.map(({ kind }) => kind)).toEqual([
      'ssh-ed25519',
      'ecdsa-sha2-nistp256',
      'ssh-rsa',
    ]);
    expect(found[0]?.fingerprint).toBe(sshd.fingerprint());
    expect(await sshd.log()).not.toContain('Failed');
  });

  judgeTest('of a host that has one are one', hasSshd, async () => {
    const single = await startSshd({ hostKeys: ['rsa'] });
    try {
      const found = await scanHostKeys(target({ port: single.port }), {});
      expect(found.map(({ fingerprint }) => fingerprint)).toEqual([single.fingerprint()]);
    } finally {
      await single.close();
    }
  });
});
