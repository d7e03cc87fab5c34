import { utils } from 'ssh2';
import type { AuthContext, AuthenticationType, PublicKeyAuthContext } from 'ssh2';
import type { Machine } from '../machine';

const methods: AuthenticationType[] = ['publickey', 'password'];

/** Lets a client in by the machine's word; a public key only with a signature that it made. */
export function decideLogin(context: AuthContext, machine: Machine): void {
  if (mayEnter(context, machine)) context.accept();
  else context.reject(methods);
}

function mayEnter(context: AuthContext, machine: Machine): boolean {
  if (context.method === 'password')
    return passes(machine, { username: context.username, password: context.password });
  if (context.method !== 'publickey') return false;
  if (context.signature !== undefined) return provenKey(context, machine);
  // Without a signature the client only asks whether a key is worth signing with (RFC 4252 section 7); the machine,
  // which keeps book of logins, is asked once it is proven. The answer repeats the algorithm as it was asked for, which
  // of RSA keys is not the key's own name (RFC 8332 section 3.2); ssh2 has forgotten it, and strict clients hang up.
  if (context.hashAlgo !== undefined) context.key.algo = rsaAlgorithms[context.hashAlgo] ?? '';
  return true;
}

/** By the digests as ssh2 names them. */
const rsaAlgorithms: { readonly [digest: string]: string } = {
  sha256: 'rsa-sha2-256',
  sha512: 'rsa-sha2-512',
};

function provenKey(context: PublicKeyAuthContext, machine: Machine): boolean {
  const key = utils.parseKey(context.key.data);
  if (key instanceof Error || context.blob === undefined || context.signature === undefined)
    return false;
  if (!key.verify(context.blob, context.signature, context.hashAlgo)) return false;
  const publicKey = `${key.type} ${context.key.data.toString('base64')}`;
  return passes(machine, { username: context.username, publicKey });
}

const passes = (machine: Machine, attempt: Parameters<Machine['login']>[0]): boolean =>
  machine.login(attempt) && machine.faults.refuseLogin !== true;
