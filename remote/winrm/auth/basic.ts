import { Failure } from '../../../contracts/failures';
import type { Credential } from '../../../contracts/fleet';
import type { ConnectionPool } from '../connection-pool';
import type { Target } from '../errors';
import type { Transport } from '../transport';
import { messageHeaders } from '../transport';
import { loginRefused } from './refusal';

/** RFC 7617: user and password with each request, in UTF-8; only TLS protects them. */
export function createBasicTransport(
  pool: ConnectionPool,
  credential: Credential,
  target: Target,
  isTls: boolean,
): Transport {
  const { username, authorization } = basicHeader(credential, target);
  const attempt = {
    auth: 'basic',
    username,
    isTls,
    schemes: ['Basic'],
    withoutKerberos: null,
  } as const;
  return {
    login: { method: 'basic', isSealed: false },
    post: async (message, options) => {
      const headers = { ...messageHeaders, authorization };
      const reply = await pool.use(
        (connection) => connection.post(message, headers, options),
        options.signal,
      );
      if (reply.status === 401) throw loginRefused(reply, attempt, target, Date.now());
      return reply;
    },
    close: () => pool.close(),
  };
}

function basicHeader(
  credential: Credential,
  target: Target,
): { readonly username: string; readonly authorization: string } {
  if (!('password' in credential)) {
    throw malformed('auth: basic needs a password, and this credential holds none', target);
  }
  const { username, password } = credential;
  if (username.includes(':')) {
    throw malformed('a user name with a colon cannot log in with Basic', target);
  }
  const pair = Buffer.from(`${username}:${password}`, 'utf8').toString('base64');
  return { username, authorization: `Basic ${pair}` };
}

function malformed(what: string, target: Target): Failure {
  return new Failure('credential-malformed', `${target.url}: ${what}`, {
    facts: { host: target.host },
    advice: 'give this host a credentialRef with username and password',
  });
}
