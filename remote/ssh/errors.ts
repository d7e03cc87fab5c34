import { Failure } from '../../contracts/failures';
import type { FailureCode } from '../../contracts/failures';
import type { SshEndpoint } from '../../contracts/fleet';

/** Where a failure happened, as every failure of a session tells it. */
export interface Where {
  /** Address and port. */
  readonly host: string;
}

export const whereOf = ({ address, port }: SshEndpoint): Where => ({
  host: `${address.includes(':') ? `[${address}]` : address}:${port}`,
});

/** How far a connection had come; the same error means different things before and after. */
export type ConnectStage = 'connecting' | 'connected' | 'handshake' | 'login' | 'ready';

/** What ssh2 puts on its errors beside the message: `level` is its own, `code` Node's or an SSH disconnect reason. */
export interface Ssh2Error extends Error {
  readonly level?: string;
  readonly code?: string | number;
  readonly reason?: string | number;
}

/** A failure that says where. */
export function sshFailure(
  code: FailureCode,
  what: string,
  where: Where,
  more: {
    readonly cause?: unknown;
    readonly advice?: string;
    readonly facts?: { readonly [name: string]: string | number | null };
  } = {},
): Failure {
  return new Failure(code, `${what} (ssh ${where.host})`, {
    facts: { ...where, ...more.facts },
    ...(more.advice === undefined ? {} : { advice: more.advice }),
    ...(more.cause === undefined ? {} : { cause: more.cause }),
  });
}

const unreachableCodes = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EADDRNOTAVAIL',
]);

/** RFC 4253 section 11.1: what a server says when it hangs up. */
const disconnectReason = { tooManyConnections: 12 } as const;

/** The failure that an error of ssh2 stands for. Its message is only shown, never looked at. */
export function failureOf(error: Ssh2Error, where: Where, stage: ConnectStage): Failure {
  const [code, what] = classify(error, stage);
  return sshFailure(code, `${what}: ${error.message}`, where, { cause: error });
}

function classify(error: Ssh2Error, stage: ConnectStage): readonly [FailureCode, string] {
  switch (error.level) {
    case 'client-socket':
      return classifySocket(error, stage);
    case 'client-timeout':
      return stage === 'ready'
        ? ['connection-lost', 'the host stopped answering']
        : ['connect-timeout', 'the host did not let us in in time'];
    case 'client-authentication':
      return ['login-refused', 'the host refused the login'];
    case 'handshake':
      return ['protocol-error', 'no common ground with the SSH server'];
    case undefined:
      return classifyDisconnect(error, stage);
    default:
      // Before a single byte it is no nonsense: hosts hang up so while they boot or have too many logins under way.
      return stage === 'handshake' || stage === 'login'
        ? ['protocol-error', 'what answers does not speak SSH as it should']
        : ['connection-lost', 'the connection broke'];
  }
}

function classifySocket(error: Ssh2Error, stage: ConnectStage): readonly [FailureCode, string] {
  if (error.code === 'ETIMEDOUT' && stage === 'connecting')
    return ['connect-timeout', 'no answer from the host'];
  if (stage === 'connecting' && unreachableCodes.has(String(error.code)))
    return ['host-unreachable', 'the host cannot be reached'];
  return ['connection-lost', 'the connection broke'];
}

/** No level: the server sent SSH_MSG_DISCONNECT (numeric code), or its bytes made no sense (none). */
function classifyDisconnect(error: Ssh2Error, stage: ConnectStage): readonly [FailureCode, string] {
  if (typeof error.code !== 'number')
    return stage === 'ready'
      ? ['connection-lost', 'the connection broke']
      : ['protocol-error', 'what answers does not speak SSH'];
  if (error.code === disconnectReason.tooManyConnections)
    return ['too-many-sessions', 'the host has too many connections'];
  // Servers hang up on a login that failed too often, each with a reason of its own.
  if (stage === 'login') return ['login-refused', 'the host ended the login'];
  return ['connection-lost', 'the host ended the connection'];
}
