import { connect as connectTcp } from 'node:net';
import type { Socket, TcpNetConnectOpts } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { Failure } from '../../contracts/failures';
import { closedWhileConnecting, createTlsDial } from './dial-tls';
import type { AgreedTls, TlsDial, TlsDialOptions } from './dial-tls';
import { socketFailure } from './errors';
import type { Target } from './errors';
import type { TlsOffer } from './tls-failure';

/** A connection whose other end has been accepted: no byte of a request goes out before that. */
export interface Dialed {
  readonly socket: Socket;
  /**
   * The last error of the socket, which may come while nobody listens; null without one. With TLS 1.3 a host refuses a
   * client certificate when the handshake is over for the client, and Node does not keep that in `errored`.
   */
  readonly lastError: () => unknown;
  /** Null over plain HTTP. */
  readonly tls: AgreedTls | null;
  /** For `socketFailure` of what is met on it later; null over plain HTTP. */
  readonly offer: TlsOffer | null;
  /** DER of the certificate that the server showed; null over plain HTTP. */
  readonly serverCertificate: Buffer | null;
}

export interface Dialer {
  /** @throws Failure host-unreachable, connect-timeout, connection-lost, or what is wrong with TLS */
  dial(): Promise<Dialed>;
  /** What was agreed with the last connection; null before there is one, and over plain HTTP. */
  agreed(): AgreedTls | null;
  /** Ends connections that are still being made; those handed out belong to whoever has them. */
  close(): void;
}

export interface DialerOptions extends TlsDialOptions {
  readonly connectTimeoutMs: number;
}

/** @throws Failure credential-malformed when the client certificate cannot be used. */
export function createDialer(options: DialerOptions): Dialer {
  const { connection, target } = options;
  const secure = connection.scheme === 'https' ? createTlsDial(options) : null;
  const way = secure === null ? plainWay(target) : secureWay(secure);
  const connecting = new Set<Socket>();
  let agreed: AgreedTls | null = null;
  return {
    dial: async () => {
      const dialed = await connectBy(way, options, connecting);
      agreed = dialed.tls;
      return dialed;
    },
    agreed: () => agreed,
    close: () => connecting.forEach((socket) => socket.destroy()),
  };
}

interface Way {
  readonly connect: (where: TcpNetConnectOpts) => Socket;
  readonly readyEvent: 'connect' | 'secureConnect';
  /** @throws Failure when who is at the other end is not believed. */
  readonly accept: (socket: Socket) => Omit<Dialed, 'lastError'>;
  readonly explain: (error: unknown, socket: Socket, isConnected: boolean) => Failure;
}

const plainWay = (target: Target): Way => ({
  connect: connectTcp,
  readyEvent: 'connect',
  accept: (socket) => ({ socket, tls: null, offer: null, serverCertificate: null }),
  explain: (error) => socketFailure(error, target, 'connect'),
});

const secureWay = (secure: TlsDial): Way => ({
  connect: (where) => secure.connect(where),
  readyEvent: 'secureConnect',
  accept: (socket) => ({ socket, ...secure.accept(socket as TLSSocket) }),
  explain: (...what) => secure.explain(...what),
});

function connectBy(
  way: Way,
  { connection: { address, port }, target, connectTimeoutMs }: DialerOptions,
  connecting: Set<Socket>,
): Promise<Dialed> {
  // Node's default of 250 ms per address gives slow networks up for dead.
  const autoSelectFamilyAttemptTimeout = Math.max(250, Math.floor(connectTimeoutMs / 2));
  return new Promise((resolve, reject) => {
    const socket = way.connect({ host: address, port, autoSelectFamilyAttemptTimeout });
    connecting.add(socket);
    let isConnected = false;
    let lastError: unknown = null;
    const settle = (): void => {
      clearTimeout(timer);
      connecting.delete(socket);
      socket.off('close', closed);
      socket.off('error', fail);
    };
    const fail = (error: unknown): void => {
      settle();
      reject(error instanceof Failure ? error : way.explain(error, socket, isConnected));
      socket.destroy();
    };
    const succeed = (): void => {
      try {
        const accepted = way.accept(socket);
        settle();
        resolve({ ...accepted, lastError: () => lastError });
      } catch (error) {
        fail(error);
      }
    };
    const closed = (): void => fail(new Error(closedWhileConnecting));
    const timer = setTimeout(
      () => fail(connectTimeout(target, connectTimeoutMs)),
      connectTimeoutMs,
    );
    socket.setNoDelay(true);
    // Stays: what a socket says while nobody else listens would end the process otherwise.
    socket.on('error', (error) => (lastError = error));
    socket.once('error', fail);
    socket.once('close', closed);
    socket.once('connect', () => (isConnected = true));
    socket.once(way.readyEvent, succeed);
  });
}

export function connectTimeout(target: Target, connectTimeoutMs: number): Failure {
  const what = `${target.url} does not answer within ${connectTimeoutMs} ms`;
  return new Failure('connect-timeout', what, { facts: { host: target.host, connectTimeoutMs } });
}
