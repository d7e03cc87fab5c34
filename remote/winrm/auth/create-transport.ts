import { isIP } from 'node:net';
import { Failure } from '../../../contracts/failures';
import type { FailureCode } from '../../../contracts/failures';
import type {
  Credential,
  PasswordCredential,
  TicketCredential,
  WinRmConnection,
} from '../../../contracts/fleet';
import { channelBindingsOf } from '../channel-bindings';
import type { ConnectionPool } from '../connection-pool';
import type { Target } from '../errors';
import { createKerberosMechanism } from '../kerberos/mechanism';
import type { Mechanism } from '../security-context';
import type { Transport } from '../transport';
import { parseAccount } from './account';
import { createBasicTransport } from './basic';
import { createCertificateTransport } from './certificate';
import { createFallbackTransport } from './fallback';
import { createNegotiatedTransport } from './negotiated';
import { createNtlmMechanism } from './ntlm';
import { loginRefused } from './refusal';

export interface LoginOptions {
  readonly connection: WinRmConnection;
  readonly credential: Credential;
  readonly pool: ConnectionPool;
  readonly target: Target;
  /** @default channelBindingsOf; tests send wrong ones */
  readonly bindingsOf?: (certificate: Buffer) => Buffer | null;
}

/**
 * The way to log in that the connection names, with the credential that it needs.
 *
 * @throws Failure credential-malformed, kerberos-unavailable, kerberos-no-ticket, login-refused
 */
export async function createTransport(options: LoginOptions): Promise<Transport> {
  const { connection, credential, pool, target } = options;
  const { auth } = connection;
  if (auth === 'negotiate') return negotiate(options);
  if (auth === 'kerberos') return overKerberos(options, requireKerberosCredential(options));
  if (auth === 'basic') {
    return createBasicTransport(pool, credential, target, connection.scheme === 'https');
  }
  if (auth === 'certificate') {
    if ('certificate' in credential) return createCertificateTransport(pool, target);
    throw malformed(options, 'a certificate and its privateKey');
  }
  if ('password' in credential) return overNtlm(options, credential, null);
  throw malformed(options, 'username and password');
}

const servicePrincipalOf = ({ servicePrincipal, address }: WinRmConnection): string =>
  servicePrincipal ?? `HTTP/${address}`;

function overNtlm(
  options: LoginOptions,
  credential: PasswordCredential,
  withoutKerberos: string | null,
): Transport {
  const { connection, target } = options;
  const mechanism = createNtlmMechanism(credential, servicePrincipalOf(connection), target);
  return over(options, mechanism, credential.username, withoutKerberos);
}

/**
 * SPNEGO under `Negotiate`; bare Kerberos tokens for a host that offers the scheme `Kerberos` alone, as one does where
 * Negotiate was switched off.
 */
async function overKerberos(
  options: LoginOptions,
  credential: PasswordCredential | TicketCredential,
): Promise<Transport> {
  const mechanismFor = (scheme: 'Negotiate' | 'Kerberos'): Promise<Mechanism> =>
    createKerberosMechanism({
      credential,
      scheme,
      servicePrincipal: servicePrincipalOf(options.connection),
      host: options.target.host,
    });
  const first = over(options, await mechanismFor('Negotiate'), credential.username, null);
  return createFallbackTransport(first, async ({ facts }) => {
    const offered = String(facts['offered']).split(', ');
    if (facts['reason'] !== 'method-not-offered' || !offered.includes('kerberos')) return null;
    return over(options, await mechanismFor('Kerberos'), credential.username, null);
  });
}

/**
 * Kerberos where it can be had, else NTLM. A wrong password ends it at the KDC: tried once more over NTLM, it would
 * count twice towards a lock-out. A host that refuses the ticket may still take NTLM (it is in no domain, or its name
 * in the directory is another one).
 */
async function negotiate(options: LoginOptions): Promise<Transport> {
  const { credential } = options;
  const password = 'password' in credential ? credential : null;
  const hopeless = password === null ? null : whyNoKerberos(options.connection, password);
  if (password !== null && hopeless !== null) return overNtlm(options, password, hopeless);
  try {
    const kerberos = await overKerberos(options, requireKerberosCredential(options));
    return createFallbackTransport(kerberos, () =>
      Promise.resolve(
        password === null
          ? null
          : overNtlm(options, password, 'the host refused the Kerberos ticket'),
      ),
    );
  } catch (error) {
    if (password === null || !(error instanceof Failure)) throw error;
    if (!withoutTicketCodes.includes(error.code)) throw error;
    return overNtlm(options, password, `Kerberos could not be had (${error.message})`);
  }
}

const withoutTicketCodes: readonly FailureCode[] = [
  'kerberos-unavailable',
  'kerberos-no-ticket',
  'kdc-unreachable',
];

/** Asking a KDC takes time, and for these accounts and addresses there is none that could answer. */
function whyNoKerberos(
  { address, servicePrincipal }: WinRmConnection,
  { username }: PasswordCredential,
): string | null {
  if (isIP(address) !== 0 && servicePrincipal === undefined)
    return 'the host is named by its address';
  const { realm } = parseAccount(username);
  return realm === null ? 'the user name has no realm (name@realm)' : null;
}

function requireKerberosCredential(options: LoginOptions): PasswordCredential | TicketCredential {
  const { credential } = options;
  if ('password' in credential || 'ticketCache' in credential || 'keytab' in credential) {
    return credential;
  }
  throw malformed(options, 'username with password, ticketCache or keytab');
}

function over(
  { connection, pool, target, bindingsOf = channelBindingsOf }: LoginOptions,
  mechanism: Mechanism,
  username: string,
  withoutKerberos: string | null,
): Transport {
  const isTls = connection.scheme === 'https';
  const attempt = {
    auth: connection.auth,
    username,
    isTls,
    schemes: [mechanism.scheme],
    withoutKerberos,
  };
  return createNegotiatedTransport({
    pool,
    mechanism,
    target,
    isTls,
    bindingsOf,
    refuse: (reply) => loginRefused(reply, attempt, target, Date.now()),
  });
}

function malformed({ connection, target }: LoginOptions, needed: string): Failure {
  const what = `${target.url}: auth: ${connection.auth} needs ${needed}, and this credential holds something else`;
  return new Failure('credential-malformed', what, {
    facts: { host: target.host, auth: connection.auth },
    advice: `give this host a credentialRef with ${needed}, or another auth`,
  });
}
