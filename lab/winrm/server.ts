import { createServer as createHttpServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { TlsOptions } from 'node:tls';
import type { Machine } from '../machine';
import { createDoor } from '../door';
import type { WinRmService } from '../types';
import { createEndpoint } from './endpoint';
import { createLabEnumerations } from './enumerations';
import { limitsOf } from './limits';
import type { WinRmLimits } from './limits';
import { createLabShells } from './shells';

export interface WinRmServerOptions extends Omit<WinRmService, 'tls'> {
  readonly scheme: 'https' | 'http';
  /** @default 127.0.0.1 */
  readonly address?: string;
  /** 0 takes a free one, which is kept for as long as the server lives. @default 0 */
  readonly port?: number;
  /** PEM; needed for https. `isLegacy`: TLS 1.0 and nothing else, with whatever was good enough for it. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly isLegacy?: boolean };
  /** @default those of the machine's edition */
  readonly limits?: Partial<WinRmLimits>;
  /** How many times faster than life the service starts after a boot. @default 1 */
  readonly timeScale?: number;
}

export interface WinRmServer {
  readonly address: string;
  readonly port: number;
  /** Shells that are open now. */
  openShells(): number;
  /** To be called when the machine's faults were changed: opens or closes the port if `unreachable` says so now. */
  faultsChanged(): void;
  close(): Promise<void>;
}

/** Serves WS-Management for one machine while its power is on. */
export async function serveWinRm(
  machine: Machine,
  options: WinRmServerOptions,
): Promise<WinRmServer> {
  const limits = { ...limitsOf(machine.options), ...options.limits };
  const shells = createLabShells(limits);
  const enumerations = createLabEnumerations(limits);
  let sessionEnded = false;
  let closed = false;
  const start = createDelayedStart(machine, options.timeScale ?? 1);
  const endpoint = createEndpoint(
    { machine, limits, shells, enumerations },
    {
      policy: { ...options, certificate: options.tls?.cert ?? null },
      isStarting: start.isStarting,
      onSessionEnd: () => {
        sessionEnded = true;
        adjust();
      },
    },
  );
  const address = options.address ?? '127.0.0.1';
  const server = createServer(options, limits.idleConnectionMs, endpoint.handle);
  const door = createDoor(server, address);

  const isWanted = (): boolean => {
    const { unreachable } = machine.faults;
    const blocked =
      unreachable === 'always' || (unreachable === 'after-first-session' && sessionEnded);
    return !closed && !blocked && machine.power === 'on';
  };
  const adjust = (): void => {
    if (isWanted()) return door.open();
    door.shut();
    shells.deleteAll();
    enumerations.closeAll();
  };

  const port = await door.reserve(options.port ?? 0);
  const stopWatching = machine.onPower((power) => {
    start.powerChanged(power);
    adjust();
  });
  adjust();
  return {
    address,
    port,
    openShells: () => shells.count(),
    faultsChanged: adjust,
    close: async () => {
      closed = true;
      stopWatching();
      start.powerChanged('off');
      adjust();
      await door.closed();
    },
  };
}

interface DelayedStart {
  readonly isStarting: () => boolean;
  readonly powerChanged: (power: 'on' | 'off') => void;
}

/** WinRM is a service with delayed automatic start; until it runs, http.sys has the port and answers in its place. */
function createDelayedStart(machine: Machine, timeScale: number): DelayedStart {
  let timer: NodeJS.Timeout | null = null;
  const stop = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  return {
    isStarting: () => timer !== null,
    powerChanged: (power) => {
      stop();
      const delayMs = (machine.faults.winRmDelayMs ?? 0) / timeScale;
      if (power === 'on' && delayMs > 0) timer = setTimeout(stop, delayMs).unref();
    },
  };
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** http.Server looks over its connections at an interval: once an hour is enough, a lab has a thousand servers. */
const connectionsCheckingInterval = 3_600_000;

function createServer(
  options: WinRmServerOptions,
  keepAliveTimeout: number,
  handler: Handler,
): Server {
  const common = { connectionsCheckingInterval, keepAliveTimeout };
  if (options.scheme === 'http') return createHttpServer(common, handler);
  if (options.tls === undefined) {
    throw new Error('a WinRM server over https needs tls: { key, cert }');
  }
  return createHttpsServer({ ...common, ...tlsOptions(options, options.tls) }, handler);
}

/**
 * http.sys asks for a client certificate by renegotiating, which node's server cannot; asked in the handshake it gives
 * the same login. TLS 1.3 knows no renegotiation, and certificate logins of the field fail with it: not offered then.
 */
function tlsOptions(
  { auth = [], clientCertificates }: WinRmServerOptions,
  { key, cert, isLegacy = false }: NonNullable<WinRmServerOptions['tls']>,
): TlsOptions {
  return {
    key,
    cert,
    ...(isLegacy && {
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1',
      ciphers: 'DEFAULT:@SECLEVEL=0',
    }),
    ...(auth.includes('certificate') && {
      requestCert: true,
      // What is wrong with a certificate is a matter of the login, not of the handshake.
      rejectUnauthorized: false,
      ...(!isLegacy && { maxVersion: 'TLSv1.2' }),
      ...(clientCertificates !== undefined && { ca: clientCertificates }),
    }),
  };
}
