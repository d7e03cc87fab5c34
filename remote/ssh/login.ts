import type { AuthenticationType, ConnectConfig } from 'ssh2';
import type { Credential } from '../../contracts/fleet';

/**
 * Which way of logging in is tried next; false when none is left. A password goes over the wire once: asking a second
 * method with a password that was just refused would count twice towards a domain's account lock-out.
 */
export function chooseLogin(credential: Credential) {
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

/** The credential as ssh2 wants it. */
export function loginOptions(credential: Credential): ConnectConfig {
  const choose = chooseLogin(credential);
  const authHandler: ConnectConfig['authHandler'] = (offered, _partial, next) => {
    // The callback's type lacks false, which ends the login (ssh2 client.js, doNextAuth).
    (next as (method: AuthenticationType | false) => void)(choose(offered));
  };
  if ('password' in credential)
    return {
      username: credential.username,
      password: credential.password,
      tryKeyboard: true,
      authHandler,
    };
  return {
    username: credential.username,
    privateKey: credential.privateKey,
    ...(credential.passphrase === undefined ? {} : { passphrase: credential.passphrase }),
    authHandler,
  };
}
