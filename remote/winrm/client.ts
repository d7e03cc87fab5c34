import { Failure } from '../../contracts/failures';
import type { Credential, WinRmConnection } from '../../contracts/fleet';
import type { OpenSession, Session } from '../session';
import type { Wmi } from '../wmi';
import { createTransport } from './auth/create-transport';
import type { LoginOptions } from './auth/create-transport';
import { defaultConnectTimeoutMs, defaultTuning } from './config';
import type { WinRmTuning } from './config';
import { createConnectionPool } from './connection-pool';
import type { ConnectionPool } from './connection-pool';
import { connectTimeout, createDialer } from './dial';
import type { Dialer } from './dial';
import { toFailure } from './errors';
import type { Target } from './errors';
import { identified, identify } from './identify';
import { createRunner } from './runner';
import { createShellSlot } from './shell-slot';
import type { ShellSlot } from './shell-slot';
import { createStop } from './stop';
import type { Stop } from './stop';
import type { Transport } from './transport';
import { loadTrust } from './trust';
import { uploadFile } from './upload';
import { listenerPath } from './wire/namespaces';
import { createEventSubscriptions } from './wmi/event-subscriptions';
import { createWmi } from './wmi/wmi';
import { createWsMan } from './wsman';
import type { WsMan } from './wsman';

/**
 * Opens a session over WinRM: one cmd shell, which is made at once, so that a closed port, a wrong password or a full
 * quota show here and not in the middle of the work; with `shell: 'when-needed'` they show at the first question. An
 * account that may not open shells but may ask WMI gets a session that has only the ways without one.
 */
export const openWinRm: OpenSession<WinRmConnection> = (connection, credential, options) =>
  openTunedWinRm(connection, credential, options, defaultTuning);

export type OpenOptions = NonNullable<Parameters<OpenSession<WinRmConnection>>[2]>;

/** What a session has of its host. */
interface Line {
  readonly dialer: Dialer;
  readonly pool: ConnectionPool;
  readonly transport: Transport;
  readonly wsman: WsMan;
  readonly slot: ShellSlot;
  readonly target: Target;
  readonly tuning: WinRmTuning;
}

/** {@link openWinRm} with other times, and in tests other channel bindings. */
export async function openTunedWinRm(
  connection: WinRmConnection,
  credential: Credential,
  options: OpenOptions = {},
  tuning: WinRmTuning = defaultTuning,
  login: Pick<LoginOptions, 'bindingsOf'> = {},
): Promise<Session> {
  const target = targetOf(connection);
  refuseUnencrypted(connection, target);
  const timeoutMs = options.connectTimeoutMs ?? defaultConnectTimeoutMs;
  const line = await createLine(connection, credential, timeoutMs, tuning, login);
  if (options.shell === 'when-needed') return sessionOver(line, null);
  const stop = createStop(timeoutMs, [options.signal]);
  try {
    return sessionOver(line, await openShell(line, stop));
  } catch (error) {
    const failure = await explained(error, line, stop, timeoutMs, options.signal);
    // Not awaited: an aborted caller does not wait for an answer that is only needed to delete what it made.
    void line.slot.drop().finally(() => line.wsman.close());
    if (options.signal?.aborted) throw options.signal.reason;
    throw failure;
  } finally {
    stop.dispose();
  }
}

async function createLine(
  connection: WinRmConnection,
  credential: Credential,
  connectTimeoutMs: number,
  tuning: WinRmTuning,
  login: Pick<LoginOptions, 'bindingsOf'>,
): Promise<Line> {
  const target = targetOf(connection);
  const trust = await loadTrust(connection);
  const clientCertificate =
    connection.auth === 'certificate' && 'certificate' in credential ? credential : undefined;
  const dialer = createDialer({
    connection,
    target,
    trust,
    connectTimeoutMs,
    ...(clientCertificate && { clientCertificate }),
  });
  const pool = createConnectionPool(dialer, target, tuning);
  const transport = await createTransport({ connection, credential, pool, target, ...login });
  const wsman = createWsMan(transport, target, tuning);
  if (connection.maxEnvelopeKb !== undefined) {
    wsman.maxEnvelope.learn(connection.maxEnvelopeKb * 1024);
  }
  const slot = createShellSlot(wsman, tuning);
  return { dialer, pool, transport, wsman, slot, target, tuning };
}

/** The Failure that every command of the session meets when the host gives this account no shell, else null. */
async function openShell(
  { wsman, slot, target, tuning }: Line,
  stop: Stop,
): Promise<Failure | null> {
  try {
    await slot.open(stop.signal);
    return null;
  } catch (error) {
    const refusal = toFailure(error, target, 'the creation of a shell');
    const mayAskWmi = refusal.code === 'rights-missing' && !stop.signal.aborted;
    if (!mayAskWmi || !(await answersWmi(createWmi(wsman, tuning), stop))) throw error;
    return refusal;
  }
}

async function answersWmi(wmi: Wmi, { signal }: Stop): Promise<boolean> {
  const shape = { Version: 'string' } as const;
  const row = await wmi.get('Win32_OperatingSystem', {}, shape, { signal }).catch(() => null);
  return row !== null;
}

function sessionOver(line: Line, shellRefused: Failure | null): Session {
  const { dialer, transport, wsman, slot, tuning } = line;
  const runner = createRunner(slot, wsman, tuning);
  const withShell = <T>(work: () => Promise<T>): Promise<T> =>
    shellRefused === null ? work() : Promise.reject(shellRefused);
  return {
    run: (commandLine, options) => withShell(() => runner.run(commandLine, options)),
    upload: (source, path, options) =>
      withShell(() => uploadFile(runner, wsman, tuning, { source, path, ...options })),
    wmi: createWmi(wsman, tuning),
    events: createEventSubscriptions(wsman, tuning),
    channel: () => ({ ...transport.login, tls: dialer.agreed() }),
    close: () => runner.close(),
  };
}

function targetOf({ scheme, address, port }: WinRmConnection): Target {
  const host = `${address.includes(':') ? `[${address}]` : address}:${port}`;
  return { host, url: `${scheme}://${host}${listenerPath}` };
}

/** Basic sends what it has; NTLM and Kerberos seal their messages. */
function refuseUnencrypted(connection: WinRmConnection, target: Target): void {
  const { scheme, auth, allowUnencrypted } = connection;
  if (scheme === 'https' || (auth !== 'basic' && auth !== 'certificate') || allowUnencrypted)
    return;
  const what = `${target.url} is plain HTTP: password and commands would cross the network in the clear`;
  throw new Failure('unencrypted-refused', what, { facts: { host: target.host } });
}

/** The Failure to tell; of an answer that is none of WinRM's it says who gave it. */
async function explained(
  error: unknown,
  { pool, target }: Line,
  stop: Stop,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Failure> {
  if (stop.isOverdue()) return connectTimeout(target, timeoutMs);
  const failure = toFailure(error, target, 'the creation of a shell');
  const isStrange = failure.code === 'protocol-error' && failure.facts['faultCode'] === undefined;
  if (!isStrange || signal?.aborted || failure.facts['status'] === undefined) return failure;
  const identity = await identify(pool, signal);
  return new Failure(failure.code, `${failure.message}; ${identified(target, identity)}`, {
    facts: { ...failure.facts, isWinRm: identity !== null },
    advice: failure.advice,
    cause: failure.cause,
  });
}
