import { X509Certificate } from 'node:crypto';
import { signatureHashOf } from './channel-bindings';

/** What a certificate says of itself, one line each and of bounded length: who answers at the address has written it. */
export interface CertificateSummary {
  readonly subject: string;
  readonly issuer: string;
  /** ISO 8601 */
  readonly validFrom: string;
  /** ISO 8601 */
  readonly validTo: string;
  /** Hosts that it is for. */
  readonly names: string;
  /** SHA-256, 64 lower-case hex digits. */
  readonly fingerprint: string;
}

/** @param certificate DER or PEM */
export function summaryOf(certificate: Buffer | string): CertificateSummary {
  const read = new X509Certificate(certificate);
  return {
    subject: nameOf(read.subject),
    issuer: nameOf(read.issuer),
    validFrom: isoTime(read.validFrom),
    validTo: isoTime(read.validTo),
    names: namesOf(read),
    fingerprint: read.fingerprint256.replaceAll(':', '').toLowerCase(),
  };
}

/**
 * What about it modern OpenSSL finds too weak: its key, or the hash of its signature, which does not matter where it has
 * signed itself.
 *
 * @param certificate DER
 */
export function weaknessOf(certificate: Buffer): 'weak-key' | 'weak-signature' | null {
  const read = new X509Certificate(certificate);
  const { asymmetricKeyType, asymmetricKeyDetails } = read.publicKey;
  const bits = asymmetricKeyType === 'rsa' ? (asymmetricKeyDetails?.modulusLength ?? 0) : Infinity;
  // Level 1 of OpenSSL wants 80 bits of security, and SHA-1 has less; level 2 wants 112, which is RSA-2048.
  if (bits < 1024) return 'weak-key';
  const isSelfSigned = read.checkIssued(read);
  if (!isSelfSigned && ['md5', 'sha1'].includes(signatureHashOf(certificate) ?? '')) {
    return 'weak-signature';
  }
  return bits < 2048 ? 'weak-key' : null;
}

function nameOf(distinguishedName: string | undefined): string {
  return inert((distinguishedName ?? '').split('\n').join(', '), 150) || '(empty)';
}

function inert(text: string, limit: number): string {
  const printable = text.replace(/\p{C}/gu, '?');
  return printable.length > limit ? `${printable.slice(0, limit)}…` : printable;
}

/** Node looks at the common name only where no alternative name is given, as RFC 6125, 6.4.4 has it. */
function namesOf({ subjectAltName, subject }: X509Certificate): string {
  const alternative = (subjectAltName ?? '')
    .split(', ')
    .flatMap((name) => /^(?:DNS|IP Address):(.+)$/s.exec(name)?.[1] ?? []);
  if (alternative.length > 0) return inert(alternative.join(', '), 300);
  const common = /^CN=(.+)$/m.exec(subject)?.[1];
  return common === undefined ? 'no host at all' : inert(common, 300);
}

function isoTime(text: string): string {
  const time = Date.parse(text);
  return Number.isNaN(time) ? inert(text, 50) : new Date(time).toISOString();
}
