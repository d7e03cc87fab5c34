import { execFile, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const isThere = (program: string, argument: string): boolean =>
  spawnSync(program, [argument], { stdio: 'ignore' }).error === undefined;

/** Whether OpenSSH's own client is there. */
export const hasOpenSsh =
  isThere('ssh', '-V') && isThere('ssh-keygen', '-?') && isThere('sftp', '-?');

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** More arguments before the host. */
  readonly given?: readonly string[];
  readonly input?: string | Buffer;
  /** Name of the key in the folder. @default id */
  readonly identity?: string;
  readonly environment?: { readonly [name: string]: string };
  /** Called with the client as soon as it runs. */
  readonly onStart?: (client: ChildProcess) => void;
}

export interface OpenSsh {
  /** The one host key that it takes for the server's. */
  trust(port: number, publicKey: string): Promise<void>;
  makeKey(name: string, kind?: 'ed25519' | 'rsa' | 'ecdsa'): void;
  ssh(port: number, line: string | null, options?: RunOptions): Promise<Ran>;
  /** Carries out a batch of sftp's own commands. */
  sftp(port: number, batch: readonly string[], options?: RunOptions): Promise<Ran>;
}

/** OpenSSH's client with nothing of the machine's configuration; keys and known hosts are in the folder. */
export function openSshClient(folder: string, username: string): OpenSsh {
  const options = (identity: string): string[] => [
    '-F',
    'none',
    '-i',
    join(folder, identity),
    ...['StrictHostKeyChecking=yes', 'IdentitiesOnly=yes', 'IdentityAgent=none']
      .concat(`UserKnownHostsFile=${join(folder, 'known_hosts')}`, 'GlobalKnownHostsFile=none')
      .flatMap((option) => ['-o', option]),
  ];
  const start = (program: string, given: readonly string[], run: RunOptions): Promise<Ran> =>
    new Promise((resolve) => {
      const child = execFile(
        program,
        given,
        {
          timeout: 30_000,
          maxBuffer: 64 * 1024 * 1024,
          env: { ...process.env, ...run.environment },
        },
        (error, stdout, stderr) => {
          const exitCode = typeof error?.code === 'number' ? error.code : error === null ? 0 : -1;
          resolve({ exitCode, stdout, stderr });
        },
      );
      // A client that ends without reading its input is none of the test's business.
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(run.input ?? '');
      run.onStart?.(child);
    });
  const asksNobody = (run: RunOptions): string[] =>
    run.environment === undefined ? ['-o', 'BatchMode=yes'] : [];
  return {
    trust: (port, publicKey) =>
      writeFile(join(folder, 'known_hosts'), `[127.0.0.1]:${port} ${publicKey}\n`),
    makeKey: (name, kind = 'ed25519') => {
      spawnSync('ssh-keygen', ['-q', '-t', kind, '-N', '', '-f', join(folder, name)]);
    },
    ssh: (port, line, run = {}) =>
      start(
        'ssh',
        [
          ...(run.given ?? []),
          ...options(run.identity ?? 'id'),
          ...asksNobody(run),
          '-p',
          String(port),
          `${username}@127.0.0.1`,
          ...(line === null ? [] : [line]),
        ],
        run,
      ),
    sftp: (port, batch, run = {}) =>
      start(
        'sftp',
        [
          ...(run.given ?? []),
          ...options(run.identity ?? 'id'),
          ...asksNobody(run),
          '-q',
          '-b',
          '-',
          '-P',
          String(port),
          `${username}@127.0.0.1`,
        ],
        { ...run, input: batch.join('\n') },
      ),
  };
}
