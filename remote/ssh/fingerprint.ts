import { createHash } from 'node:crypto';

/** Fingerprint of a public key in its wire form, as `ssh-keygen -l` prints it: SHA256 and base64 without padding. */
export const fingerprintOf = (publicKey: Uint8Array): string =>
  `SHA256:${createHash('sha256').update(publicKey).digest('base64').replace(/=+$/, '')}`;

/** Algorithm name that a public key in wire form begins with (RFC 4253 section 6.6), for messages only. */
export function keyTypeOf(publicKey: Buffer): string {
  if (publicKey.length < 4) return 'unknown';
  const length = publicKey.readUInt32BE(0);
  return publicKey.subarray(4, 4 + Math.min(length, 64)).toString('latin1');
}
