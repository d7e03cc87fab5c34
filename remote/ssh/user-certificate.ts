import { fingerprintOf } from './fingerprint';
import { WireReader, wireString } from './wire-reader';

/** An OpenSSH certificate (PROTOCOL.certkeys), as far as a login needs to know it. */
export interface UserCertificate {
  /** Wire form, as it goes to the server. */
  readonly blob: Buffer;
  /** Kind of the key that it is for, e.g. `ssh-ed25519`. */
  readonly keyType: string;
  /** That key in wire form. */
  readonly publicKey: Buffer;
  readonly keyId: string;
  readonly isForUsers: boolean;
  /** Accounts that it is for; empty for all of them. */
  readonly principals: readonly string[];
  /** Seconds since 1970. */
  readonly validAfter: bigint;
  /** Seconds since 1970, exclusive. */
  readonly validBefore: bigint;
  /** Fingerprint of the authority that signed it. */
  readonly authority: string;
}

export const certificateSuffix = '-cert-v01@openssh.com';

/** Strings that make up the key, after the nonce and before the serial number. */
const keyFields: { readonly [keyType: string]: number } = {
  'ssh-ed25519': 1,
  'ssh-rsa': 2,
  'ecdsa-sha2-nistp256': 2,
  'ecdsa-sha2-nistp384': 2,
  'ecdsa-sha2-nistp521': 2,
};

export const isCertificate = (blob: Buffer): boolean => {
  const head = new WireReader(blob);
  return head.text().endsWith(certificateSuffix);
};

/** Null for what is no certificate of a kind that is known here. */
export function decodeCertificate(blob: Buffer): UserCertificate | null {
  try {
    return decode(blob);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function decode(blob: Buffer): UserCertificate | null {
  const reader = new WireReader(blob);
  const type = reader.text();
  const keyType = type.slice(0, -certificateSuffix.length);
  const fields = type.endsWith(certificateSuffix) ? keyFields[keyType] : undefined;
  if (fields === undefined) return null;
  reader.string(); // nonce
  const key = Array.from({ length: fields }, () => wireString(reader.string()));
  reader.uint64(); // serial number
  const isForUsers = reader.uint32() === 1;
  const keyId = reader.text();
  const principals = stringsIn(reader.string());
  const validAfter = reader.uint64();
  const validBefore = reader.uint64();
  reader.string(); // critical options
  reader.string(); // extensions
  reader.string(); // reserved
  return {
    blob,
    keyType,
    publicKey: Buffer.concat([wireString(keyType), ...key]),
    keyId,
    isForUsers,
    principals,
    validAfter,
    validBefore,
    authority: fingerprintOf(reader.string()),
  };
}

function stringsIn(list: Buffer): readonly string[] {
  const reader = new WireReader(list);
  const strings: string[] = [];
  while (!reader.isAtEnd) strings.push(reader.text());
  return strings;
}

/** The one line of a `-cert.pub` file. */
export function readCertificate(line: string): UserCertificate | null {
  const base64 = /^\s*\S+@openssh\.com\s+([A-Za-z0-9+/]+=*)(?:\s|$)/.exec(line)?.[1];
  return base64 === undefined ? null : decodeCertificate(Buffer.from(base64, 'base64'));
}

/** Why a server may have refused it, as far as it tells that itself. */
export function doubtsAbout(
  certificate: UserCertificate,
  username: string,
  nowMs: number,
): readonly string[] {
  const now = BigInt(Math.floor(nowMs / 1000));
  const doubts: string[] = [];
  if (now >= certificate.validBefore)
    doubts.push(`it has expired at ${timeOf(certificate.validBefore)}`);
  if (now < certificate.validAfter)
    doubts.push(`it is valid from ${timeOf(certificate.validAfter)} only`);
  // sshd maps names by AuthorizedPrincipalsFile, so that another name is no proof.
  if (certificate.principals.length > 0 && !certificate.principals.includes(username))
    doubts.push(`it is for ${certificate.principals.join(', ')} and not for ${username}`);
  return doubts;
}

const timeOf = (seconds: bigint): string => new Date(Number(seconds) * 1000).toISOString();
