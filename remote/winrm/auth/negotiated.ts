import { Failure } from '../../../contracts/failures';
import type { ConnectionPool } from '../connection-pool';
import type { Target } from '../errors';
import type { HttpConnection, HttpReply, PostOptions } from '../http-connection';
import type { Mechanism, SecurityContext } from '../security-context';
import type { Login, Transport, TransportReply } from '../transport';
import { messageHeaders, userAgentHeaders } from '../transport';
import { MessageRefused } from '../wire/envelope';
import { decodeSealed, encodeSealed, isSealed } from '../wire/sealed-message';
import { tokenOf } from './challenges';

export interface NegotiatedOptions {
  readonly pool: ConnectionPool;
  readonly mechanism: Mechanism;
  readonly target: Target;
  /** Over TLS messages go as they are, and the login is bound to the server's certificate. */
  readonly isTls: boolean;
  /** Application data of the channel bindings for a server's certificate. */
  readonly bindingsOf: (certificate: Buffer) => Buffer | null;
  /** The Failure for a 401 that no further token answers. */
  readonly refuse: (reply: HttpReply) => Failure;
}

interface LoggedIn {
  readonly context: SecurityContext;
  /** The answer to the message, when it went with the last token. */
  readonly reply: HttpReply | null;
}

const noBody = Buffer.alloc(0);
/** NTLM takes two, Kerberos one, SPNEGO with a mechanism agreed anew three. */
const maxLegs = 5;

/**
 * Logs every connection in with a context of its own and seals what goes over plain HTTP. The first token goes out with
 * the first request. A message that was answered 401 was not looked at: it is sent once more after a new login, on a
 * new connection, because http.sys forgets a login together with its connection.
 */
export function createNegotiatedTransport(options: NegotiatedOptions): Transport {
  const { pool, isTls } = options;
  const logins = createLogins();
  let mechanism: Login['method'] = 'ntlm';

  /** Null when the host no longer knows the login of a connection that had one. */
  const postOn = async (
    connection: HttpConnection,
    message: Buffer,
    post: PostOptions,
  ): Promise<TransportReply | null> => {
    const known = logins.of(connection);
    const login = known ?? (await logIn(options, connection, message, post));
    if ('reply' in login) {
      logins.keep(connection, login.context);
      // An error that came before the login was done, such as 503 of a host that boots, leaves half a login.
      if (!login.context.isComplete()) logins.end(connection);
      mechanism = login.context.mechanism;
      if (login.reply !== null) return login.reply;
    }
    const context = 'reply' in login ? login.context : login;
    const reply = isTls
      ? await connection.post(message, messageHeaders, post)
      : await sealed(options, connection, context, message, post);
    if (reply.status !== 401) return reply;
    if (known === undefined) throw options.refuse(reply);
    logins.end(connection);
    return null;
  };

  return {
    get login() {
      return { method: mechanism, isSealed: !isTls };
    },
    post: async (message, post) => {
      logins.endClosed();
      const use = (choice: 'any' | 'new'): Promise<TransportReply | null> =>
        pool.use(
          (connection) =>
            postOn(connection, message, post).catch((error: unknown) => {
              logins.end(connection);
              throw error;
            }),
          post.signal,
          choice,
        );
      const reply = (await use('any')) ?? (await use('new'));
      if (reply !== null) return reply;
      throw new Failure('login-refused', `${options.target.url} forgets every login at once`, {
        facts: { host: options.target.host },
      });
    },
    close: () => {
      pool.close();
      logins.endAll();
      options.mechanism.dispose?.();
    },
  };
}

/** The contexts of connections; one ends together with the other. */
function createLogins() {
  const contexts = new Map<HttpConnection, SecurityContext>();
  const end = (connection: HttpConnection): void => {
    contexts.get(connection)?.dispose();
    contexts.delete(connection);
    connection.close();
  };
  return {
    of: (connection: HttpConnection) => contexts.get(connection),
    keep: (connection: HttpConnection, context: SecurityContext) =>
      void contexts.set(connection, context),
    end,
    endClosed: () => {
      for (const connection of contexts.keys()) if (!connection.isOpen()) end(connection);
    },
    endAll: () => [...contexts.keys()].forEach(end),
  };
}

/** @throws Failure login-refused */
async function logIn(
  options: NegotiatedOptions,
  connection: HttpConnection,
  message: Buffer,
  post: PostOptions,
): Promise<LoggedIn> {
  const { mechanism, isTls, bindingsOf } = options;
  const { serverCertificate } = connection;
  const context = mechanism.createContext({
    channelBindings: serverCertificate === null ? null : bindingsOf(serverCertificate),
  });
  try {
    const carried = isTls ? message : null;
    const { reply, isAnswer } = await exchangeTokens(options, connection, context, carried, post);
    // What says no more than "logged in" is no answer to a message that has not gone out yet.
    return { context, reply: isAnswer || reply.status !== 200 ? reply : null };
  } catch (error) {
    context.dispose();
    throw error;
  }
}

async function exchangeTokens(
  { mechanism, refuse, target }: NegotiatedOptions,
  connection: HttpConnection,
  context: SecurityContext,
  message: Buffer | null,
  post: PostOptions,
): Promise<{ readonly reply: HttpReply; readonly isAnswer: boolean }> {
  const { scheme } = mechanism;
  let received: Buffer | null = null;
  for (let leg = 0; leg < maxLegs; leg += 1) {
    // oxlint-disable-next-line no-await-in-loop -- each token answers the last one
    const { token, isLast } = await context.step(received);
    if (token === null) break;
    const authorization = `${scheme} ${token.toString('base64')}`;
    const withMessage = message !== null && isLast;
    // oxlint-disable-next-line no-await-in-loop -- each token answers the last one
    const reply = await connection.post(
      withMessage ? message : noBody,
      { ...messageHeaders, authorization },
      post,
    );
    received = tokenOf(reply.challenges, scheme);
    if (reply.status !== 401) {
      // oxlint-disable-next-line no-await-in-loop -- the end of the loop
      await finished(context, reply, received, target);
      return { reply, isAnswer: withMessage };
    }
    if (received === null) throw refuse(reply);
  }
  throw new Failure('login-refused', `${target.url} never ends the login`, {
    facts: { host: target.host },
  });
}

/** The host has accepted; with mutual authentication its last token still has to prove who it is. */
async function finished(
  context: SecurityContext,
  reply: HttpReply,
  received: Buffer | null,
  target: Target,
): Promise<void> {
  if (!context.isComplete() && received !== null) await context.step(received);
  // Other errors than 401 say nothing about the login: they are the answer, whoever gives it.
  if (context.isComplete() || reply.status !== 200) return;
  const what = `${target.url} accepted the login without proving who it is`;
  throw new Failure('hostile-reply', what, { facts: { host: target.host } });
}

async function sealed(
  { mechanism: { protocol }, target }: NegotiatedOptions,
  connection: HttpConnection,
  context: SecurityContext,
  message: Buffer,
  post: PostOptions,
): Promise<HttpReply> {
  const request = encodeSealed(protocol, { ...context.seal(message), plainLength: message.length });
  const headers = { ...userAgentHeaders, 'content-type': request.contentType };
  const reply = await connection.post(request.body, headers, post);
  if (!isSealed(reply.contentType)) return unsealedReply(reply, target);
  const parts = readParts(reply, target);
  const body = context.unseal(parts);
  if (body.length !== parts.plainLength) {
    throw hostile(target, 'its length is not the one that it names');
  }
  return { ...reply, contentType: messageHeaders['content-type'], body };
}

function readParts(reply: HttpReply, target: Target): ReturnType<typeof decodeSealed> {
  try {
    return decodeSealed(reply.contentType, reply.body);
  } catch (error) {
    if (error instanceof MessageRefused) throw hostile(target, error.message);
    throw error;
  }
}

/**
 * An error that http.sys gives by itself is in the clear; a success in the clear was not given by who has the keys, and
 * must not be believed.
 */
function unsealedReply(reply: HttpReply, target: Target): HttpReply {
  if (reply.status !== 200) return reply;
  throw hostile(target, 'it is not sealed');
}

function hostile(target: Target, why: string): Failure {
  const what = `${target.url} answered a sealed message with one that is refused: ${why}`;
  return new Failure('hostile-reply', what, { facts: { host: target.host } });
}
