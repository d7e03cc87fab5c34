import { createServer as createHttpServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Machine } from '../machine';
import { createDoor } from '../door';
import { createEndpoint } from './endpoint';
import { limitsOf } from './limits';
import type { WinRmLimits } from './limits';
import { createLabShells } from './shells';

export interface WinRmServerOptions {
  readonly scheme: 'https' | 'http';
  /** @default 127.0.0.1 */
  readonly address?: string;
  /** 0 takes a free one, which is kept for as long as the server lives. @default 0 */
  readonly port?: number;
  /** PEM; needed for https. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** @default those of the machine's edition */
  readonly limits?: Partial<WinRmLimits>;
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
  let sessionEnded = false;
  let closed = false;
  const endpoint = createEndpoint({ machine, limits, shells }, options.scheme, () => {
    sessionEnded = true;
    adjust();
  });
  const address = options.address ?? '127.0.0.1';
  const door = createDoor(createServer(options, endpoint.handle), address);

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
  };

  const port = await door.reserve(options.port ?? 0);
  const stopWatching = machine.onPower(adjust);
  adjust();
  return {
    address,
    port,
    openShells: () => shells.count(),
    faultsChanged: adjust,
    close: async () => {
      closed = true;
      stopWatching();
      adjust();
      await door.closed();
    },
  };
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** http.Server looks over its connections at an interval: once an hour is enough, a lab has a thousand servers. */
const serverOptions = { connectionsCheckingInterval: 3_600_000, keepAliveTimeout: 120_000 };

function createServer({ scheme, tls }: WinRmServerOptions, handler: Handler): Server {
  if (scheme === 'http') return createHttpServer(serverOptions, handler);
  if (tls === undefined) throw new Error('a WinRM server over https needs tls: { key, cert }');
  return createHttpsServer({ ...serverOptions, ...tls }, handler);
}
