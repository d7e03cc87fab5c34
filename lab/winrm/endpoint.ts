import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { contentType, listenerPath } from '../../remote/winrm/wire/namespaces';
import type { Machine } from '../machine';
import { dispatch } from './dispatch';
import type { Answer, Caller, Service } from './dispatch';

/** The HTTP half of the service: path, login, size of messages, and the fault of a cut reply. */
export interface Endpoint {
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
}

export function createEndpoint(
  service: Service,
  scheme: 'http' | 'https',
  onSessionEnd: () => void,
): Endpoint {
  const login = createLogin(service.machine);
  const reply = createReply(service.machine);

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const message = await readMessage(request, service.limits.maxEnvelopeBytes);
    if (request.url?.toLowerCase() !== listenerPath) return reply(response, 404, {});
    if (request.method !== 'POST') return reply(response, 405, { allow: 'POST' });
    const user = login(request);
    if (user === null) return reply(response, 401, { 'www-authenticate': 'Basic realm="WSMAN"' });
    if (message === null) return reply(response, 413, { connection: 'close' });
    if (!isSoap(request)) return reply(response, 415, {});
    const answer = await dispatch(service, message, callerOf(request, response, user, scheme));
    sendAnswer(response, answer);
  };

  const sendAnswer = (response: ServerResponse, answer: Answer): void => {
    if (answer.endedSession) response.once('finish', onSessionEnd);
    reply(response, answer.status, { 'content-type': contentType }, answer.body);
  };

  return {
    handle: (request, response) => {
      // Whatever fails here is the client's connection; a broken machine must show, so it ends the connection too.
      serve(request, response).catch(() => request.socket.destroy());
    },
  };
}

function isSoap(request: IncomingMessage): boolean {
  return /^application\/soap\+xml\b/i.test(request.headers['content-type'] ?? '');
}

function callerOf(
  request: IncomingMessage,
  response: ServerResponse,
  user: string,
  scheme: string,
): Caller {
  return {
    user,
    clientAddress: request.socket.remoteAddress ?? '',
    url: `${scheme}://${request.headers.host ?? ''}${listenerPath}`,
    isGone: () => response.destroyed,
    onGone: (listener) => void response.once('close', listener),
  };
}

/** Null when it is longer than the service takes; it is read to its end all the same, so that the answer arrives. */
async function readMessage(request: IncomingMessage, maxBytes: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= maxBytes) chunks.push(chunk);
  }
  return length <= maxBytes ? Buffer.concat(chunks) : null;
}

/**
 * Basic carries the password with each request, but it is one login per connection that the machine notes, as in the
 * Security log of Windows.
 */
function createLogin(machine: Machine): (request: IncomingMessage) => string | null {
  const accepted = new WeakMap<Socket, string>();
  return ({ socket, headers: { authorization } }) => {
    const pair = /^Basic\s+([A-Za-z0-9+/=]+)$/i.exec(authorization ?? '');
    if (authorization === undefined || pair === null) return null;
    const text = decodePair(Buffer.from(pair[1] ?? '', 'base64'));
    const colon = text.indexOf(':');
    if (colon < 0) return null;
    const username = text.slice(0, colon);
    const known = accepted.get(socket) === authorization && machine.faults.refuseLogin !== true;
    if (!known && !machine.login({ username, password: text.slice(colon + 1) })) return null;
    accepted.set(socket, authorization);
    return username.toLowerCase();
  };
}

/** RFC 7617 leaves the charset open: ours is UTF-8, clients such as pywinrm send Latin-1. */
function decodePair(bytes: Buffer): string {
  return isUtf8(bytes) ? bytes.toString('utf8') : bytes.toString('latin1');
}

type Headers = { readonly [name: string]: string };

type Reply = (response: ServerResponse, status: number, headers: Headers, body?: Buffer) => void;

/** Counts replies from when the fault was set, so that it also works on a host that has been running for a while. */
function createReply(machine: Machine): Reply {
  let faults = machine.faults;
  let count = 0;
  return (response, status, headers, body = Buffer.alloc(0)) => {
    if (machine.faults !== faults) {
      faults = machine.faults;
      count = 0;
    }
    count += 1;
    const cut = count === faults.cutReply;
    response.writeHead(status, {
      server: 'Microsoft-HTTPAPI/2.0',
      'content-length': body.length,
      ...headers,
    });
    const half = body.subarray(0, Math.floor(body.length / 2));
    if (!cut) response.end(body);
    else if (half.length === 0) response.destroy();
    else response.write(half, () => response.destroy());
  };
}
