import { isIP } from 'node:net';
import { Failure } from '../../contracts/failures';
import type { Target } from './errors';
import { summaryOf, weaknessOf } from './trust-certificate';
import type { CertificateSummary } from './trust-certificate';

/** A server's certificate that is not believed. */
export interface Mistrust {
  /** Result of the verification as Node names it: OpenSSL's X509_V_ERR without the prefix, or one of Node's own. */
  readonly code: string;
  /** DER, the server's own first, then its issuers as far as they are known. */
  readonly chain: readonly [Buffer, ...Buffer[]];
  readonly target: Target;
  /** The name or address that the certificate should have. */
  readonly address: string;
}

const reasons: ReadonlyMap<string, Reason> = new Map([
  ['CERT_HAS_EXPIRED', 'expired'],
  ['CERT_NOT_YET_VALID', 'not-yet-valid'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'wrong-name'],
  ['ERR_TLS_CERT_ALTNAME_FORMAT', 'wrong-name'],
  ['HOSTNAME_MISMATCH', 'wrong-name'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'unknown-issuer'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unknown-issuer'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'unknown-issuer'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'unknown-issuer'],
  ['CERT_UNTRUSTED', 'unknown-issuer'],
  ['INVALID_CA', 'unknown-issuer'],
  ['CERT_REVOKED', 'revoked'],
  ['UNABLE_TO_GET_CRL', 'no-revocation-list'],
  ['CRL_HAS_EXPIRED', 'no-revocation-list'],
  ['CRL_NOT_YET_VALID', 'no-revocation-list'],
  ['CRL_SIGNATURE_FAILURE', 'no-revocation-list'],
  ['CERT_SIGNATURE_FAILURE', 'bad-signature'],
  ['INVALID_PURPOSE', 'wrong-purpose'],
] as const);

type Reason = keyof typeof wordings;

/** `certificate-invalid`; `tls-too-old` where only the strength of a key or of a signature displeases. */
export function certificateFailure(mistrust: Mistrust): Failure {
  const { code, chain, target, address } = mistrust;
  const shown = summaryOf(chain[0]);
  // Node calls EE_KEY_TOO_SMALL, CA_KEY_TOO_SMALL, CA_MD_TOO_WEAK and all else that it has no name for UNSPECIFIED.
  const reason = reasons.get(code) ?? firstWeakness(chain) ?? 'unspecified';
  const { what, advice } = wordings[reason](shown, address);
  const isWeak = reason === 'weak-key' || reason === 'weak-signature';
  return new Failure(
    isWeak ? 'tls-too-old' : 'certificate-invalid',
    `the certificate of ${target.url} ${what} (subject ${shown.subject}, issuer ${shown.issuer})`,
    { facts: { host: target.host, error: code, reason, ...shown }, ...(advice && { advice }) },
  );
}

function firstWeakness(chain: readonly Buffer[]): 'weak-key' | 'weak-signature' | null {
  for (const certificate of chain) {
    const weakness = weaknessOf(certificate);
    if (weakness !== null) return weakness;
  }
  return null;
}

interface Wording {
  readonly what: string;
  /** Absent: that of the code says it. */
  readonly advice?: string;
}

const pinOf = ({ fingerprint }: CertificateSummary): string =>
  `certificateFingerprint: ${fingerprint}`;

const unknownTo = (what: string) => (shown: CertificateSummary) => ({
  what,
  advice: `name its issuer in caFile, or compare its fingerprint with the one that the host itself shows and write ${pinOf(shown)}`,
});

const wordings = {
  expired: (shown: CertificateSummary): Wording =>
    Date.parse(shown.validTo) > Date.now()
      ? {
          what: 'has an issuer that has expired',
          advice: 'renew the certificate of the issuer, in caFile or on the host',
        }
      : {
          what: `has expired on ${shown.validTo}`,
          advice: `bind a renewed one to the listener; until then ${pinOf(shown)} lets it in`,
        },
  'not-yet-valid': ({ validFrom }: CertificateSummary): Wording => ({
    what: `is not valid before ${validFrom}`,
    advice: 'compare the clocks of the host and of the worker, or bind another one to the listener',
  }),
  'wrong-name': (shown: CertificateSummary, address: string): Wording => ({
    what: `is for ${shown.names}, not ${address}`,
    advice:
      `use ${isIP(address) === 0 ? 'a name' : 'a name in place of the address,'} that it has, bind one for ` +
      `${address} to the listener, or write ${pinOf(shown)}`,
  }),
  'self-signed': unknownTo('is self-signed and not known to the fleet'),
  'unknown-issuer': unknownTo('comes from an issuer that is not trusted'),
  'bad-signature': unknownTo('is not signed by the issuer that it names'),
  unspecified: unknownTo('is refused for a reason without a name'),
  revoked: (): Wording => ({
    what: 'was revoked by its issuer',
    advice: 'find out why, and bind another one to the listener',
  }),
  'no-revocation-list': (): Wording => ({
    what: 'cannot be looked up in a current revocation list',
    advice: 'put a current list of every issuer into caFile, or no list at all',
  }),
  'wrong-purpose': (): Wording => ({
    what: 'is not meant for a server',
    advice: 'bind one for server authentication (1.3.6.1.5.5.7.3.1) to the listener',
  }),
  'weak-key': (): Wording => ({ what: 'or an issuer of it has a key that is too short' }),
  'weak-signature': (): Wording => ({ what: 'or an issuer of it is signed with SHA-1 or MD5' }),
};
