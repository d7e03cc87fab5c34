import { Failure } from '../../contracts/failures';
import type { FailureCode, FailureFacts } from '../../contracts/failures';
import { tlsFailure } from './tls-failure';
import type { TlsOffer } from './tls-failure';
import { MessageRefused } from './wire/envelope';
import { faultFailure } from './fault-failure';
import { faultCodes } from './wire/fault';
import type { WsManFault } from './wire/fault';

/** Where a request went, as every message names it. */
export interface Target {
  /** `address:port` */
  readonly host: string;
  readonly url: string;
}

/** The host understood the request and refused it. Becomes a Failure where nobody knows what to do about its code. */
export class WsManFaultError extends Error {
  readonly fault: WsManFault;

  constructor(fault: WsManFault) {
    super(fault.message);
    this.name = 'WsManFaultError';
    this.fault = fault;
  }
}

export function hasFaultCode(error: unknown, codes: readonly number[]): boolean {
  return (
    error instanceof WsManFaultError &&
    error.fault.code !== null &&
    codes.includes(error.fault.code)
  );
}

/** The shell is gone: rebooted, idle for too long, deleted by somebody. */
export const shellGoneCodes: readonly number[] = [
  faultCodes.shellNotFound,
  faultCodes.aborted,
  faultCodes.registryKeyGone,
];

export const quotaCodes: readonly number[] = [
  faultCodes.tooManyShells,
  faultCodes.tooManyOperations,
];

const unreachable = [
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EADDRNOTAVAIL',
];

/**
 * Turns what a socket, TLS or the HTTP parser threw into a Failure.
 *
 * @param phase tells a closed port from a lost answer
 * @param offer what the client was ready for, when the connection is one of TLS @default null
 */
export function socketFailure(
  error: unknown,
  target: Target,
  phase: 'connect' | 'reply',
  offer: TlsOffer | null = null,
): Failure {
  if (error instanceof Failure) return error;
  const errno = codeOf(error);
  const fail = (code: FailureCode, what: string, more: SocketFailureOptions = {}): Failure =>
    new Failure(code, what, {
      ...more,
      facts: { host: target.host, error: errno, ...more.facts },
      cause: error,
    });
  if (unreachable.includes(errno)) {
    return fail('host-unreachable', `nothing answers at ${target.url} (${errno})`);
  }
  if (phase === 'connect' && errno === 'ETIMEDOUT') {
    return fail('connect-timeout', `${target.url} does not answer (${errno})`);
  }
  const ofTls = tlsFailure(
    errno,
    target,
    phase === 'reply' ? 'exchange' : 'greeting',
    offer,
    error,
  );
  if (ofTls !== null) return ofTls;
  if (errno.startsWith('HPE_')) {
    const isTls = isTlsRecord((error as { rawPacket?: unknown }).rawPacket);
    const what = isTls ? 'speaks TLS' : 'does not speak HTTP';
    return fail('protocol-error', `what answers at ${target.url} ${what} (${errno})`, {
      ...(isTls && { facts: { reason: 'speaks-tls' }, advice: overTls }),
    });
  }
  const maybeTls = /^http:.*:5986\//.test(target.url);
  return fail('connection-lost', `the connection to ${target.url} was lost (${errno})`, {
    ...(maybeTls && { advice: `nothing if it is booting; otherwise ${overTls}` }),
  });
}

type SocketFailureOptions = { readonly facts?: FailureFacts; readonly advice?: string };

const overTls = 'set scheme: https (5986 is its usual port), or correct the port';

/** An alert or a handshake, of TLS 1.0 to 1.3 (RFC 8446, 5.1). */
function isTlsRecord(bytes: unknown): boolean {
  return Buffer.isBuffer(bytes) && (bytes[0] === 21 || bytes[0] === 22) && bytes[1] === 3;
}

/** Asks for the fields, not for the class: an error of Node itself is no Error of a VM context such as jest's. */
export function codeOf(error: unknown): string {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (typeof code === 'string') return code;
  return typeof message === 'string' ? message.slice(0, 100) : 'unknown';
}

/** The Failure for whatever a step of the protocol threw. */
export function toFailure(error: unknown, target: Target, doing: string): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof WsManFaultError) return faultFailure(error.fault, target, doing);
  if (error instanceof MessageRefused) {
    const what = `${target.url} answered ${doing} with an unusable message: ${error.message}`;
    return new Failure('protocol-error', what, { facts: { host: target.host }, cause: error });
  }
  return socketFailure(error, target, 'reply');
}
