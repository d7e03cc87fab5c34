import { Agent, request as httpRequest } from 'node:http';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { Failure } from '../../contracts/failures';
import type { WinRmTuning } from './config';
import type { Dialer } from './dial';
import { socketFailure } from './errors';
import type { Target } from './errors';

export interface HttpReply {
  readonly status: number;
  readonly contentType: string;
  /** Value of `WWW-Authenticate`, all of them joined. */
  readonly challenges: string;
  readonly body: Buffer;
}

export interface PostOptions {
  /** Time until the whole answer is there. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** HTTP to one host over connections of its own: NTLM and Kerberos belong to a connection, so sessions share none. */
export interface HttpExchange {
  /** @throws Failure, or the signal's reason. */
  post(body: Buffer, headers: OutgoingHttpHeaders, options: PostOptions): Promise<HttpReply>;
  close(): void;
}

export function createHttpExchange(
  dialer: Dialer,
  target: Target,
  path: string,
  tuning: Pick<WinRmTuning, 'idleSocketMs' | 'maxReplyBytes'>,
): HttpExchange {
  const agent = createAgent(dialer, tuning.idleSocketMs);
  const post: HttpExchange['post'] = (body, headers, { timeoutMs, signal }) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const request = httpRequest({
        agent,
        path,
        method: 'POST',
        headers: { host: target.host, 'content-length': body.length, ...headers },
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
      request.on('error', (error) => fail(socketFailure(error, target, 'reply')));
      request.on('response', (response) => {
        readReply(response, target, tuning.maxReplyBytes).then(
          (reply) => settle(() => resolve(reply)),
          fail,
        );
      });
      request.end(body);
    });
  return {
    post,
    close: () => {
      dialer.close();
      agent.destroy();
    },
  };
}

/** `timeout` closes connections that were idle for so long; requests have their own. */
function createAgent(dialer: Dialer, idleSocketMs: number): Agent {
  const agent = new Agent({ keepAlive: true, timeout: idleSocketMs });
  type Done = (error: Error | null, socket?: unknown) => void;
  return Object.assign(agent, {
    createConnection: (_options: unknown, done: Done): undefined => {
      dialer.dial().then(
        (socket) => {
          socket.setTimeout(idleSocketMs);
          done(null, socket);
        },
        (error: Error) => done(error),
      );
    },
  });
}

async function readReply(
  response: IncomingMessage,
  target: Target,
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
    throw socketFailure(error, target, 'reply');
  }
  return {
    status: response.statusCode ?? 0,
    contentType: response.headers['content-type'] ?? '',
    challenges: response.headers['www-authenticate'] ?? '',
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
