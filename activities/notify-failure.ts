import { Failure } from '../contracts/failures';
import type { FailureFacts } from '../contracts/failures';

/** Why a channel could not be told. Where a notice goes may be a secret, so that failures name the channel only. */
export interface Undelivered {
  readonly code: 'notice-refused' | 'notice-undelivered';
  readonly what: string;
  readonly advice?: string;
  readonly facts?: FailureFacts;
}

/** The error beneath is never handed on as its cause: it may quote address, login or what the receiver said. */
export const noticeFailure = (
  channel: string,
  { code, what, advice, facts }: Undelivered,
): Failure =>
  new Failure(code, `channel ${channel}: ${what}`, {
    facts: { channel, ...facts },
    ...(advice !== undefined && { advice }),
  });

/** Code of a system, TLS or library error; an error of ours has none of these. */
export function errorCodeOf(error: unknown): string {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? code : 'unknown';
}

/**
 * Codes with which Node refuses a certificate: those of X509_verify_cert_error as node::crypto names them, and its own
 * check of names.
 */
const distrust =
  /^(CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH|ERR_TLS_CERT_ALTNAME)/;
/** No common protocol or cipher, or no TLS at all at this port. */
const noTls = /^(EPROTO$|ERR_SSL_|ERR_TLS_)/;

/** What a connection failed with, whatever was to be said over it. */
export function connectionFailure(code: string): Undelivered {
  const facts = { error: code };
  if (distrust.test(code)) {
    const what = `the certificate of the server is not trusted (${code})`;
    const advice = 'have it renewed, or name its issuer for the channel (caFile) in the plan';
    return { code: 'notice-refused', what, advice, facts };
  }
  if (noTls.test(code)) {
    const what = `no TLS with the server at this port (${code})`;
    const advice = 'check port and kind of encryption of the channel in the plan';
    return { code: 'notice-refused', what, advice, facts };
  }
  return { code: 'notice-undelivered', what: `no usable answer from the server (${code})`, facts };
}

export const tooSlow = (timeoutMs: number): Undelivered => ({
  code: 'notice-undelivered',
  what: `no answer within ${timeoutMs} ms`,
  facts: { error: 'timeout' },
});
