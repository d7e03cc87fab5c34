import { connect as connectTcp, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import { Failure } from '../../contracts/failures';
import type { WinRmConnection } from '../../contracts/fleet';
import { socketFailure } from './errors';
import type { Target } from './errors';
import { normalizeFingerprint } from './trust';
import type { Trust } from './trust';

export interface Dialer {
  /** A connected socket whose certificate has been accepted: no byte of a request goes out before that. */
  dial(): Promise<Socket>;
  /** Ends connections that are still being made; those handed out belong to whoever has them. */
  close(): void;
}

export function createDialer(
  connection: WinRmConnection,
  target: Target,
  trust: Trust,
  connectTimeoutMs: number,
): Dialer {
  const connecting = new Set<Socket>();
  const dial = (): Promise<Socket> =>
    new Promise((resolve, reject) => {
      const secure = connection.scheme === 'https';
      const where = {
        host: connection.address,
        port: connection.port,
        // Node's default of 250 ms per address gives slow networks up for dead.
        autoSelectFamilyAttemptTimeout: Math.max(250, Math.floor(connectTimeoutMs / 2)),
      };
      const socket = secure
        ? connectTls({ ...where, ...tlsOptions(connection.address, trust) })
        : connectTcp(where);
      connecting.add(socket);
      const settle = (error?: unknown): void => {
        clearTimeout(timer);
        connecting.delete(socket);
        socket.off('close', closed);
        if (error === undefined) {
          socket.off('error', settle);
          return resolve(socket);
        }
        // `settle` stays as its error listener: what a destroyed socket still says would end the process otherwise.
        socket.destroy();
        reject(socketFailure(error, target, 'connect'));
      };
      const closed = (): void => settle(new Error('closed while connecting'));
      const timer = setTimeout(
        () => settle(connectTimeout(target, connectTimeoutMs)),
        connectTimeoutMs,
      );
      socket.setNoDelay(true);
      socket.on('error', settle);
      socket.once('close', closed);
      socket.once(secure ? 'secureConnect' : 'connect', () =>
        settle(secure ? checkPin(socket as TLSSocket, target, trust) : undefined),
      );
    });
  return {
    dial,
    close: () => connecting.forEach((socket) => socket.destroy()),
  };
}

function tlsOptions(address: string, trust: Trust): ConnectionOptions {
  return {
    // An IP address is no server name (RFC 6066, 3).
    ...(isIP(address) === 0 && { servername: address }),
    ...(trust.kind === 'issuers' && { ca: trust.pem }),
    ...(trust.kind === 'pinned' && { rejectUnauthorized: false }),
  };
}

function checkPin(socket: TLSSocket, target: Target, trust: Trust): Failure | undefined {
  if (trust.kind !== 'pinned') return undefined;
  const found = normalizeFingerprint(socket.getPeerCertificate().fingerprint256 ?? '');
  if (found === trust.fingerprint) return undefined;
  return new Failure(
    'certificate-changed',
    `the certificate of ${target.url} is not the pinned one: expected ${trust.fingerprint}, found ${found || 'none'}`,
    { facts: { host: target.host, expected: trust.fingerprint, found } },
  );
}

export function connectTimeout(target: Target, connectTimeoutMs: number): Failure {
  const what = `${target.url} does not answer within ${connectTimeoutMs} ms`;
  return new Failure('connect-timeout', what, { facts: { host: target.host, connectTimeoutMs } });
}
