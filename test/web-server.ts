import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface WebServer {
  readonly url: string;
  readonly requests: string[];
  /** How answers differ from those of a good server, from now on. */
  behave(behaviour: Behaviour): void;
  close(): Promise<void>;
}

interface Behaviour {
  readonly status?: number;
  /** Whole files only, as a small server without ranges gives them. */
  readonly withoutRanges?: boolean;
  readonly withoutLength?: boolean;
  /** Resets the connection in place of an answer. */
  readonly cuts?: boolean;
  /** Keeps the body back until this is resolved. */
  readonly holdBody?: Promise<void>;
  readonly redirectTo?: string;
}

/** A file server as a package repository is one: one file under every path. */
export async function serveFile(
  bytes: Buffer,
  tls?: { readonly key: string; readonly cert: string },
): Promise<WebServer> {
  let behaviour: Behaviour = {};
  const requests: string[] = [];
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    void answer(request, response, bytes, behaviour);
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    requests,
    behave: (next) => {
      behaviour = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  { method, headers }: IncomingMessage,
  response: ServerResponse,
  bytes: Buffer,
  { status, cuts, redirectTo, holdBody, withoutLength, withoutRanges }: Behaviour,
): Promise<void> {
  if (cuts) return void response.socket?.resetAndDestroy();
  if (redirectTo !== undefined) return void response.writeHead(302, { location: redirectTo }).end();
  if (status !== undefined) return void response.writeHead(status).end('no such package');
  const range = withoutRanges ? null : /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '');
  const [from, to] = range === null ? [0, bytes.length - 1] : [Number(range[1]), Number(range[2])];
  const part = bytes.subarray(from, to + 1);
  response.writeHead(range === null ? 200 : 206, {
    ...(!withoutLength && { 'content-length': part.length }),
    ...(range !== null && { 'content-range': `bytes ${from}-${to}/${bytes.length}` }),
  });
  if (method === 'HEAD') return void response.end();
  response.flushHeaders();
  await holdBody;
  response.end(part);
}
