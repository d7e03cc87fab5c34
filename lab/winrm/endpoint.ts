import type { IncomingMessage, ServerResponse } from 'node:http';
import { contentType, listenerPath } from '../../remote/winrm/wire/namespaces';
import { asksAnonymously, anonymousPath, identifyAnonymously } from './anonymous-identify';
import { dispatch } from './dispatch';
import type { Answer, Caller, Service } from './dispatch';
import { createLogins } from './login/logins';
import type { LoginAnswer, LoginPolicy } from './login/logins';
import { objectionTo } from './policies';
import { createReply } from './reply';
import type { Headers } from './reply';
import { openMessage, sealingBytes } from './sealing';
import type { OpenedMessage } from './sealing';

/** The HTTP half of the service: path, login, size of messages, and the fault of a cut reply. */
export interface Endpoint {
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
}

export interface EndpointOptions {
  readonly policy: LoginPolicy;
  /** Whether the service itself does not run yet, so that http.sys answers in its place. */
  readonly isStarting: () => boolean;
  readonly onSessionEnd: () => void;
}

type LoggedIn = Extract<LoginAnswer, { ok: true }>;

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Null when it is longer than the service takes. */
  readonly body: Buffer | null;
}

export function createEndpoint(service: Service, options: EndpointOptions): Endpoint {
  const { policy } = options;
  const { machine, limits } = service;
  const logins = createLogins(machine, policy);
  const reply = createReply(machine);
  const takesClear = policy.scheme === 'https' || (policy.allowUnencrypted ?? true);

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request, limits.maxEnvelopeBytes + sealingBytes);
    if (options.isStarting()) return reply(response, 503, { connection: 'close' });
    const path = request.url?.toLowerCase();
    if (path !== listenerPath && path !== anonymousPath) return reply(response, 404, {});
    if (request.method !== 'POST') return reply(response, 405, { allow: 'POST' });
    if (asksAnonymously(request)) return answerAnonymous(response, body);
    const login = logins(request);
    if (!login.ok) return reply(response, 401, asHeaders(login.challenges));
    await answerMessage({ request, response, body }, login);
  };

  const answerAnonymous = (response: ServerResponse, body: Buffer | null): void => {
    const answer = body === null ? null : identifyAnonymously(body, limits);
    if (answer === null) return reply(response, 401, {});
    reply(response, 200, { 'content-type': contentType }, answer);
  };

  const answerMessage = async (exchange: Exchange, login: LoggedIn): Promise<void> => {
    const { request, response, body } = exchange;
    const headers = asHeaders(login.challenge === null ? [] : [login.challenge]);
    const tooLong = (): void => reply(response, 413, { ...headers, connection: 'close' });
    if (body === null) return tooLong();
    // The last token of a login goes with an empty message, because it cannot be sealed yet.
    if (login.isFresh && body.length === 0) return reply(response, 200, headers);
    const type = request.headers['content-type'] ?? '';
    const opened = openMessage(body, type, login.security, takesClear);
    if (!opened.ok) return reply(response, opened.status, headers);
    if (opened.message.length > limits.maxEnvelopeBytes) return tooLong();
    sendAnswer(response, headers, opened, await answer(opened.message, exchange, login));
  };

  const answer = (
    message: Buffer,
    exchange: Exchange,
    login: LoggedIn,
  ): Promise<Answer> | Answer => {
    const objection = objectionTo(machine, message);
    if (objection !== null) return { status: 500, body: objection, endedSession: false };
    return dispatch(service, message, callerOf(exchange, login.user, policy.scheme));
  };

  const sendAnswer = (
    response: ServerResponse,
    headers: Headers,
    { wrap }: OpenedMessage,
    { status, body, endedSession }: Answer,
  ): void => {
    if (endedSession) response.once('finish', options.onSessionEnd);
    const wrapped = wrap(body);
    reply(response, status, { ...headers, 'content-type': wrapped.contentType }, wrapped.body);
  };

  return {
    handle: (request, response) => {
      // Whatever fails here is the client's connection; a broken machine must show, so it ends the connection too.
      serve(request, response).catch(() => request.socket.destroy());
    },
  };
}

function asHeaders(challenges: readonly string[]): Headers {
  return challenges.length === 0 ? {} : { 'www-authenticate': challenges };
}

function callerOf({ request, response }: Exchange, user: string, scheme: string): Caller {
  return {
    user,
    clientAddress: request.socket.remoteAddress ?? '',
    url: `${scheme}://${request.headers.host ?? ''}${listenerPath}`,
    isGone: () => response.destroyed,
    onGone: (listener) => void response.once('close', listener),
  };
}

/** It is read to its end even when it is too long, so that the answer arrives. */
async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= maxBytes) chunks.push(chunk);
  }
  return length <= maxBytes ? Buffer.concat(chunks) : null;
}
