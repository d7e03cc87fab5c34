import type { ParsedKey } from 'ssh2';
import { certificateSuffix } from './user-certificate';
import type { UserCertificate } from './user-certificate';

/** How a key of one kind signs a login: name on the wire (RFC 8332, RFC 8709, RFC 5656) and digest. */
export interface SignatureAlgorithm {
  readonly name: string;
  /** Node's name; undefined where the kind of key has only one. */
  readonly digest?: 'sha1' | 'sha256' | 'sha512';
}

const rsaSha2: readonly SignatureAlgorithm[] = [
  { name: 'rsa-sha2-512', digest: 'sha512' },
  { name: 'rsa-sha2-256', digest: 'sha256' },
];
const rsaSha1: SignatureAlgorithm = { name: 'ssh-rsa', digest: 'sha1' };

/**
 * Algorithms to try with a kind of key, the best first. ssh2 would choose by what the server announces (RFC 8308), and
 * SHA-1 where it announces nothing; here SHA-1 is used only on request.
 */
export function algorithmsOf(keyType: string, isLegacy: boolean): readonly SignatureAlgorithm[] {
  if (keyType === 'ssh-rsa') return isLegacy ? [...rsaSha2, rsaSha1] : rsaSha2;
  if (keyType === 'ssh-dss') return isLegacy ? [{ name: keyType }] : [];
  return [{ name: keyType }];
}

/** The key, or its certificate, as ssh2 shows it to a server under the name of that algorithm. */
export function keyUnder(
  key: ParsedKey,
  algorithm: SignatureAlgorithm,
  certificate?: UserCertificate,
): ParsedKey {
  const suffix = certificate === undefined ? '' : certificateSuffix;
  const properties: PropertyDescriptorMap = {
    type: { value: `${algorithm.name}${suffix}` },
    sign: {
      value: (bytes: Buffer, chosen?: string): Buffer | Error => {
        // For the plain name of RSA ssh2 chooses anew, by what the server announces.
        const signature = key.sign(bytes, chosen ?? algorithm.digest) as Buffer | Error;
        // ssh2 turns the signatures of ECDSA into the form of SSH only when the key goes by its plain name.
        return certificate === undefined || signature instanceof Error || !isEcdsa(key)
          ? signature
          : ecdsaSignature(signature);
      },
    },
    ...(certificate === undefined ? {} : { getPublicSSH: { value: () => certificate.blob } }),
  };
  // ssh2 knows its own keys by a hidden property, which is inherited.
  return Object.create(key, properties) as ParsedKey;
}

const isEcdsa = (key: ParsedKey): boolean => key.type.startsWith('ecdsa-');

/** From the DER of OpenSSL to two mpints (RFC 5656 section 3.1.2), which have the same bytes as DER's integers. */
function ecdsaSignature(der: Buffer): Buffer {
  // Lengths above 127, as P-521 has, take a second byte.
  let position = (der[1] ?? 0) > 0x80 ? 3 : 2;
  const integer = (): Buffer => {
    const length = der[position + 1] ?? 0;
    const bytes = der.subarray(position + 2, position + 2 + length);
    position += 2 + length;
    const prefix = Buffer.alloc(4);
    prefix.writeUInt32BE(length);
    return Buffer.concat([prefix, bytes]);
  };
  return Buffer.concat([integer(), integer()]);
}
