import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../../contracts/failures';
import type { Credential, SshConnection, SshEndpoint } from '../../contracts/fleet';
import type { ConnectOptions } from '../../remote/ssh/connect';
import { openPosixSession } from './posix-session';
import type { PosixSession } from './posix-session';
import { startSshd } from './sshd';
import type { Sshd, SshdOptions } from './sshd';
import { startTcpProxy } from './tcp-proxy';
import type { TcpProxy } from './tcp-proxy';

/** Servers, proxies and sessions of one test, ended together. */
export interface SshdScene {
  sshd(options?: SshdOptions): Promise<Sshd>;
  proxy(to: number): Promise<TcpProxy>;
  /** A session as the user whose key the server knows. */
  session(
    sshd: Sshd,
    target?: Partial<SshConnection>,
    options?: ConnectOptions,
  ): Promise<PosixSession>;
  /** Into which everybody may write. */
  folder(): Promise<string>;
  add(cleanUp: () => unknown): void;
  end(): Promise<void>;
}

export function createSshdScene(): SshdScene {
  const cleanUps: (() => unknown)[] = [];
  return {
    async sshd(options) {
      const sshd = await startSshd(options);
      cleanUps.push(() => sshd.close());
      return sshd;
    },
    async proxy(to) {
      const proxy = await startTcpProxy(to);
      cleanUps.push(() => proxy.close());
      return proxy;
    },
    async session(sshd, target = {}, options = {}) {
      const connection: SshConnection = { kind: 'ssh', ...endpointOf(sshd), ...target };
      const session = await openPosixSession(connection, await credentialFor(sshd), options);
      cleanUps.push(() => session.close());
      return session;
    },
    async folder() {
      const folder = await mkdtemp(join(tmpdir(), 'sshd-scene-'));
      await chmod(folder, 0o777);
      cleanUps.push(() => rm(folder, { recursive: true, force: true }));
      return folder;
    },
    add: (cleanUp) => void cleanUps.push(cleanUp),
    async end() {
      for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
    },
  };
}

export const endpointOf = (sshd: Sshd, credentialRef = 'env:TEST'): SshEndpoint => ({
  address: '127.0.0.1',
  port: sshd.port,
  credentialRef,
  hostKey: sshd.fingerprint(),
});

export const credentialFor = async (sshd: Sshd): Promise<Credential> => ({
  username: sshd.username,
  privateKey: await sshd.clientKey(),
});

/** The failure with which something ends. */
export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const outcome = await promise.then(
    () => 'it did not fail',
    (error: unknown) => error,
  );
  if (outcome instanceof Failure) return outcome;
  throw new Error(`no failure: ${String(outcome)}`);
}

/** Looks again and again until it is so. */
export async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`it never came about that ${what}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  }
}

/** How often sshd has logged something, once it has: its monitor writes what it decided after the client knows. */
export async function timesLogged(sshd: Sshd, what: RegExp, atLeast = 1): Promise<number> {
  const count = async (): Promise<number> => [...(await sshd.log()).matchAll(what)].length;
  await until(async () => (await count()) >= atLeast, `sshd logs ${what} ${atLeast} times`);
  return count();
}
