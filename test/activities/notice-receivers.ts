import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import type { SMTPServerOptions } from 'smtp-server';
import { SMTPServer } from 'smtp-server';

export interface KeyAndCertificate {
  readonly key: string;
  readonly cert: string;
}

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Receiver {
  readonly port: number;
  readonly url: string;
  readonly received: readonly Received[];
  readonly close: () => Promise<void>;
}

/** A receiver of webhooks that answers as it is told, once it has read the whole request. */
export async function startReceiver(
  answer: (response: ServerResponse, count: number) => void,
  tls?: KeyAndCertificate,
): Promise<Receiver> {
  const received: Received[] = [];
  const listener = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = request;
    received.push({ method, path: url, headers, body: Buffer.concat(chunks).toString() });
    answer(response, received.length);
  };
  const take = (request: IncomingMessage, response: ServerResponse): void =>
    void listener(request, response);
  const server = tls === undefined ? createServer(take) : createTlsServer(tls, take);
  const port = await listening(server);
  return {
    port,
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}/hook`,
    received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A port at which something speaks that is no web server and no mail server. */
export async function startTcp(
  speak: (socket: Socket) => void,
): Promise<Pick<Receiver, 'port' | 'close'>> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    speak(socket);
  });
  const port = await listening(server);
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

export async function closedPort(): Promise<number> {
  const { port, close } = await startTcp(() => undefined);
  await close();
  return port;
}

interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly user: string | null;
  readonly secure: boolean;
  readonly raw: string;
}

export interface MailServer {
  readonly port: number;
  readonly mails: readonly Mail[];
  readonly close: () => Promise<void>;
}

/** A mail server as an administrator would set it up: STARTTLS offered, and login demanded unless told otherwise. */
export async function startMailServer(
  options: SMTPServerOptions & Partial<KeyAndCertificate>,
): Promise<MailServer> {
  const mails: Mail[] = [];
  const server = new SMTPServer({
    logger: false,
    closeTimeout: 10,
    onAuth: ({ username, password }, _session, done) =>
      username === 'rollout' && password === 'correct-horse-7'
        ? done(null, { user: username })
        : done(new Error(`no login for ${username} with ${password}`)),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          user: session.user === undefined ? null : String(session.user),
          secure: session.secure,
          raw: Buffer.concat(chunks).toString(),
        });
        done();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  const port = await new Promise<number>((resolve) => {
    const inner = server.listen(0, '127.0.0.1', () =>
      resolve((inner.address() as AddressInfo).port),
    );
  });
  return { port, mails, close: () => new Promise((resolve) => server.close(resolve)) };
}

const listening = (server: Server): Promise<number> =>
  new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  );
