import { Failure } from '../../../contracts/failures';
import type { FailureCode } from '../../../contracts/failures';
import { GssError } from './gss-error';
import type { KerberosReason } from './reasons';
import { reasonOf } from './reasons';

/** Whose login it is about, for messages and facts. */
export interface Login {
  /** `address:port` */
  readonly host: string;
  readonly username: string;
  readonly servicePrincipal: string;
  /** What the ticket is got with. */
  readonly from: 'password' | 'ticketCache' | 'keytab';
}

/** Whether it was asked for at a KDC or a cache, or given by a host in answer to the ticket. */
type Source = 'ticket' | 'host';

interface Explanation {
  readonly what: string;
  /** Null where the advice of the code says it. */
  readonly advice: string | null;
}

/** The account's own trouble: NTLM would meet it as well, and a wrong password would count twice. */
const refusedAtKdc: readonly KerberosReason[] = [
  'account-disabled',
  'password-expired',
  'wrong-password',
];

/**
 * What a GSSAPI call that failed means for a person.
 *
 * @param source `ticket`: nothing was sent to the host yet
 */
export function kerberosFailure(error: unknown, login: Login, source: Source): Failure {
  if (error instanceof Failure) return error;
  if (!(error instanceof GssError)) {
    const what = `Kerberos for ${login.servicePrincipal} failed: ${String(error)}`;
    return new Failure('kerberos-unavailable', what, {
      facts: { host: login.host, reason: 'library' },
      cause: error,
    });
  }
  const reason = reasonFor(error, login, source);
  if (source === 'host') return hostFailure(error, reason, login);
  const code = codeOf(reason);
  const { what, advice } = explain(reason, login);
  return build(code, `no Kerberos ticket for ${login.servicePrincipal}: ${what}`, {
    reason,
    login,
    error,
    advice,
  });
}

/** A KDC that does not answer may be one that is being restarted itself. */
function codeOf(reason: KerberosReason): FailureCode {
  if (refusedAtKdc.includes(reason)) return 'login-refused';
  return reason === 'kdc-unreachable' ? 'kdc-unreachable' : 'kerberos-no-ticket';
}

/** Without a ticket, before any library is asked. */
export function noRealm(login: Login): Failure {
  const { what, advice } = explain('no-realm', login);
  return build('kerberos-no-ticket', `no Kerberos ticket for ${login.servicePrincipal}: ${what}`, {
    reason: 'no-realm',
    login,
    error: null,
    advice,
  });
}

/** Heimdal's GSSAPI, as on macOS. */
export function onlyDefaultCache({ host, username, servicePrincipal }: Login): Failure {
  const what = `the GSSAPI of this system takes no ticket for ${servicePrincipal} from a named cache or a keytab; MIT's does`;
  return new Failure('kerberos-unavailable', what, {
    facts: { host, username, servicePrincipal, reason: 'library' },
    advice: 'install MIT Kerberos, or use ticketCache: default (KRB5CCNAME) or a password',
  });
}

/** The host's last token is not that of who has the key of the service: somebody in between, or garbage. */
export function hostileToken(why: string, login: Login, error: GssError | null = null): Failure {
  const what = `${login.host} answered the Kerberos login in a way that is refused: ${why}`;
  return build('hostile-reply', what, { reason: null, login, error, advice: null });
}

/** The host refused the ticket without a code that says why. */
export function ticketRefused(login: Login): Failure {
  const what = `${login.host} refused the Kerberos ticket of ${login.username} for ${login.servicePrincipal}`;
  return build('login-refused', what, { reason: 'refused', login, error: null, advice: null });
}

/**
 * A KRB-ERROR in the host's token names its reason; without one the token itself is bad.
 */
function hostFailure(error: GssError, reason: KerberosReason, login: Login): Failure {
  if (reason === 'wrong-key' || error.krb5Code === null || error.krb5Code >= 128) {
    return hostileToken(error.message, login, error);
  }
  const { what, advice } = explain(reason, login);
  const full = `${login.host} refused the Kerberos ticket of ${login.username}: ${what}`;
  return build('login-refused', full, { reason, login, error, advice });
}

/** The same code means another thing at another place. */
function reasonFor(error: GssError, { from }: Login, source: Source): KerberosReason {
  const reason = reasonOf(error);
  if (source === 'host') return reason;
  // A KDC that asks for no pre-authentication answers whatever the password is: it is found wrong at home.
  if (reason === 'wrong-key') return from === 'password' ? 'wrong-password' : 'keytab';
  if (reason === 'wrong-password' && from === 'keytab') return 'keytab';
  // ENOENT and EACCES of a keytab that is not there or not ours to read.
  if (from === 'keytab' && [errno.noEntry, errno.noAccess].includes(error.minor)) return 'keytab';
  if (from === 'keytab' && reason === 'no-ticket') return 'keytab';
  return reason;
}

const errno = { noEntry: 2, noAccess: 13 };

function build(
  code: FailureCode,
  what: string,
  more: {
    readonly reason: KerberosReason | 'refused' | null;
    readonly login: Login;
    readonly error: GssError | null;
    readonly advice: string | null;
  },
): Failure {
  const { reason, login, error, advice } = more;
  const quoted = error === null || what.includes(error.message) ? '' : ` (${error.message})`;
  return new Failure(code, `${what}${quoted}`, {
    facts: {
      host: login.host,
      username: login.username,
      servicePrincipal: login.servicePrincipal,
      ...(reason === null ? {} : { reason }),
      ...(error === null ? {} : { gssMajor: error.major, gssMinor: error.minor }),
    },
    ...(advice === null ? {} : { advice }),
    ...(error === null ? {} : { cause: error }),
  });
}

function explain(reason: KerberosReason, login: Login): Explanation {
  const explanation = explanations[reason];
  return explanation(login);
}

const explanations: { readonly [R in KerberosReason]: (login: Login) => Explanation } = {
  'account-disabled': ({ username }) => ({
    what: `the account ${username} is disabled, locked out or expired`,
    advice: 'enable or unlock the account in the directory',
  }),
  bindings: () => ({
    what: 'the TLS connection that it is bound to is not the one that the host sees',
    advice: 'find out what stands between and shows another certificate than the host has',
  }),
  'cache-unreadable': () => ({
    what: 'the ticket cache cannot be read',
    advice: 'check the name of the ticketCache and that the worker may read it',
  }),
  cipher: ({ servicePrincipal }) => ({
    what: 'client, KDC and host have no cipher in common',
    advice: `let the account of ${servicePrincipal} use AES (msDS-SupportedEncryptionTypes), and set its password anew if it is older than that`,
  }),
  'clock-skew': () => ({
    what: 'the clocks differ by more than Kerberos allows (5 minutes)',
    advice: 'correct the clocks of the worker, of the KDC and of the host',
  }),
  configuration: () => ({
    what: 'krb5.conf cannot be read',
    advice: 'correct krb5.conf (or KRB5_CONFIG) of the worker',
  }),
  expired: () => ({
    what: 'the ticket has expired',
    advice: 'get a new one into the cache (kinit), or name a keytab in the credential',
  }),
  'kdc-unreachable': () => ({
    what: 'no KDC of the realm answers',
    advice:
      'check that the KDC is up, that krb5.conf or DNS leads to it, and the firewalls between',
  }),
  keytab: ({ username }) => ({
    what: `the keytab gives no ticket for ${username}: it is not there, not readable, or its key is not the account's`,
    advice: 'check the path of the keytab and make it anew from the current password',
  }),
  'no-realm': ({ username }) => ({
    what: `the user name ${username} has no realm`,
    advice: 'write it as name@REALM; the realm is the DNS name of the domain, in upper case',
  }),
  'no-spn': ({ servicePrincipal }) => ({
    what: `the KDC knows no service ${servicePrincipal}`,
    advice:
      'name the host in the fleet as the directory does (its full DNS name), set servicePrincipal, or register the name (setspn -S)',
  }),
  'no-ticket': ({ username }) => ({
    what: `the cache holds no ticket of ${username}`,
    advice: 'get one with kinit, as the user that the worker runs as; or name password or keytab',
  }),
  other: () => ({ what: 'the library names a reason of its own', advice: null }),
  'password-expired': ({ username }) => ({
    what: `the password of ${username} has expired`,
    advice: 'set a new password, in the directory and behind the credentialRef',
  }),
  policy: () => ({
    what: 'a policy of the directory forbids it (hours or computers of the account)',
    advice: 'look at the restrictions of the account in the directory',
  }),
  replayed: () => ({ what: 'the host has seen it before', advice: 'try again' }),
  'unknown-principal': ({ username }) => ({
    what: `the KDC knows no account ${username}`,
    advice: 'check the user name and its realm behind the credentialRef',
  }),
  'unknown-realm': ({ username }) => ({
    what: `no KDC is known for the realm of ${username}`,
    advice: 'write the realm in upper case, and name it in krb5.conf where DNS does not know it',
  }),
  'wrong-host': ({ servicePrincipal }) => ({
    what: `it is made for another account than the host's`,
    advice: `see which account holds ${servicePrincipal} (setspn -Q), or set servicePrincipal in the fleet`,
  }),
  'wrong-key': () => ({ what: 'what came back does not fit its key', advice: null }),
  'wrong-password': ({ username }) => ({
    what: `the password of ${username} is wrong`,
    advice:
      'check the password behind the credentialRef before anything else: tries count towards a lock-out',
  }),
};
