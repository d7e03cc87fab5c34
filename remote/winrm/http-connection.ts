import { Agent, request as httpRequest } from 'node:http';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { Failure } from '../../contracts/failures';
import type { WinRmTuning } from './config';
import type { Dialed } from './dial';
import { socketFailure } from './errors';
import type { Target } from './errors';
import type { TlsOffer } from './tls-failure';

export interface HttpReply {
  readonly status: number;
  readonly contentType: string;
  /** Values of `WWW-Authenticate`, joined by commas as RFC 9110 5.3 allows. */
  readonly challenges: string;
  /** Value of `Date`: the clock of whoever answered; empty without one. */
  readonly date: string;
  /** Value of `Server`; tells http.sys from a proxy. */
  readonly server: string;
  readonly body: Buffer;
}

export interface PostOptions {
  /** Time until the whole answer is there. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** HTTP over one socket, one exchange after the other: what was proved on it holds for it alone. */
export interface HttpConnection {
  /** DER of the certificate that the server showed; null without TLS. */
  readonly serverCertificate: Buffer | null;
  /** @throws Failure, or the signal's reason; the connection is of no use afterwards. */
  post(body: Buffer, headers: OutgoingHttpHeaders, options: PostOptions): Promise<HttpReply>;
  isOpen(): boolean;
  close(): void;
}

export function createHttpConnection(
  { socket, serverCertificate, offer, lastError }: Dialed,
  target: Target,
  path: string,
  tuning: Pick<WinRmTuning, 'idleSocketMs' | 'maxReplyBytes'>,
): HttpConnection {
  const agent = agentOver(socket, lastError, tuning.idleSocketMs);
  return {
    serverCertificate,
    post: (body, headers, options) => {
      const request = { agent, path, offer, headers: { host: target.host, ...headers } };
      return exchange(request, body, options, target, tuning.maxReplyBytes);
    },
    isOpen: () => !socket.destroyed && socket.writable,
    close: () => {
      agent.destroy();
      socket.destroy();
    },
  };
}

/** An agent that has this socket and never gets another: a request after its end fails instead of moving elsewhere. */
function agentOver(socket: Socket, lastError: Dialed['lastError'], idleSocketMs: number): Agent {
  // `timeout` closes the connection when it was idle for so long; requests have their own.
  const agent = new Agent({ keepAlive: true, maxSockets: 1, timeout: idleSocketMs });
  socket.setTimeout(idleSocketMs);
  let isHandedOut = false;
  type Done = (error: Error | null, socket?: unknown) => void;
  return Object.assign(agent, {
    createConnection: (_options: unknown, done: Done): undefined => {
      const isGone = isHandedOut || socket.destroyed;
      isHandedOut = true;
      if (isGone) done((lastError() ?? ended()) as Error);
      else done(null, socket);
    },
  });
}

const ended = (): Error => Object.assign(new Error('the connection has ended'), { code: 'EPIPE' });

interface Outgoing {
  readonly agent: Agent;
  readonly offer: TlsOffer | null;
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
}

function exchange(
  { agent, path, offer, headers }: Outgoing,
  body: Buffer,
  { timeoutMs, signal }: PostOptions,
  target: Target,
  maxReplyBytes: number,
): Promise<HttpReply> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const request = httpRequest({
      agent,
      path,
      method: 'POST',
      headers: { 'content-length': body.length, ...headers },
    });
    const settle = (settled: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      settled();
    };
    const fail = (error: unknown): void => {
      settle(() => reject(error));
      request.destroy();
    };
    const abort = (): void => fail(signal?.reason);
    const timer = setTimeout(() => fail(noAnswer(target, timeoutMs)), timeoutMs);
    signal?.addEventListener('abort', abort, { once: true });
    request.on('error', (error) => fail(socketFailure(error, target, 'reply', offer)));
    request.on('response', (response) => {
      readReply(response, target, offer, maxReplyBytes).then(
        (reply) => settle(() => resolve(reply)),
        fail,
      );
    });
    request.end(body);
  });
}

async function readReply(
  response: IncomingMessage,
  target: Target,
  offer: TlsOffer | null,
  maxReplyBytes: number,
): Promise<HttpReply> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > maxReplyBytes) throw replyTooLong(target, maxReplyBytes);
      chunks.push(chunk);
    }
  } catch (error) {
    throw socketFailure(error, target, 'reply', offer);
  }
  const { headers } = response;
  return {
    status: response.statusCode ?? 0,
    contentType: headers['content-type'] ?? '',
    challenges: headers['www-authenticate'] ?? '',
    date: headers.date ?? '',
    server: String(headers['server'] ?? ''),
    body: Buffer.concat(chunks),
  };
}

function replyTooLong(target: Target, maxReplyBytes: number): Failure {
  const what = `${target.url} sent an answer of more than ${maxReplyBytes} bytes`;
  return new Failure('hostile-reply', what, { facts: { host: target.host, maxReplyBytes } });
}

function noAnswer(target: Target, timeoutMs: number): Failure {
  const what = `${target.url} took the request but did not answer within ${timeoutMs} ms`;
  return new Failure('connection-lost', what, { facts: { host: target.host, timeoutMs } });
}
