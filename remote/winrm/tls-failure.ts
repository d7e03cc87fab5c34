import { Failure } from '../../contracts/failures';
import type { FailureCode } from '../../contracts/failures';
import type { Target } from './errors';

/** What the client is ready for on a connection. */
export interface TlsOffer {
  /** TLS 1.0, short keys and SHA-1 were allowed. */
  readonly isLegacy: boolean;
  /** The certificate that it shows when it is asked for one, for messages; null: it has none. */
  readonly clientCertificate: string | null;
}

/** When it happened: before the server showed its certificate, before the handshake ended, or later. */
export type TlsMoment = 'greeting' | 'handshake' | 'exchange';

interface Finding {
  readonly code: FailureCode;
  readonly reason: string;
  readonly what: string;
  readonly advice?: string;
}

/**
 * What an error of TLS means, by its code; null when it is none. OpenSSL's reasons come as `ERR_SSL_` and the reason,
 * alerts of the server among them with the name that RFC 8446, 6 gives them.
 */
export function tlsFailure(
  errno: string,
  target: Target,
  moment: TlsMoment,
  offer: TlsOffer | null,
  cause: unknown,
): Failure | null {
  if (!/^(EPROTO$|ERR_SSL_|ERR_TLS_)/.test(errno)) return null;
  const reason = errno.replace(/^ERR_SSL_/, '');
  const alert = alertNameOf(reason);
  const found =
    alert === null ? ofOwnReason(reason, offer) : (ofAlert(alert, moment, offer) ?? unknown(alert));
  const facts = { host: target.host, error: errno, reason: found.reason, alert };
  return new Failure(found.code, `${target.url} ${found.what} (${errno})`, {
    facts,
    ...(found.advice !== undefined && { advice: found.advice }),
    cause,
  });
}

/** The connection ended in the middle of a handshake, which Schannel prefers to saying what it does not like. */
export function endedInHandshake(errno: string, target: Target, cause: unknown): Failure {
  return new Failure('connection-lost', `${target.url} ended the TLS handshake (${errno})`, {
    facts: { host: target.host, error: errno, reason: 'ended-in-handshake' },
    advice:
      'nothing if it is booting; otherwise see whether a certificate is bound to the port (netsh http show sslcert), ' +
      'which TLS it speaks, and what its System log says under Schannel',
    cause,
  });
}

/** SSLV3_ALERT_, TLSV1_ALERT_, TLSV13_ALERT_ or, since OpenSSL 3.2, SSL/TLS_ALERT_; a few go without `ALERT`. */
function alertNameOf(reason: string): string | null {
  const name = /^(?:SSLV3|TLSV1|TLSV13|SSL\/TLS)_(?:ALERT_)?(.+)$/.exec(reason)?.[1];
  return name === undefined ? null : name.toLowerCase().replaceAll('_', '-');
}

/** Alerts that speak of the client's certificate: by what the server has against it. */
const certificateAlerts: ReadonlyMap<string, string> = new Map([
  ['no-certificate', 'refused'],
  ['bad-certificate', 'refused'],
  ['unsupported-certificate', 'refused'],
  ['certificate-unknown', 'refused'],
  ['access-denied', 'refused'],
  ['certificate-revoked', 'revoked'],
  ['certificate-expired', 'expired'],
  ['unknown-ca', 'unknown-issuer'],
]);

function ofAlert(alert: string, moment: TlsMoment, offer: TlsOffer | null): Finding | null {
  if (alert === 'protocol-version') return noCommonProtocol(offer);
  if (alert === 'certificate-required') return clientCertificate('refused', null);
  if (alert === 'handshake-failure' && moment !== 'greeting') {
    return clientCertificate('refused', offer);
  }
  if (alert === 'handshake-failure' || alert === 'insufficient-security') return noCommonCipher;
  const objection = certificateAlerts.get(alert);
  return objection === undefined ? null : clientCertificate(objection, offer);
}

const objections: ReadonlyMap<string, string> = new Map([
  ['refused', 'without a reason'],
  ['revoked', 'it was revoked'],
  ['expired', 'it has expired'],
  ['unknown-issuer', 'the host does not trust its issuer'],
]);

function clientCertificate(objection: string, offer: TlsOffer | null): Finding {
  const code = 'client-certificate-refused';
  if (offer === null || offer.clientCertificate === null) {
    return {
      code,
      reason: 'none-given',
      what: 'asks for a client certificate, and the fleet names none for it',
      advice: 'set auth: certificate with a credentialRef that holds one, or let the host not ask',
    };
  }
  const what = `refuses the client certificate ${offer.clientCertificate}: ${objections.get(objection)}`;
  return { code, reason: objection, what };
}

/**
 * With a client certificate TLS 1.2 is the newest that is offered, so what the host speaks may also be newer; without
 * legacy it is the oldest as well.
 */
function noCommonProtocol(offer: TlsOffer | null): Finding {
  const isCapped = offer !== null && offer.clientCertificate !== null;
  if (isCapped && offer.isLegacy) {
    return {
      code: 'protocol-error',
      reason: 'protocol-too-new',
      what: 'speaks no TLS up to 1.2, and with 1.3 a client certificate cannot be asked for later',
      advice: 'enable TLS 1.2 on the host, or use another auth',
    };
  }
  if (isCapped) {
    return {
      code: 'tls-too-old',
      reason: 'no-common-protocol',
      what: 'speaks no TLS 1.2, which a client certificate needs',
    };
  }
  return tooOld(
    'protocol',
    `speaks no TLS ${offer?.isLegacy === true ? '1.0 to 1.3' : '1.2'}`,
    offer,
  );
}

function tooOld(reason: string, what: string, offer: TlsOffer | null): Finding {
  const finding: Finding = { code: 'tls-too-old', reason, what };
  if (offer?.isLegacy !== true) return finding;
  return { ...finding, advice: 'enable TLS 1.2 on the host; tls: legacy does not reach that far' };
}

const noCommonCipher: Finding = {
  code: 'protocol-error',
  reason: 'no-common-cipher',
  what: 'has no cipher suite in common with this client',
  advice: 'enable suites with AES on the host; on an unpatched 2008 R2 set tls: legacy for it',
};

const notTls: Finding = {
  code: 'protocol-error',
  reason: 'not-tls',
  what: 'speaks no TLS: plain HTTP, or something else altogether',
  advice: 'set scheme: http with its port (5985), or correct the port',
};

/** Reasons of our own OpenSSL: what it does not accept of the server. */
const ownReasons: readonly (readonly [RegExp, (offer: TlsOffer | null) => Finding])[] = [
  [/^(UNSUPPORTED_PROTOCOL|VERSION_TOO_LOW|UNSUPPORTED_SSL_VERSION)$/, noCommonProtocol],
  [
    /^(LEGACY_SIGALG_DISALLOWED\w*|WRONG_SIGNATURE_TYPE|NO_SUITABLE_SIGNATURE_ALGORITHM|\w+_MD_TOO_WEAK)$/,
    (offer) => tooOld('weak-signature', 'signs with SHA-1 or MD5', offer),
  ],
  [
    /^(\w+_KEY_TOO_SMALL|MODULUS_TOO_SMALL|BAD_DH_VALUE)$/,
    (offer) => tooOld('weak-key', 'uses a key that is too short', offer),
  ],
  [
    /^UNSAFE_LEGACY_RENEGOTIATION_DISABLED$/,
    (offer) =>
      tooOld('no-secure-renegotiation', 'does not know secure renegotiation (RFC 5746)', offer),
  ],
  [
    /^(NO_SHARED_CIPHER|WRONG_CIPHER_RETURNED|UNKNOWN_CIPHER_RETURNED|NO_CIPHERS_AVAILABLE)$/,
    () => noCommonCipher,
  ],
  [
    /^(WRONG_VERSION_NUMBER|UNKNOWN_PROTOCOL|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|RECORD_LAYER_FAILURE)$/,
    () => notTls,
  ],
];

function ofOwnReason(reason: string, offer: TlsOffer | null): Finding {
  const found = ownReasons.find(([pattern]) => pattern.test(reason));
  if (found !== undefined) return found[1](offer);
  const what = 'and this client could not agree on TLS';
  return { code: 'protocol-error', reason: 'not-agreed', what };
}

function unknown(alert: string): Finding {
  return {
    code: 'protocol-error',
    reason: 'alert',
    what: `ended TLS with the alert ${alert}`,
    advice: 'see what the System log of the host says under Schannel',
  };
}
