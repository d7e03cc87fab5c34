import { X509Certificate, createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { NtlmAcceptorOptions } from '../../../remote/winrm/wire/ntlm/acceptor';
import type { NtlmSecurity } from '../../../remote/winrm/wire/ntlm/security';
import type { Machine } from '../../machine';
import type { WinRmService } from '../../types';
import { createBasicLogin } from './basic';
import { createCertificateLogin, mutualScheme } from './certificate';
import { beginsLogin, createNegotiation } from './negotiation';
import type { Negotiation, NegotiationStep } from './negotiation';

export interface LoginPolicy extends Omit<WinRmService, 'tls'> {
  readonly scheme: 'http' | 'https';
  /** PEM of the server's own; null over http. */
  readonly certificate: string | null;
}

export type LoginAnswer =
  | {
      readonly ok: true;
      /** Lower case, without domain or realm: quotas and shells are the account's, however it is written. */
      readonly user: string;
      /** What seals the messages of this connection; null for a login that cannot. */
      readonly security: NtlmSecurity | null;
      /** Whether the request brought the last token of a login, so that it may be empty otherwise. */
      readonly isFresh: boolean;
      /** To go out as `WWW-Authenticate`. */
      readonly challenge: string | null;
    }
  /** 401 with these as `WWW-Authenticate`. */
  | { readonly ok: false; readonly challenges: readonly string[] };

/** Who asks, connection by connection. */
export type Logins = (request: IncomingMessage) => LoginAnswer;

/** Null refuses. */
type Method = (socket: Socket, credentials: string) => LoginAnswer | null;

export function createLogins(machine: Machine, policy: LoginPolicy): Logins {
  const methods = methodsOf(machine, policy);
  // Windows names no scheme for certificates: a client has to know.
  const offered = [
    ...(methods.has('negotiate') ? ['Negotiate'] : []),
    ...(methods.has('basic') ? ['Basic realm="WSMAN"'] : []),
  ];
  return ({ socket, headers: { authorization = '' } }) => {
    const [scheme = ''] = authorization.split(' ', 1);
    const credentials = authorization.slice(scheme.length).trim();
    const answer = methods.get(scheme.toLowerCase())?.(socket, credentials);
    return answer ?? { ok: false, challenges: offered };
  };
}

/** By scheme of the `Authorization` header, in lower case; the empty one is that of requests without the header. */
function methodsOf(machine: Machine, policy: LoginPolicy): ReadonlyMap<string, Method> {
  const { auth = ['basic', 'negotiate'], allowUnencrypted = true, scheme } = policy;
  const isTls = scheme === 'https';
  const methods = new Map<string, Method>();
  if (auth.includes('negotiate')) {
    const { known, step } = createNegotiateLogin(machine, policy);
    methods.set('', known).set('negotiate', step);
  }
  if (auth.includes('basic') && (isTls || allowUnencrypted)) {
    const login = createBasicLogin(machine);
    methods.set('basic', (socket, pair) => asUser(login(socket, pair)));
  }
  if (auth.includes('certificate') && isTls) {
    const login = createCertificateLogin(machine, policy.clientCertificates !== undefined);
    methods.set(mutualScheme, (socket) => asUser(login(socket)));
  }
  return methods;
}

function asUser(username: string | null): LoginAnswer | null {
  if (username === null) return null;
  return { ok: true, user: accountOf(username), security: null, isFresh: false, challenge: null };
}

interface NegotiateLogin {
  /** The login that the connection has had. */
  readonly known: Method;
  readonly step: Method;
}

/** http.sys keeps a login with its connection: what follows on it carries no `Authorization` any more. */
function createNegotiateLogin(machine: Machine, policy: LoginPolicy): NegotiateLogin {
  const running = new WeakMap<Socket, Negotiation>();
  const sessions = new WeakMap<Socket, { user: string; security: NtlmSecurity }>();
  const options = acceptorOptions(machine, policy);

  const forget = (socket: Socket): void => {
    sessions.get(socket)?.security.dispose();
    sessions.delete(socket);
    running.delete(socket);
  };
  const accept = (
    socket: Socket,
    { username, security, token }: Extract<NegotiationStep, { kind: 'accepted' }>,
  ): LoginAnswer => {
    const user = accountOf(username);
    running.delete(socket);
    sessions.set(socket, { user, security });
    socket.once('close', () => security.dispose());
    return { ok: true, user, security, isFresh: true, challenge: token && challenge(token) };
  };
  return {
    known: (socket) => {
      const session = sessions.get(socket);
      if (session === undefined) return null;
      if (machine.faults.refuseLogin === true) {
        forget(socket);
        return null;
      }
      return { ok: true, ...session, isFresh: false, challenge: null };
    },
    step: (socket, base64) => {
      const token = Buffer.from(base64, 'base64');
      if (beginsLogin(token)) {
        forget(socket);
        running.set(socket, createNegotiation(machine, options));
      }
      const step = running.get(socket)?.step(token) ?? { kind: 'refused' };
      if (step.kind === 'accepted') return accept(socket, step);
      if (step.kind === 'continue') return { ok: false, challenges: [challenge(step.token)] };
      forget(socket);
      return null;
    },
  };
}

const challenge = (token: Buffer): string => `Negotiate ${token.toString('base64')}`;

const requireBindings = { none: 'never', relaxed: 'when-given', strict: 'always' } as const;

function acceptorOptions(machine: Machine, policy: LoginPolicy): NtlmAcceptorOptions {
  const { windows, id } = machine.options;
  const computerName = (windows?.computerName ?? id).toUpperCase().slice(0, 15);
  return {
    computerName,
    domainName: 'CONTOSO',
    dnsComputerName: `${computerName.toLowerCase()}.contoso.test`,
    dnsDomainName: 'contoso.test',
    channelBindings: policy.certificate === null ? null : bindingsOf(policy.certificate),
    requireBindings: requireBindings[policy.channelBindings ?? 'relaxed'],
  };
}

/** RFC 5929, 4.1. The lab's certificates are signed with SHA-256, or with SHA-1, in whose place SHA-256 is taken. */
function bindingsOf(certificate: string): Buffer {
  const digest = createHash('sha256').update(new X509Certificate(certificate).raw).digest();
  return Buffer.concat([Buffer.from('tls-server-end-point:'), digest]);
}

function accountOf(username: string): string {
  return username.replace(/^.*\\/, '').replace(/@.*$/, '').toLowerCase();
}
