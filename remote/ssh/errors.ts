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

/**
 * How far a connection had come; the same error means different things before and after. `connect`: no way to the
 * server yet; `banner`: it has not said what it is (RFC 4253 section 4.2); `handshake`: keys are being agreed on
 * (section 7); `login`: RFC 4252; `ready`: logged in.
 */
export type ConnectStage = 'connect' | 'banner' | 'handshake' | 'login' | 'ready';

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
    readonly facts?: { readonly [name: string]: string | number | boolean | null };
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

/** The failure that an error of ssh2 stands for; before the login is done its facts tell the stage. */
export function failureOf(error: Ssh2Error, where: Where, stage: ConnectStage): Failure {
  const { code, what, advice } = classify(error, stage);
  return sshFailure(code, `${what}: ${error.message}`, where, {
    cause: error,
    ...(advice === undefined ? {} : { advice }),
    ...(stage === 'ready' ? {} : { facts: { stage } }),
  });
}

interface Verdict {
  readonly code: FailureCode;
  readonly what: string;
  readonly advice?: string;
}

const verdict = (code: FailureCode, what: string, advice?: string): Verdict =>
  advice === undefined ? { code, what } : { code, what, advice };

function classify(error: Ssh2Error, stage: ConnectStage): Verdict {
  switch (error.level) {
    case 'client-socket':
      return classifySocket(error, stage);
    case 'client-authentication':
      return verdict('login-refused', 'the host refused the login');
    case 'agent':
      return verdict('login-refused', 'the ssh-agent did not sign the login');
    case 'handshake':
      return classifyHandshake(error);
    case undefined:
      return classifyDisconnect(error, stage);
    default:
      return stage === 'handshake' || stage === 'login'
        ? verdict('protocol-error', 'what answers does not speak SSH as it should')
        : verdict('connection-lost', 'the connection broke');
  }
}

/** ssh2 tells only by its words that there was nothing to agree on (lib/protocol/kex.js, handleKexInit). */
const classifyHandshake = (error: Ssh2Error): Verdict =>
  /\bno matching\b/i.test(error.message)
    ? verdict('algorithms-too-weak', 'the SSH server offers nothing that is strong enough')
    : verdict('protocol-error', 'no common ground with the SSH server');

function classifySocket(error: Ssh2Error, stage: ConnectStage): Verdict {
  if (error.code === 'ETIMEDOUT' && stage === 'connect')
    return verdict('connect-timeout', 'no answer from the host');
  if (stage === 'connect' && unreachableCodes.has(String(error.code)))
    return verdict('host-unreachable', 'the host cannot be reached');
  return stage === 'connect' || stage === 'banner'
    ? hungUpEarly('the connection broke before the host said what it is')
    : verdict('connection-lost', 'the connection broke');
}

/**
 * sshd closes what is beyond MaxStartups before its identification, and so do hosts that are booting: on the wire both
 * are the same.
 */
export const hungUpEarly = (what: string): Verdict =>
  verdict(
    'connection-lost',
    what,
    'nothing if it is booting; if many log in at once, raise MaxStartups in sshd_config of the host or lower the limit of sessions',
  );

/** No level: the server sent SSH_MSG_DISCONNECT (numeric code), or its bytes made no sense (none). */
function classifyDisconnect(error: Ssh2Error, stage: ConnectStage): Verdict {
  if (typeof error.code !== 'number')
    return stage === 'ready'
      ? verdict('connection-lost', 'the connection broke')
      : verdict('protocol-error', 'what answers does not speak SSH');
  if (error.code === disconnectReason.tooManyConnections)
    return verdict('too-many-sessions', 'the host has too many connections');
  // Servers hang up on a login that failed too often, each with a reason of its own.
  if (stage === 'login') return verdict('login-refused', 'the host ended the login');
  return verdict('connection-lost', 'the host ended the connection');
}
