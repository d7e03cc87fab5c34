import { createHash } from 'node:crypto';
import type { PasswordCredential, TicketCredential } from '../../../contracts/fleet';
import { parseAccount } from '../auth/account';
import type { GssCalls } from './gss-calls';
import type { Login } from './kerberos-failure';
import { kerberosFailure, noRealm, onlyDefaultCache } from './kerberos-failure';
import type { Handle } from './library';

/** A credential and the name of the service, kept for as long as anybody uses them. */
export interface Ticket {
  /** Both stay valid until what is given back settles. @throws Error after `dispose` */
  use<T>(act: (credential: Handle, target: Handle) => Promise<T>): Promise<T>;
  /** Released when the last use is over. Safe to call twice. */
  dispose(): void;
}

/**
 * Gets a ticket for the service, so that what is wrong with account, KDC or name shows before a host is asked anything.
 * Connections then find it in the cache and ask nobody.
 *
 * @throws Failure `kerberos-no-ticket`, or `login-refused` when the KDC refuses the account or its password
 */
export async function getTicket(
  calls: GssCalls,
  credential: PasswordCredential | TicketCredential,
  login: Login,
): Promise<Ticket> {
  const handles: Handles = { credential: null, target: null };
  try {
    handles.target = calls.importPrincipal(targetName(login.servicePrincipal));
    handles.credential = await acquire(calls, credential, login);
    const first = { context: null, channelBindings: null, received: null };
    const probe = await calls.initContext({
      ...first,
      credential: handles.credential,
      target: handles.target,
    });
    calls.deleteContext(probe.context);
  } catch (error) {
    release(calls, handles);
    throw kerberosFailure(error, login, 'ticket');
  }
  return shared(calls, handles);
}

interface Handles {
  credential: Handle;
  target: Handle;
}

function release(calls: GssCalls, handles: Handles): void {
  calls.releaseCredential(handles.credential);
  calls.releaseName(handles.target);
  handles.credential = null;
  handles.target = null;
}

function shared(calls: GssCalls, handles: Handles): Ticket {
  let users = 0;
  let isDisposed = false;
  const releaseIfUnused = (): void => {
    if (isDisposed && users === 0) release(calls, handles);
  };
  return {
    use: async (act) => {
      if (isDisposed) throw new Error('the Kerberos ticket was given back');
      users += 1;
      try {
        return await act(handles.credential, handles.target);
      } finally {
        users -= 1;
        releaseIfUnused();
      }
    },
    dispose: () => {
      isDisposed = true;
      releaseIfUnused();
    },
  };
}

/**
 * A principal as it is written, not a host-based name: for that MIT asks the DNS forwards and backwards, and takes
 * whatever name comes back, which is another host's where the reverse zone is not kept. The empty realm behind `@`
 * leaves it to the KDC to refer to the right one (RFC 6806, 8); without it the default realm of krb5.conf would be meant.
 */
const targetName = (servicePrincipal: string): string =>
  servicePrincipal.includes('@') ? servicePrincipal : `${servicePrincipal}@`;

async function acquire(
  calls: GssCalls,
  credential: PasswordCredential | TicketCredential,
  login: Login,
): Promise<Handle> {
  const name = calls.importPrincipal(clientName(login));
  try {
    if ('password' in credential) {
      const password = Buffer.from(credential.password);
      try {
        // MIT keeps what it gets in a cache of its own in memory, which ends with the credential.
        return await calls.acquireWithPassword(name, password);
      } finally {
        password.fill(0);
      }
    }
    if ('ticketCache' in credential && credential.ticketCache === 'default') {
      return await calls.acquire(name);
    }
    const acquired =
      'keytab' in credential
        ? await fromKeytab(calls, name, credential.keytab, login)
        : await calls.acquireFrom(name, { ccache: credential.ticketCache });
    if (acquired === null) throw onlyDefaultCache(login);
    return acquired;
  } finally {
    calls.releaseName(name);
  }
}

/** The last one who uses a cache of `fromKeytab`, by its name. */
const lastUse = new Map<string, Promise<unknown>>();

/**
 * Into a cache in memory: by default the tickets would go over those in the file of whoever the worker runs as. There is
 * one for each keytab and account, since such a cache has no end but that of the process; one after the other, so that
 * nobody reads it while it is filled.
 */
async function fromKeytab(
  calls: GssCalls,
  name: Handle,
  keytab: string,
  { username }: Login,
): Promise<Handle> {
  const digest = createHash('sha256').update(`${keytab}\0${username}`).digest('hex');
  const ccache = `MEMORY:winrm-${digest.slice(0, 32)}`;
  const before = lastUse.get(ccache) ?? Promise.resolve();
  const acquired = before.then(() => calls.acquireFrom(name, { client_keytab: keytab, ccache }));
  lastUse.set(
    ccache,
    acquired.catch(() => null),
  );
  return acquired;
}

/**
 * `name@REALM`, or `name` alone for the default realm of krb5.conf. A realm all in lower case is a domain as people
 * write it: realms of Active Directory are in upper case (RFC 4120, 6.1), and libraries tell cases apart.
 */
function clientName(login: Login): string {
  const { name, domain, realm } = parseAccount(login.username);
  if (login.username.includes('\\')) {
    // A NetBIOS name leads to no realm; that of the DNS is one.
    if (!domain.includes('.')) throw noRealm(login);
    return `${name}@${domain.toUpperCase()}`;
  }
  if (realm === null || realm !== realm.toLowerCase()) return name;
  return `${name.slice(0, -realm.length)}${realm.toUpperCase()}`;
}
