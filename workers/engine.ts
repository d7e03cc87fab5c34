import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { Failure } from '../contracts/failures';
import { searchAttributes } from '../contracts/names';
import { keeperProgram } from './engine-keeper';

export interface EngineOptions {
  readonly executable: string;
  /** SQLite file; null keeps everything in memory. */
  readonly dbFile: string | null;
  /** NORMAL survives a killed process but not always a power cut; FULL survives both and is half as fast. */
  readonly synchronous?: 'NORMAL' | 'FULL';
  /** Whether the web UI is served too. @default false */
  readonly ui?: boolean;
  /** Lets single workflows skip time; for tests. @default false */
  readonly timeSkipping?: boolean;
  /** @default a free one */
  readonly port?: number;
}

export interface Engine {
  readonly address: string;
  readonly namespace: string;
  /** null when there is none. */
  readonly uiUrl: string | null;
  /** Process id of the server, for measurements. */
  readonly pid: number;
  /** Settles when the server ends, asked or not; with what it said last. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

type Keeper = ChildProcessByStdio<Writable, Readable, Readable>;

const namespace = 'default';
const startTimeoutMs = 30_000;
const stopTimeoutMs = 10_000;

/**
 * Starts a Temporal server as a child process, on loopback only, with the search attributes it needs. A keeper process
 * stands between: it ends the server when the pipe to us closes, which happens however we die.
 *
 * @throws Failure bad-request when the server does not start, with what it said
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  if (options.dbFile !== null) await mkdir(dirname(options.dbFile), { recursive: true });
  const port = options.port ?? (await freePort());
  const uiPort = options.ui === true ? await freePort() : null;
  const keeper: Keeper = spawn(
    process.execPath,
    ['-e', keeperProgram, options.executable, ...serverArguments(options, port, uiPort)],
    // A process group of its own: Ctrl-C in a terminal is for us, who first let the workers finish.
    { stdio: ['pipe', 'pipe', 'pipe'], detached: true },
  );
  const said = lastLines(keeper);
  const ended = once(keeper, 'exit').then(() => said());
  const address = `127.0.0.1:${port}`;
  try {
    const pid = await serverPid(keeper, ended);
    await answering(address, ended);
    return {
      address,
      namespace,
      uiUrl: uiPort === null ? null : `http://127.0.0.1:${uiPort}`,
      pid,
      ended,
      stop: () => stop(keeper, ended),
    };
  } catch (error) {
    await stop(keeper, ended);
    throw error;
  }
}

function serverArguments(options: EngineOptions, port: number, uiPort: number | null): string[] {
  const attributes = Object.values(searchAttributes);
  return ['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port)].concat(
    ['--namespace', namespace, '--log-level', 'error'],
    uiPort === null ? ['--headless'] : ['--ui-port', String(uiPort)],
    attributes.flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
    options.dbFile === null ? [] : databaseArguments(options.dbFile, options.synchronous),
    options.timeSkipping === true
      ? ['--dynamic-config-value', 'frontend.WorkflowTimeSkippingEnabled=true']
      : [],
  );
}

/** Without WAL the server waits for the disk four times as long. */
const databaseArguments = (file: string, synchronous = 'NORMAL'): string[] =>
  ['--db-filename', file].concat(
    ['--sqlite-pragma', 'journal_mode=WAL'],
    ['--sqlite-pragma', `synchronous=${synchronous}`],
  );

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** The keeper's first line names the server's process. */
async function serverPid(keeper: Keeper, ended: Promise<string>): Promise<number> {
  const first = once(keeper.stdout, 'data').then(
    ([chunk]) => /^pid (\d+)/.exec(String(chunk))?.[1],
  );
  const pid = await Promise.race([first, ended.then(refuse)]);
  return Number(pid ?? NaN);
}

async function answering(address: string, ended: Promise<string>): Promise<void> {
  const patience = new AbortController();
  const asking = (async () => {
    while (!patience.signal.aborted) {
      try {
        const connection = await Connection.connect({ address, connectTimeout: 2000 });
        await connection.workflowService.describeNamespace({ namespace });
        await connection.close();
        return;
      } catch {
        await pause(50);
      }
    }
  })();
  const late = pause(startTimeoutMs, undefined, { ref: false, signal: patience.signal }).then(
    () => refuse(`no answer after ${startTimeoutMs / 1000} s`),
    () => undefined,
  );
  try {
    await Promise.race([asking, ended.then(refuse), late]);
  } finally {
    patience.abort();
  }
}

function refuse(what: string): never {
  throw new Failure('bad-request', `the Temporal server did not start: ${what}`, {
    advice: 'look at what it says; another process may have its database file or port',
  });
}

async function stop(keeper: Keeper, ended: Promise<string>): Promise<void> {
  if (keeper.exitCode !== null || keeper.signalCode !== null) return;
  keeper.stdin.end();
  const timer = setTimeout(() => {
    if (keeper.pid !== undefined) process.kill(-keeper.pid, 'SIGKILL');
  }, stopTimeoutMs);
  await ended;
  clearTimeout(timer);
}

function lastLines(keeper: Keeper): () => string {
  let text = '';
  for (const stream of [keeper.stdout, keeper.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text = (text + chunk.toString()).slice(-4000);
    });
  }
  return () => text.replace(/^pid \d+\n/, '').trim();
}
