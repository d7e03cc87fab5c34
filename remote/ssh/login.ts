import type { AuthenticationType, ConnectConfig } from 'ssh2';
import { Failure } from '../../contracts/failures';
import type { Credential, KeyCredential, PasswordCredential } from '../../contracts/fleet';
import type { Where } from './errors';

/** What SSH can log in with. */
export type SshCredential = PasswordCredential | KeyCredential;

/** @throws Failure credential-malformed */
export function requireSshCredential(credential: Credential, host: string): SshCredential {
  if ('password' in credential) return credential;
  if ('privateKey' in credential && !('certificate' in credential)) return credential;
  const what = `the credential of ${host} is none that SSH takes`;
  throw new Failure('credential-malformed', what, {
    facts: { host },
    advice: 'give it a username with a password or a private key',
  });
}

/**
 * Which way of logging in is tried next; false when none is left. A password goes over the wire once: asking a second
 * method with a password that was just refused would count twice towards a domain's account lock-out.
 */
export function chooseLogin(credential: SshCredential) {
  const tried = new Set<AuthenticationType>();
  const attempt = (method: AuthenticationType): AuthenticationType => {
    tried.add(method);
    return method;
  };
  // ssh2 passes null the first time, against its types.
  return (offered: readonly AuthenticationType[] | null): AuthenticationType | false => {
    if ('privateKey' in credential) return tried.size === 0 ? attempt('publickey') : false;
    if (tried.size === 0) return attempt('password');
    const passwordWasRefused = offered === null || offered.includes('password');
    if (passwordWasRefused || tried.has('keyboard-interactive')) return false;
    return offered.includes('keyboard-interactive') ? attempt('keyboard-interactive') : false;
  };
}

/**
 * The credential as ssh2 wants it.
 *
 * @throws Failure credential-malformed, credential-missing
 */
export function loginOptions(credential: SshCredential, _where: Where): Promise<ConnectConfig> {
  const choose = chooseLogin(credential);
  const authHandler: ConnectConfig['authHandler'] = (offered, _partial, next) => {
    // The callback's type lacks false, which ends the login (ssh2 client.js, doNextAuth).
    (next as (method: AuthenticationType | false) => void)(choose(offered));
  };
  return Promise.resolve({ ...proofOf(credential), authHandler });
}

const proofOf = (credential: SshCredential): ConnectConfig =>
  'password' in credential
    ? { username: credential.username, password: credential.password, tryKeyboard: true }
    : {
        username: credential.username,
        privateKey: credential.privateKey,
        ...(credential.passphrase === undefined ? {} : { passphrase: credential.passphrase }),
      };
