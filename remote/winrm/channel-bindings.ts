import { createHash } from 'node:crypto';
import { AsnConvert, AsnProp, AsnPropTypes, AsnType, AsnTypeTypes } from '@peculiar/asn1-schema';
import { AlgorithmIdentifier } from '@peculiar/asn1-x509';

/**
 * Application data of the channel bindings for a server that showed this certificate: `tls-server-end-point:` and the
 * digest of the certificate with the hash of its own signature, MD5 and SHA-1 replaced by SHA-256 (RFC 5929, 4.1).
 *
 * Null where that document leaves them undefined, for a signature that has not exactly one hash: Ed25519, Ed448. Others
 * disagree there (OpenSSL names no digest and libpq gives up, pypsrp takes SHA-256), and sending a guess would be worse
 * than none, because Windows refuses bindings that do not match even where it does not demand any
 * (`CbtHardeningLevel=Relaxed`, the default). Schannel itself shows no such certificate; what does stands between.
 *
 * @param certificate DER, as the server sent it
 */
export function channelBindingsOf(certificate: Buffer): Buffer | null {
  const signed = signatureHashOf(certificate);
  if (signed === null) return null;
  const hash = brokenHashes.includes(signed) ? 'sha256' : signed;
  const digest = createHash(hash).update(certificate).digest();
  return Buffer.concat([Buffer.from('tls-server-end-point:'), digest]);
}

const rsaPkcs1 = '1.2.840.113549.1.1';
const rsassaPss = `${rsaPkcs1}.10`;
const dsa = '1.2.840.10040.4';
const ecdsa = '1.2.840.10045.4';
const nist = '2.16.840.1.101.3.4';

/** What a signature algorithm hashes with, by its OID (RFC 3279, 4055, 5758, 8702; NIST's register). */
const signatureHashes: ReadonlyMap<string, string> = new Map([
  [`${rsaPkcs1}.2`, 'md2'],
  [`${rsaPkcs1}.4`, 'md5'],
  [`${rsaPkcs1}.5`, 'sha1'],
  [`${rsaPkcs1}.14`, 'sha224'],
  [`${rsaPkcs1}.11`, 'sha256'],
  [`${rsaPkcs1}.12`, 'sha384'],
  [`${rsaPkcs1}.13`, 'sha512'],
  [`${rsaPkcs1}.15`, 'sha512-224'],
  [`${rsaPkcs1}.16`, 'sha512-256'],
  // OIW's names of the same, which makecert and old Windows CAs write.
  ['1.3.14.3.2.29', 'sha1'],
  ['1.3.14.3.2.27', 'sha1'],
  [`${dsa}.3`, 'sha1'],
  [`${ecdsa}.1`, 'sha1'],
  [`${ecdsa}.3.1`, 'sha224'],
  [`${ecdsa}.3.2`, 'sha256'],
  [`${ecdsa}.3.3`, 'sha384'],
  [`${ecdsa}.3.4`, 'sha512'],
  ...['sha224', 'sha256', 'sha384', 'sha512'].map((hash, at) => numbered(1 + at, hash)),
  // DSA, ECDSA and RSA (PKCS #1 v1.5) with SHA-3, in this order.
  ...[5, 9, 13].flatMap((first) =>
    ['sha3-224', 'sha3-256', 'sha3-384', 'sha3-512'].map((hash, at) => numbered(first + at, hash)),
  ),
]);

function numbered(number: number, hash: string): [string, string] {
  return [`${nist}.3.${number}`, hash];
}

/** Hashes by their own OID, as the parameters of RSASSA-PSS name them. */
const hashes: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.2.5', 'md5'],
  ['1.3.14.3.2.26', 'sha1'],
  [`${nist}.2.4`, 'sha224'],
  [`${nist}.2.1`, 'sha256'],
  [`${nist}.2.2`, 'sha384'],
  [`${nist}.2.3`, 'sha512'],
  [`${nist}.2.5`, 'sha512-224'],
  [`${nist}.2.6`, 'sha512-256'],
  [`${nist}.2.7`, 'sha3-224'],
  [`${nist}.2.8`, 'sha3-256'],
  [`${nist}.2.9`, 'sha3-384'],
  [`${nist}.2.10`, 'sha3-512'],
]);

const brokenHashes = ['md2', 'md5', 'sha1'];

/**
 * Certificate of RFC 5280, 4.1, without a look into what was signed: TLS has read that already, and a name or an
 * extension that only this parser stumbles over must not decide about a login.
 */
class SignedCertificate {
  signed = new ArrayBuffer(0);
  signatureAlgorithm = new AlgorithmIdentifier();
  signature = new ArrayBuffer(0);
}

/** RSASSA-PSS-params (RFC 4055, 3.1); SHA-1 stands for what is left out. */
class PssParameters {
  hashAlgorithm = new AlgorithmIdentifier({ algorithm: '1.3.14.3.2.26' });
  maskGenAlgorithm?: ArrayBuffer;
  saltLength?: number;
  trailerField?: number;
}

// Called and not written as decorators, which neither the compiler nor the tests' are set up for.
AsnType({ type: AsnTypeTypes.Sequence })(SignedCertificate);
AsnProp({ type: AsnPropTypes.Any })(SignedCertificate.prototype, 'signed');
AsnProp({ type: AlgorithmIdentifier })(SignedCertificate.prototype, 'signatureAlgorithm');
AsnProp({ type: AsnPropTypes.Any })(SignedCertificate.prototype, 'signature');
AsnType({ type: AsnTypeTypes.Sequence })(PssParameters);
const optional = { optional: true } as const;
const { prototype } = PssParameters;
AsnProp({ type: AlgorithmIdentifier, context: 0, ...optional })(prototype, 'hashAlgorithm');
AsnProp({ type: AsnPropTypes.Any, context: 1, ...optional })(prototype, 'maskGenAlgorithm');
AsnProp({ type: AsnPropTypes.Integer, context: 2, ...optional })(prototype, 'saltLength');
AsnProp({ type: AsnPropTypes.Integer, context: 3, ...optional })(prototype, 'trailerField');

/**
 * Hash of the signature that its issuer put under a certificate, as node:crypto names it; null when it is none or unknown.
 *
 * @param certificate DER
 */
export function signatureHashOf(certificate: Buffer): string | null {
  const { signatureAlgorithm } = AsnConvert.parse(certificate, SignedCertificate);
  const { algorithm, parameters } = signatureAlgorithm;
  if (algorithm !== rsassaPss) return signatureHashes.get(algorithm) ?? null;
  return hashes.get(hashOfPss(parameters ?? undefined)) ?? null;
}

function hashOfPss(parameters: ArrayBuffer | undefined): string {
  const read =
    parameters === undefined ? new PssParameters() : AsnConvert.parse(parameters, PssParameters);
  return read.hashAlgorithm.algorithm;
}
