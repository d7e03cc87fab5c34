import { Failure } from '../../contracts/failures';
import type { Credential } from '../../contracts/fleet';
import type { Target } from './errors';
import type { HttpExchange, HttpReply } from './http-exchange';
import type { Transport } from './transport';
import { contentType } from './wire/namespaces';

/** RFC 7617: user and password with each request, in UTF-8; only TLS protects them. */
export function createBasicTransport(
  http: HttpExchange,
  credential: Credential,
  target: Target,
): Transport {
  const authorization = basicHeader(credential, target);
  const headers = { 'content-type': contentType, 'user-agent': 'rollout', authorization };
  return {
    post: async (message, options) => {
      const reply = await http.post(message, headers, options);
      if (reply.status === 401) throw loginRefused(reply, credential.username, target);
      return reply;
    },
    close: () => http.close(),
  };
}

function basicHeader(credential: Credential, target: Target): string {
  if (!('password' in credential)) {
    throw malformed('WinRM needs a password, and this credential holds a key', target);
  }
  if (credential.username.includes(':')) {
    throw malformed('a user name with a colon cannot log in with Basic', target);
  }
  const pair = `${credential.username}:${credential.password}`;
  return `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`;
}

function malformed(what: string, target: Target): Failure {
  return new Failure('credential-malformed', `${target.url}: ${what}`, {
    facts: { host: target.host },
    advice: 'give this host a credentialRef with username and password',
  });
}

/** Without `Basic` among the challenges the password was never looked at. */
function loginRefused(reply: HttpReply, username: string, target: Target): Failure {
  const offered = /\bbasic\b/i.test(reply.challenges);
  const what = offered
    ? `${target.url} refused the login of ${username}`
    : `${target.url} does not offer Basic authentication (${reply.challenges || 'it offers none'})`;
  return new Failure('login-refused', what, {
    facts: { host: target.host, username, basicOffered: offered },
    ...(!offered && { advice: 'allow Basic in the WinRM service of the host (service/auth)' }),
  });
}
