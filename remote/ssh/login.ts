import type { AuthenticationType, AuthHandlerMiddleware, Client, ConnectConfig } from 'ssh2';
import type { SshChannelFacts } from '../../contracts/facts';
import { Failure } from '../../contracts/failures';
import type {
  AgentCredential,
  Credential,
  KeyCredential,
  PasswordCredential,
  SshEndpoint,
} from '../../contracts/fleet';
import { allowCertificates } from './certificate-login';
import type { Where } from './errors';
import { agentAttempts, keyAttempts } from './login-attempt';
import type { LoginAttempt } from './login-attempt';
import { explainRefusal } from './login-refusal';
import type { LoginStory } from './login-refusal';
import { passwordAttempts } from './password-attempt';

/** What SSH can log in with. */
export type SshCredential = PasswordCredential | KeyCredential | AgentCredential;

/** A credential on its way through one login. */
export interface Login {
  /** The credential as ssh2 wants it. */
  readonly config: Pick<ConnectConfig, 'username' | 'authHandler'>;
  /** Called once ssh2 has been told to connect. @throws Error when this ssh2 cannot log in so */
  prepare(client: Client): void;
  /** What was accepted; of any worth once the login is done. */
  used(): SshChannelFacts['login'];
  /** Adds to a refused login what was tried, and what the server would have taken; other failures stay as they are. */
  explain(failure: Failure): Failure;
}

/** @throws Failure credential-malformed */
export function requireSshCredential(credential: Credential, host: string): SshCredential {
  if ('password' in credential || 'agent' in credential) return credential;
  if ('privateKey' in credential && !('certificate' in credential)) return credential;
  const what = `the credential of ${host} is none that SSH takes`;
  throw new Failure('credential-malformed', what, {
    facts: { host },
    advice: 'give it a username with a password, a private key or an ssh-agent',
  });
}

/**
 * Which attempt comes next; null when none is left. A password goes over the wire once: asking a second method with a
 * password that was just refused would count twice towards a domain's account lock-out. What the server does not offer
 * is not tried.
 */
export function chooseAttempt(attempts: readonly LoginAttempt[]) {
  const left = [...attempts];
  const tried = new Set<string>();
  // ssh2 passes null the first time, against its types.
  return (offered: readonly AuthenticationType[] | null): LoginAttempt | null => {
    const isRefusedPassword = tried.has('password') && offered?.includes('password') !== false;
    const next = left.find(
      ({ method }) =>
        (offered === null || offered.includes(method)) &&
        !(method === 'keyboard-interactive' && isRefusedPassword),
    );
    if (next === undefined) return null;
    left.splice(left.indexOf(next), 1);
    tried.add(next.method);
    return next;
  };
}

/**
 * Everything that the credential lets us try, in its order.
 *
 * @throws Failure credential-malformed, credential-missing
 */
export async function loginOptions(
  credential: SshCredential,
  where: Where,
  endpoint: Pick<SshEndpoint, 'algorithms'> = {},
): Promise<Login> {
  const story: LoginStory = {
    username: credential.username,
    tried: [],
    offered: null,
    isPartial: false,
    agentRefused: null,
    askedAgain: null,
  };
  const attempts = await attemptsOf(credential, where, endpoint.algorithms === 'legacy', story);
  const choose = chooseAttempt(attempts);
  const authHandler: AuthHandlerMiddleware = (offered, partial, next) => {
    story.offered = offered;
    story.isPartial = partial;
    // What was accepted is one of several proofs that the server wants; there is only this one.
    const attempt = story.isPartial ? null : choose(offered);
    if (attempt !== null) story.tried.push(attempt);
    // The callback's type lacks false, which ends the login (ssh2 client.js, doNextAuth).
    (next as (method: LoginAttempt['start'] | false) => void)(attempt?.start ?? false);
  };
  return {
    config: { username: credential.username, authHandler },
    prepare: (client) => {
      if (attempts.some(({ certificate }) => certificate !== undefined)) allowCertificates(client);
    },
    used: () => story.tried.at(-1)?.login ?? 'publickey',
    explain: (failure) => explainRefusal(failure, story, Date.now()),
  };
}

function attemptsOf(
  credential: SshCredential,
  where: Where,
  isLegacy: boolean,
  story: LoginStory,
): readonly LoginAttempt[] | Promise<readonly LoginAttempt[]> {
  if ('password' in credential)
    return passwordAttempts(credential, (prompt) => (story.askedAgain = prompt));
  if ('agent' in credential)
    return agentAttempts(credential, where, isLegacy, (shown) => (story.agentRefused = shown));
  return keyAttempts(credential, where, isLegacy);
}
