import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLab } from '../../lab';
import { labHostKey } from '../../lab/ssh/host-key';
import type { Lab } from '../../lab/types';
import { judgeTest } from './judge';
import { hasOpenSsh as available, openSshClient } from './openssh-client';
import type { OpenSsh } from './openssh-client';

const account = { username: 'Administrator', password: 'judged by "ssh", \u00fc' };
const seed = 'openssh judge';
const kinds = ['ed25519', 'rsa', 'ecdsa'] as const;
/** Prints a line at once and one a second from then on; nobody waits for its end. */
const endless = 'ping -n 3600 127.0.0.1';

describe("OpenSSH's own client against emulated machines", () => {
  let folder: string;
  let client: OpenSsh;
  let lab: Lab;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'openssh-lab-'));
    client = openSshClient(folder, account.username);
    if (available) for (const kind of kinds) client.makeKey(kind, kind);
    const keyOf = (name: string) =>
      available ? readFile(join(folder, `${name}.pub`), 'utf8') : Promise.resolve('');
    const keys = await Promise.all(kinds.map(keyOf));
    lab = await startLab({
      seed,
      hosts: kinds.map((id, index) => ({
        id,
        transport: { kind: 'ssh', sftp: id !== 'rsa' },
        credential: { ...account, publicKey: (keys[index] ?? '').trim() },
      })),
    });
  });

  afterAll(async () => {
    await lab.close();
    await rm(folder, { recursive: true });
  });

  /** Port of a host whose key the client trusts from now on. */
  const to = async (host: (typeof kinds)[number] = 'ed25519'): Promise<number> => {
    const { port } = lab.endpoint(host);
    await client.trust(port, labHostKey(seed, host).publicKey);
    return port;
  };
  const identity = 'ed25519';

  for (const { kind, options } of [
    { kind: 'ed25519', options: [] },
    { kind: 'ecdsa', options: [] },
    { kind: 'rsa', options: [] },
    { kind: 'rsa', options: ['-o', 'PubkeyAcceptedAlgorithms=rsa-sha2-256'] },
  ] as const) {
    judgeTest(`logs in with a key: ${[kind, ...options].join(' ')}`, available, async () => {
      const port = await to(kind);
      const login = { identity: kind, given: options };
      expect(await client.ssh(port, 'exit 5', login)).toMatchObject({ exitCode: 5 });
    });
  }

  judgeTest('logs in with a password; with another one it is refused', available, async () => {
    const port = await to();
    const askpass = join(folder, 'askpass');
    await writeFile(askpass, '#!/bin/sh\nprintf "%s\\n" "$ANSWER"\n');
    await chmod(askpass, 0o755);
    const login = (answer: string) =>
      client.ssh(port, 'exit 6', {
        identity: 'none',
        given: ['-o', 'PreferredAuthentications=password', '-o', 'NumberOfPasswordPrompts=1'],
        environment: { SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force', ANSWER: answer },
      });
    expect((await login(account.password)).exitCode).toBe(6);
    expect(await login('another')).toMatchObject({
      exitCode: 255,
      stderr: expect.stringContaining('Permission denied'),
    });
  });

  judgeTest('carries much of input and output while keys are agreed anew', available, async () => {
    const port = await to();
    const input = 'load in both directions\r\n'.repeat(40_000);
    const given = ['-v', '-o', 'RekeyLimit=200K'];
    const { stdout, stderr } = await client.ssh(port, 'findstr "^"', { identity, input, given });
    expect(stdout === input).toBe(true);
    expect(stderr.match(/SSH2_MSG_NEWKEYS received/g)?.length).toBeGreaterThan(1);
  });

  judgeTest(
    'stays while a silent command runs and keepalives are answered',
    available,
    async () => {
      const port = await to();
      const given = ['-o', 'ServerAliveInterval=1', '-o', 'ServerAliveCountMax=1'];
      const ran = await client.ssh(port, 'ping -n 4 127.0.0.1 >nul & exit 9', { identity, given });
      expect(ran.exitCode).toBe(9);
    },
  );

  judgeTest('ends its command by going away', available, async () => {
    const port = await to();
    const kill = client.ssh(port, endless, {
      identity,
      onStart: (child) => child.stdout?.once('data', () => child.kill('SIGKILL')),
    });
    expect((await kill).stdout).toContain('127.0.0.1');
    const isRunning = async () =>
      (await client.ssh(port, 'tasklist', { identity })).stdout.toLowerCase().includes('ping.exe');
    while (await isRunning());
    expect(await isRunning()).toBe(false);
  });

  judgeTest(
    'is refused the eleventh channel of a connection, and no other',
    available,
    async () => {
      const port = await to();
      const control = join(folder, 'control');
      const shared = ['-o', `ControlPath=${control}`];
      const master = ['-o', 'ControlMaster=yes', ...shared];
      const left: (() => void)[] = [];
      const running: Promise<unknown>[] = [];
      const begin = (given: readonly string[]) =>
        new Promise<void>((resolve) => {
          const ran = client.ssh(port, endless, {
            identity,
            given,
            onStart: (child) => {
              child.stdout?.once('data', () => resolve());
              left.push(() => child.kill());
            },
          });
          running.push(ran);
        });
      await begin(master);
      for (let more = 0; more < 9; more += 1) {
        // oxlint-disable-next-line no-await-in-loop -- the master serves them one after the other
        await begin(shared);
      }
      // A client whose channel is refused goes on with a connection of its own, unless it must not ask for a key.
      const refused = await client.ssh(port, 'exit 7', {
        identity: 'none',
        given: [...shared, '-o', 'PreferredAuthentications=publickey'],
      });
      expect(refused).toMatchObject({
        exitCode: 255,
        stderr: expect.stringContaining('Session open refused by peer'),
      });
      for (const leave of left.slice(1).toReversed()) leave();
      await Promise.all(running.slice(1));
      expect((await client.ssh(port, 'exit 7', { identity, given: shared })).exitCode).toBe(7);
      left[0]?.();
      await Promise.all(running);
    },
  );

  judgeTest('carries files of some MB by sftp, as the host itself finds', available, async () => {
    const port = await to();
    const content = randomBytes(6_000_000);
    const [sent, got] = ['sent', 'got'].map((name) => join(folder, name));
    await writeFile(sent ?? '', content);
    const path = '/C:/Windows/Temp/of sftp.bin';
    const put = [`put ${sent} "${path}"`, `ls -l "${path}"`, `get "${path}" ${got}`];
    const done = await client.sftp(port, put, { identity });
    expect(done).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('6000000') });
    expect((await readFile(got ?? '')).equals(content)).toBe(true);
    const line = 'certutil -hashfile "C:\\Windows\\Temp\\of sftp.bin" SHA256';
    const { stdout } = await client.ssh(port, line, { identity });
    const digest = createHash('sha256').update(content).digest('hex');
    expect(stdout.replaceAll(' ', '')).toContain(digest);
    await client.sftp(port, [`rm "${path}"`], { identity });
    expect((await client.ssh(port, line, { identity })).exitCode).not.toBe(0);
  });

  judgeTest('is told where there is no sftp', available, async () => {
    const port = await to('rsa');
    const login = { identity: 'rsa' };
    expect((await client.sftp(port, ['pwd'], login)).exitCode).toBe(255);
    // What sftp itself asks for.
    const { stderr } = await client.ssh(port, 'sftp', { ...login, given: ['-s'] });
    expect(stderr).toContain('subsystem request failed');
    expect((await client.ssh(port, 'exit 8', login)).exitCode).toBe(8);
  });
});
