import { request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { RequestOptions } from 'node:https';
import { isIP } from 'node:net';
import { rootCertificates } from 'node:tls';
import type { Host } from '../host';
import type { ProcessControl } from '../process/process-control';
import { webFailureOf, type WebFailure } from './web-failure';

export interface WebRequest {
  readonly url: string;
  readonly method: 'GET' | 'HEAD';
  readonly headers?: { readonly [name: string]: string };
  /** Decides by the head of the answer whether its body is wanted. @throws WebFailure */
  readonly onHead?: (answer: WebAnswer) => void;
  readonly onBytes?: (bytes: Buffer) => void;
}

export interface WebAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly httpVersion: string;
}

const maxRedirects = 5;

/**
 * A request that really leaves the process, over HTTP or HTTPS. The lab's hosts have no network but the loopback of the
 * machine: every other name is one that they cannot resolve, every other address one where nobody answers.
 *
 * @throws WebFailure, ProcessKilled, or what a callback throws
 */
export async function askServer(
  host: Host,
  control: ProcessControl,
  request: WebRequest,
): Promise<WebAnswer> {
  let url = request.url;
  for (let hop = 0; hop <= maxRedirects; hop += 1) {
    // oxlint-disable-next-line no-await-in-loop -- the answer says where to go on
    const { answer, location } = await askOnce(host, control, { ...request, url });
    if (location === null) return answer;
    url = new URL(location, url).href;
  }
  throw webFailureOf(null);
}

interface Outcome {
  readonly answer: WebAnswer;
  readonly location: string | null;
}

async function askOnce(host: Host, control: ProcessControl, request: WebRequest): Promise<Outcome> {
  const url = new URL(request.url);
  requireLoopback(url);
  const result = await control.race<Outcome | { readonly error: unknown }>((resolve) => {
    const asked = begin(url, optionsOf(host, request), (answer) => {
      receive(answer, request).then(resolve, (error: unknown) => {
        asked.destroy();
        resolve({ error });
      });
    });
    asked.on('error', (error) => resolve({ error: webFailureOf(error) }));
    asked.end();
    return () => asked.destroy();
  });
  if ('error' in result) throw result.error;
  return result;
}

function begin(
  url: URL,
  options: RequestOptions,
  onAnswer: (answer: IncomingMessage) => void,
): ReturnType<typeof httpRequest> {
  return url.protocol === 'https:'
    ? httpsRequest(url, options, onAnswer)
    : httpRequest(url, options, onAnswer);
}

function optionsOf({ windows }: Host, { method, headers = {} }: WebRequest): RequestOptions {
  const ca = [...rootCertificates, ...windows.trustedRoots];
  // No agent: a connection that is kept would outlive the program.
  return { method, headers, agent: false, ca };
}

async function receive(message: IncomingMessage, request: WebRequest): Promise<Outcome> {
  const { statusCode: status = 0, headers, httpVersion } = message;
  const answer = { status, headers, httpVersion };
  const location = isRedirect(status) ? (headers.location ?? null) : null;
  if (location === null) request.onHead?.(answer);
  const take = status < 300 ? request.onBytes : undefined;
  try {
    for await (const bytes of message) take?.(bytes as Buffer);
  } catch (error) {
    throw isNetworkError(error) ? webFailureOf(error) : error;
  }
  return { answer, location };
}

const isRedirect = (status: number): boolean => status >= 300 && status < 400;

const isNetworkError = (error: unknown): boolean =>
  typeof (error as NodeJS.ErrnoException).code === 'string' &&
  ['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].includes(
    (error as { readonly code: string }).code,
  );

function requireLoopback({ hostname }: URL): void {
  const name = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (name === 'localhost' || name === '::1' || /^127\.\d+\.\d+\.\d+$/.test(name)) return;
  throw refused(isIP(name) === 0 ? 'ENOTFOUND' : 'ECONNREFUSED');
}

const refused = (code: string): WebFailure => webFailureOf({ code });
