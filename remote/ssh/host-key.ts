import { createHash } from 'node:crypto';
import type { ServerHostKeyAlgorithm } from 'ssh2';
import type { Failure } from '../../contracts/failures';
import type { SshEndpoint } from '../../contracts/fleet';
import { sshFailure } from './errors';
import type { Where } from './errors';

/** What a server's key is held against; made before the connection, because it decides which kinds of key are asked for. */
export interface HostKeyCheck {
  /** Kinds of host key to ask for, the wanted first; null leaves them as the algorithms of the endpoint have them. */
  readonly wanted: readonly ServerHostKeyAlgorithm[] | null;
  /** Null when the key, in wire form, is the host's. */
  refusal(key: Buffer): Failure | null;
}

/** @throws Failure bad-request when a known_hosts file cannot be read */
export function createHostKeyCheck(endpoint: SshEndpoint, where: Where): Promise<HostKeyCheck> {
  return Promise.resolve({
    wanted: null,
    refusal: (key) => compareHostKey(key, endpoint, where),
  });
}

function compareHostKey(key: Buffer, { hostKey = [] }: SshEndpoint, where: Where): Failure | null {
  const offered = fingerprintOf(key);
  const expected = [hostKey].flat().map((one) => one.replace(/=+$/, ''));
  if (expected.includes(offered)) return null;
  return sshFailure(
    'host-key-changed',
    `the host key is ${offered} (${keyTypeOf(key)}), the fleet names ${expected.join(', ')}; nothing was sent`,
    where,
    { facts: { offered, expected: expected.join(', ') } },
  );
}

/** Fingerprint of a host key in its wire form, as `ssh-keygen -l` prints it: SHA256 and base64 without padding. */
export const fingerprintOf = (publicKey: Uint8Array): string =>
  `SHA256:${createHash('sha256').update(publicKey).digest('base64').replace(/=+$/, '')}`;

/** Algorithm name that a public key in wire form begins with (RFC 4253 section 6.6), for messages only. */
export function keyTypeOf(publicKey: Buffer): string {
  if (publicKey.length < 4) return 'unknown';
  const length = publicKey.readUInt32BE(0);
  return publicKey.subarray(4, 4 + Math.min(length, 64)).toString('latin1');
}
