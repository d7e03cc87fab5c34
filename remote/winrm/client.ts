import { Failure } from '../../contracts/failures';
import type { Credential, WinRmConnection } from '../../contracts/fleet';
import type { OpenSession, RunOptions, Session } from '../session';
import { createBasicTransport } from './auth-basic';
import { defaultConnectTimeoutMs, defaultTuning } from './config';
import type { WinRmTuning } from './config';
import { connectTimeout, createDialer } from './dial';
import { toFailure } from './errors';
import type { Target } from './errors';
import { createHttpExchange } from './http-exchange';
import { createRunner } from './runner';
import { createShellSlot } from './shell-slot';
import { createStop } from './stop';
import { loadTrust } from './trust';
import { uploadFile } from './upload';
import { listenerPath } from './wire/namespaces';
import { createWsMan } from './wsman';
import type { WsMan } from './wsman';

/**
 * Opens a session over WinRM: one cmd shell, which is made at once, so that a closed port, a wrong password or a full
 * quota show here and not in the middle of the work.
 */
export const openWinRm: OpenSession<WinRmConnection> = (connection, credential, options) =>
  openTunedWinRm(connection, credential, options, defaultTuning);

export type OpenOptions = NonNullable<Parameters<OpenSession<WinRmConnection>>[2]>;

/** {@link openWinRm} with other times. */
export async function openTunedWinRm(
  connection: WinRmConnection,
  credential: Credential,
  options: OpenOptions = {},
  tuning: WinRmTuning = defaultTuning,
): Promise<Session> {
  const target = targetOf(connection);
  refuseUnencrypted(connection, target);
  const timeoutMs = options.connectTimeoutMs ?? defaultConnectTimeoutMs;
  const wsman = await connectWsMan(connection, credential, target, timeoutMs, tuning);
  const slot = createShellSlot(wsman, tuning);
  const stop = createStop(timeoutMs, [options.signal]);
  try {
    await slot.open(stop.signal);
  } catch (error) {
    // Not awaited: an aborted caller does not wait for an answer that is only needed to delete what it made.
    void slot.drop().finally(() => wsman.close());
    if (options.signal?.aborted) throw options.signal.reason;
    if (stop.isOverdue()) throw connectTimeout(target, timeoutMs);
    throw toFailure(error, target, 'the creation of a shell');
  } finally {
    stop.dispose();
  }
  const runner = createRunner(slot, wsman, tuning);
  return {
    run: (commandLine: string, runOptions?: RunOptions) => runner.run(commandLine, runOptions),
    upload: (source, path, uploadOptions) =>
      uploadFile(runner, target, tuning, { source, path, ...uploadOptions }),
    close: () => runner.close(),
  };
}

function targetOf({ scheme, address, port }: WinRmConnection): Target {
  const host = `${address.includes(':') ? `[${address}]` : address}:${port}`;
  return { host, url: `${scheme}://${host}${listenerPath}` };
}

function refuseUnencrypted(connection: WinRmConnection, target: Target): void {
  if (connection.scheme === 'https' || connection.allowUnencrypted) return;
  const what = `${target.url} is plain HTTP: password and commands would cross the network in the clear`;
  throw new Failure('unencrypted-refused', what, { facts: { host: target.host } });
}

async function connectWsMan(
  connection: WinRmConnection,
  credential: Credential,
  target: Target,
  connectTimeoutMs: number,
  tuning: WinRmTuning,
): Promise<WsMan> {
  const trust = await loadTrust(connection);
  const dialer = createDialer(connection, target, trust, connectTimeoutMs);
  const http = createHttpExchange(dialer, target, listenerPath, tuning);
  return createWsMan(createBasicTransport(http, credential, target), target, tuning);
}
