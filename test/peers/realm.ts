import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Koffi } from '../../remote/winrm/kerberos/koffi';
import { loadGssapi } from '../../remote/winrm/kerberos/library';
import { hasPythonModules, startPython } from '../judges/judge';

export interface Environment {
  readonly [name: string]: string;
}

interface Krb5Conf {
  readonly [section: string]: { readonly [name: string]: string | { [name: string]: string } };
}

export interface RealmConfig {
  /** Principals with a key in the keytab, such as `HTTP/server.example`. */
  readonly services?: readonly string[];
  /** Name, password, and options of kadmin's addprinc. */
  readonly users?: readonly (readonly [name: string, password: string, ...options: string[]])[];
  readonly krb5Conf?: Krb5Conf;
}

/** MIT Kerberos as k5test sets it up: a realm of this test alone, on loopback. */
export interface Realm {
  readonly realm: string;
  /** For a process that is to live in the realm; its KRB5CCNAME is a file that nobody has made yet. */
  readonly environment: Environment;
  /** The keys of all services. */
  readonly keytab: string;
  readonly kdcPort: number;
  /** For files of the test; gone with the realm. */
  readonly folder: string;
  /** A ticket cache; `flags` are those of kinit, such as `-l 10s`. */
  kinit(
    user: string,
    password: string | null,
    cache: string,
    flags?: readonly string[],
  ): Promise<void>;
  /** Gets a ticket for a service into a cache. */
  kvno(service: string, cache: string): Promise<void>;
  kadmin(...query: readonly string[]): Promise<string>;
  /** The environment with another krb5.conf. */
  variant(name: string, krb5Conf: Krb5Conf): Promise<Environment>;
  stopKdc(): Promise<void>;
  startKdc(): Promise<void>;
  close(): Promise<void>;
}

const sbin = ['/usr/sbin', '/usr/local/sbin'];

/** Whether k5test and a KDC are there, and the acceptors that judge. */
export function hasRealm(): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...sbin];
  return (
    folders.some((folder) => existsSync(join(folder, 'krb5kdc'))) &&
    hasPythonModules('k5test', 'gssapi', 'spnego')
  );
}

export async function startRealm(config: RealmConfig): Promise<Realm> {
  const child = startPython(join(__dirname, 'realm.py'));
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let last: Promise<unknown> = Promise.resolve();
  const ask = <T>(question: unknown): Promise<T> => {
    const answer = last.then(async () => {
      child.stdin.write(`${JSON.stringify(question)}\n`);
      const line = await lines.next();
      if (line.done === true) throw new Error('the realm has ended');
      const said = JSON.parse(line.value) as T & { readonly error?: string };
      if (said.error !== undefined) throw new Error(said.error);
      return said;
    });
    last = answer.catch(() => null);
    return answer;
  };
  const tell = async (question: unknown): Promise<void> => {
    await ask(question);
  };
  const ready =
    await ask<Pick<Realm, 'realm' | 'environment' | 'keytab' | 'folder' | 'kdcPort'>>(config);
  return {
    ...ready,
    kinit: (user, password, cache, flags = []) =>
      tell({ do: 'kinit', user, password, cache, flags }),
    kvno: (service, cache) => tell({ do: 'kvno', service, cache }),
    kadmin: async (...query) =>
      (await ask<{ readonly output: string }>({ do: 'kadmin', query })).output,
    variant: async (name, krb5Conf) =>
      (await ask<{ readonly environment: Environment }>({ do: 'variant', name, krb5Conf }))
        .environment,
    stopKdc: () => tell({ do: 'stop-kdc' }),
    startKdc: () => tell({ do: 'start-kdc' }),
    close: async () => {
      child.stdin.end();
      await exited;
    },
  };
}

/**
 * Lets the C libraries of this process see an environment: Kerberos reads krb5.conf and caches from there. `process.env`
 * does not reach them in a test, since jest gives each test file a copy of it.
 *
 * @returns puts back what was there before
 */
export function enterEnvironment(environment: Environment): () => void {
  // First of all: afterwards koffi takes no settings any more.
  loadGssapi();
  const koffi = require('koffi') as Koffi;
  const libc = koffi.load(null);
  const getenv = libc.func('getenv', 'str', ['str']) as (name: string) => string | null;
  const setenv = libc.func('setenv', 'int', ['str', 'str', 'int']) as SetEnv;
  const unsetenv = libc.func('unsetenv', 'int', ['str']) as (name: string) => number;
  const before = Object.keys(environment).map((name) => [name, getenv(name)] as const);
  for (const [name, value] of Object.entries(environment)) setenv(name, value, 1);
  return () => {
    for (const [name, value] of before) {
      if (value === null) unsetenv(name);
      else setenv(name, value, 1);
    }
  };
}

type SetEnv = (name: string, value: string, overwrite: number) => number;
