import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Keys and certificates made by ssh-keygen, in a folder of their own. */
export interface KeyFolder {
  readonly folder: string;
  /** Makes a key; gives back its path. */
  make(name: string, ...options: readonly string[]): Promise<string>;
  /** Signs the public half of a key by another; gives back the line of the certificate. */
  certify(authority: string, key: string, ...options: readonly string[]): Promise<string>;
  text(path: string): Promise<string>;
  fingerprint(path: string): Promise<string>;
  close(): Promise<void>;
}

export async function makeKeyFolder(): Promise<KeyFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'ssh-keys-'));
  const text = async (path: string) => (await readFile(path, 'utf8')).trim();
  return {
    folder,
    text,
    make: async (name, ...options) => {
      const path = join(folder, name);
      const passphrase = options.includes('-N') ? [] : ['-N', ''];
      await run('ssh-keygen', ['-q', '-C', name, '-f', path, ...passphrase, ...options]);
      return path;
    },
    certify: async (authority, key, ...options) => {
      await run('ssh-keygen', ['-q', '-s', authority, ...options, `${key}.pub`]);
      return text(`${key}-cert.pub`);
    },
    fingerprint: async (path) => {
      const { stdout } = await run('ssh-keygen', ['-l', '-f', path]);
      return stdout.split(' ')[1] ?? '';
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/** OpenSSH's own agent. */
export interface Agent {
  readonly socket: string;
  /** Arguments of ssh-add: a key, and options before it. */
  add(...options: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export async function startAgent(folder: string): Promise<Agent> {
  const socket = join(folder, 'agent');
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
  const ended = new Promise((resolve) => {
    agent.once('exit', resolve);
  });
  while (agent.exitCode === null && !(await answers(socket)))
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  const env = { ...process.env, SSH_AUTH_SOCK: socket };
  return {
    socket,
    add: async (...options) => {
      await run('ssh-add', ['-q', ...options], { env });
    },
    close: async () => {
      agent.kill();
      await ended;
      await rm(socket, { force: true });
    },
  };
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
