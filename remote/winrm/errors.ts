import { Failure } from '../../contracts/failures';
import type { FailureCode, FailureFacts } from '../../contracts/failures';
import { MessageRefused } from './wire/envelope';
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

/** ERROR_SHUTDOWN_IN_PROGRESS, plain and as HRESULT. */
const shuttingDownCodes: readonly number[] = [1115, 2147943515];

/** ERROR_ACCESS_DENIED, plain and as HRESULT. */
const accessDeniedCodes: readonly number[] = [faultCodes.accessDenied, 2147942405];

function failureCodeOfFault(code: number | null): FailureCode {
  if (code === null) return 'protocol-error';
  if (accessDeniedCodes.includes(code)) return 'rights-missing';
  if (quotaCodes.includes(code)) return 'too-many-sessions';
  if (shellGoneCodes.includes(code) || shuttingDownCodes.includes(code)) return 'connection-lost';
  if (code === faultCodes.timedOut) return 'command-timeout';
  return 'protocol-error';
}

function faultFailure(fault: WsManFault, target: Target, doing: string): Failure {
  const code = failureCodeOfFault(fault.code);
  const name = fault.code === null ? (fault.subcode ?? 'without a code') : String(fault.code);
  return new Failure(code, `WinRM at ${target.url} answered ${doing} with fault ${name}`, {
    facts: {
      host: target.host,
      faultCode: fault.code,
      faultMessage: fault.message.slice(0, 300),
      machine: fault.machine,
    },
    ...(code === 'protocol-error' && { advice: 'look up the fault code; the host refused this' }),
  });
}

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

/** OpenSSL's verification results as Node names them, by what is wrong with the certificate. */
const certificateFaults: ReadonlyMap<string, string> = new Map([
  ['CERT_HAS_EXPIRED', 'expired'],
  ['CERT_NOT_YET_VALID', 'not-yet-valid'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'wrong-name'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'unknown-issuer'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'unknown-issuer'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unknown-issuer'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'unknown-issuer'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'unknown-issuer'],
  ['CERT_SIGNATURE_FAILURE', 'bad-signature'],
  ['CERT_REVOKED', 'revoked'],
  ['INVALID_PURPOSE', 'wrong-purpose'],
]);

/** Turns what a socket, TLS or the HTTP parser threw into a Failure; `phase` tells a closed port from a lost answer. */
export function socketFailure(error: unknown, target: Target, phase: 'connect' | 'reply'): Failure {
  if (error instanceof Failure) return error;
  const errno = codeOf(error);
  const facts: FailureFacts = { host: target.host, error: errno };
  const fail = (code: FailureCode, what: string, more: FailureFacts = {}): Failure =>
    new Failure(code, what, { facts: { ...facts, ...more }, cause: error });
  const reason = certificateFaults.get(errno);
  if (reason !== undefined) {
    const what = `the certificate of ${target.url} is not accepted: ${reason} (${errno})`;
    return fail('certificate-invalid', what, { reason });
  }
  if (unreachable.includes(errno)) {
    return fail('host-unreachable', `nothing answers at ${target.url} (${errno})`);
  }
  if (phase === 'connect' && errno === 'ETIMEDOUT') {
    return fail('connect-timeout', `${target.url} does not answer (${errno})`);
  }
  if (/^(EPROTO|ERR_SSL_|ERR_TLS_)/.test(errno)) {
    return fail('protocol-error', `TLS with ${target.url} could not be agreed (${errno})`);
  }
  if (errno.startsWith('HPE_')) {
    return fail('protocol-error', `what answers at ${target.url} does not speak HTTP (${errno})`);
  }
  return fail('connection-lost', `the connection to ${target.url} was lost (${errno})`);
}

/** Asks for the fields, not for the class: an error of Node itself is no Error of a VM context such as jest's. */
function codeOf(error: unknown): string {
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
