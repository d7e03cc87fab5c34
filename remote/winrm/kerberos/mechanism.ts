import type { PasswordCredential, TicketCredential } from '../../../contracts/fleet';
import { Failure } from '../../../contracts/failures';
import type { Mechanism, SecurityContext } from '../security-context';
import { createKerberosContext } from './context';
import { createGssCalls } from './gss-calls';
import type { Login } from './kerberos-failure';
import type { Gssapi } from './library';
import { loadGssapi } from './library';
import { getTicket } from './ticket';

export interface KerberosOptions {
  /** `username` is `name@REALM`, `name` for the default realm of krb5.conf, or `dns.domain\name`. */
  readonly credential: PasswordCredential | TicketCredential;
  /** `HTTP/host`; with `@REALM` where the KDC does not find the realm by itself. */
  readonly servicePrincipal: string;
  /** `address:port`, for messages and facts. */
  readonly host: string;
  /** `Kerberos`: bare tokens of Kerberos; `Negotiate`: inside of SPNEGO. */
  readonly scheme: 'Negotiate' | 'Kerberos';
}

/**
 * Kerberos through the system's GSSAPI: mutual authentication, sealed messages, no delegation. Gets the ticket at once;
 * its `dispose` gives it back, and logins that are complete go on without it.
 *
 * Tried on Linux with MIT Kerberos 1.20, and with Heimdal 7.8, which takes passwords and the default cache only.
 *
 * @param load @default loadGssapi
 * @throws Failure `kerberos-unavailable` when koffi or the library is missing; `kerberos-no-ticket` when nothing leads to
 *   a ticket; `login-refused` when the KDC refuses the account or its password. `facts.reason` says which it is.
 */
export async function createKerberosMechanism(
  options: KerberosOptions,
  load: () => Gssapi = loadGssapi,
): Promise<Mechanism & { dispose(): void }> {
  const { scheme, servicePrincipal, host, credential } = options;
  const { username } = credential;
  const from =
    'password' in credential ? 'password' : 'keytab' in credential ? 'keytab' : 'ticketCache';
  const login: Login = { host, username, servicePrincipal, from };
  const calls = createGssCalls(load());
  let ticket = await getTicket(calls, credential, login);
  const renew = async (): Promise<void> => {
    const fresh = await getTicket(calls, credential, login);
    ticket.dispose();
    ticket = fresh;
  };
  return {
    scheme,
    // [MS-WSMV] 2.2.9.1: by the scheme, whatever was negotiated below it.
    protocol:
      scheme === 'Kerberos'
        ? 'application/HTTP-Kerberos-session-encrypted'
        : 'application/HTTP-SPNEGO-session-encrypted',
    createContext: ({ channelBindings }) => {
      const make = (): SecurityContext =>
        createKerberosContext({ calls, ticket, login, scheme, channelBindings });
      return from === 'ticketCache' ? make() : renewing(make, renew);
    },
    dispose: () => ticket.dispose(),
  };
}

/** A session may outlive its ticket: with a password or a keytab a new connection gets another one, once. */
function renewing(make: () => SecurityContext, renew: () => Promise<void>): SecurityContext {
  let inner = make();
  return {
    mechanism: 'kerberos',
    step: async (received) => {
      try {
        return await inner.step(received);
      } catch (error) {
        const isExpired = error instanceof Failure && error.facts['reason'] === 'expired';
        if (received !== null || !isExpired) throw error;
      }
      await renew();
      inner.dispose();
      inner = make();
      return inner.step(null);
    },
    isComplete: () => inner.isComplete(),
    seal: (message) => inner.seal(message),
    unseal: (parts) => inner.unseal(parts),
    dispose: () => inner.dispose(),
  };
}
