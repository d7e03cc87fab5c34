import { execFile, execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onFreePort } from '../../lab/free-port';

/** OpenSSH's own server on a loopback port, with keys of its own and nothing of the machine's configuration. */
export interface Sshd {
  readonly port: number;
  /** Folder of its own: keys, configuration, log; removed by close. */
  readonly folder: string;
  /** Whoever runs the tests: an unprivileged sshd lets in nobody else. */
  readonly username: string;
  /** Private keys that `authorized_keys` knows, OpenSSH form, by kind. */
  clientKey(kind?: KeyKind, passphrase?: string): Promise<string>;
  /** Fingerprint of a host key as `ssh-keygen -l` prints it. */
  fingerprint(kind?: KeyKind): string;
  /** Line of the host's public key: kind, base64, comment. */
  publicKey(kind?: KeyKind): string;
  /** What it has logged so far. */
  log(): Promise<string>;
  /** Kills the listener and every connection, at once. */
  kill(): Promise<void>;
  /** Listens again on the same port with the same keys. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export type KeyKind = 'ed25519' | 'ecdsa' | 'rsa';

export interface SshdOptions {
  /** Lines of sshd_config before those of this fixture: the first value of a keyword counts (sshd_config(5)). */
  readonly config?: readonly string[];
  /** Kinds of host keys. @default ed25519 */
  readonly hostKeys?: readonly KeyKind[];
  /** Program and arguments of the sftp subsystem; null for none. @default internal-sftp */
  readonly sftp?: string | null;
  /** Environment of the server. Sessions see only what SetEnv and PermitUserEnvironment let through. */
  readonly environment?: { readonly [name: string]: string };
}

export const sshdPath = ['/usr/sbin/sshd', '/usr/local/sbin/sshd'].find((path) => existsSync(path));
export const hasSshd = sshdPath !== undefined;

const run = promisify(execFile);

export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const folder = await mkdtemp(join(tmpdir(), 'sshd-'));
  const kinds = options.hostKeys ?? ['ed25519'];
  await Promise.all(kinds.map((kind) => makeKey(join(folder, `host_${kind}`), kind)));
  await prepareSeparation();
  await mkdir(join(folder, 'keys'));
  await writeFile(join(folder, 'authorized_keys'), '', { mode: 0o600 });
  await writeFile(join(folder, 'sshd_config'), configOf(folder, kinds, options));
  const publicKey = (kind: KeyKind = kinds[0] ?? 'ed25519'): string =>
    execFileSync('cat', [join(folder, `host_${kind}.pub`)], { encoding: 'utf8' }).trim();
  let server: ChildProcess | null = null;
  const port = await onFreePort(0, async (drawn) => {
    server = await listen(folder, drawn, options);
    return drawn;
  });
  const sshd: Sshd = {
    port,
    folder,
    username: userInfo().username,
    clientKey: (kind = 'ed25519', passphrase = '') => clientKey(folder, kind, passphrase),
    fingerprint: (kind = kinds[0] ?? 'ed25519') => fingerprintOf(join(folder, `host_${kind}.pub`)),
    publicKey,
    log: () => readFile(join(folder, 'log'), 'utf8').catch(() => ''),
    kill: async () => {
      const ended = server;
      server = null;
      if (ended !== null) await killWithChildren(ended);
    },
    start: async () => {
      server = await listen(folder, port, options);
    },
    close: async () => {
      await sshd.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return sshd;
}

function configOf(
  folder: string,
  kinds: readonly KeyKind[],
  { config = [], sftp = 'internal-sftp' }: SshdOptions,
): string {
  return [
    ...config,
    'ListenAddress 127.0.0.1',
    ...kinds.map((kind) => `HostKey ${join(folder, `host_${kind}`)}`),
    `PidFile ${join(folder, 'pid')}`,
    `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
    // bash that sshd starts reads .bashrc, unless it is nested: what is in there is none of the tests' business.
    'SetEnv SHLVL=1',
    // The folder of the tests may be writable for others, as /tmp is.
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin yes',
    'LogLevel DEBUG1',
    ...(sftp === null ? [] : [`Subsystem sftp ${sftp}`]),
    '',
  ].join('\n');
}

async function makeKey(path: string, kind: KeyKind, passphrase = ''): Promise<void> {
  const size = kind === 'rsa' ? ['-b', '2048'] : [];
  await run('ssh-keygen', ['-q', '-t', kind, ...size, '-N', passphrase, '-C', 'test', '-f', path]);
}

async function clientKey(folder: string, kind: KeyKind, passphrase: string): Promise<string> {
  const path = join(folder, 'keys', `${kind}-${passphrase === '' ? 'plain' : 'locked'}`);
  if (!existsSync(path)) {
    await makeKey(path, kind, passphrase);
    const line = await readFile(`${path}.pub`, 'utf8');
    await writeFile(join(folder, 'authorized_keys'), line, { flag: 'a' });
  }
  return readFile(path, 'utf8');
}

const fingerprintOf = (publicKeyFile: string): string =>
  execFileSync('ssh-keygen', ['-l', '-f', publicKeyFile], { encoding: 'utf8' }).split(' ')[1] ?? '';

/** sshd run by root wants the folder of its unprivileged child; Debian makes it when the service starts. */
async function prepareSeparation(): Promise<void> {
  if (process.getuid?.() !== 0) return;
  await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  await chmod('/run/sshd', 0o755);
}

/** A test process that is killed takes its servers along, where the system can do that (setpriv of util-linux). */
const untilWeDie: readonly string[] =
  process.platform === 'linux' && existsSync('/usr/bin/setpriv')
    ? ['/usr/bin/setpriv', '--pdeathsig', 'KILL']
    : [];

/**
 * Its own log says when it listens: whoever answers at the port may be another.
 *
 * @throws Error with code EADDRINUSE when the port is another's
 */
async function listen(folder: string, port: number, options: SshdOptions): Promise<ChildProcess> {
  const log = join(folder, 'log');
  const logged = (): Promise<string> => readFile(log, 'utf8').catch(() => '');
  const before = (await logged()).length;
  const args = ['-D', '-f', join(folder, 'sshd_config'), '-p', String(port), '-E', log];
  const command = [...untilWeDie, sshdPath ?? 'sshd', ...args];
  const server = spawn(command[0] as string, command.slice(1), {
    stdio: 'ignore',
    env: { ...process.env, ...options.environment },
    // A group of its own: what it started is ended with it.
    detached: true,
  });
  const deadline = Date.now() + 10_000;
  for (;;) {
    const said = (await logged()).slice(before);
    if (said.includes('Server listening on ')) return server;
    if (server.exitCode !== null || Date.now() > deadline) {
      server.kill('SIGKILL');
      const isTaken = said.includes('Address already in use');
      throw Object.assign(new Error(`sshd did not start: ${said}`), {
        code: isTaken ? 'EADDRINUSE' : 'EFAILED',
      });
    }
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}

/** Children of sshd make sessions (setsid) of their own, so that killing its group is not enough. */
async function killWithChildren(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.pid === undefined) return;
  const exited = new Promise((resolve) => {
    server.once('exit', resolve);
  });
  const children = await descendants(server.pid);
  server.kill('SIGKILL');
  for (const pid of children) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  }
  await exited;
}

async function descendants(parent: number): Promise<number[]> {
  const { stdout } = await run('ps', ['-eo', 'pid=,ppid=']);
  const pairs = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
  const found: number[] = [];
  const add = (pid: number): void => {
    for (const [child, of] of pairs) {
      if (of !== pid) continue;
      found.push(child);
      add(child);
    }
  };
  add(parent);
  return found;
}
