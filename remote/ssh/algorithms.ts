import type { Algorithms, ServerHostKeyAlgorithm } from 'ssh2';
import type { SshEndpoint } from '../../contracts/fleet';

type Lists = {
  readonly [category in 'kex' | 'cipher' | 'hmac' | 'serverHostKey']: readonly string[];
};

/**
 * What ssh2 1.17 speaks and nobody has a reason to refuse, the best first. Every OpenSSH since 6.5 and Win32-OpenSSH
 * since its first has something of each list. Of finite fields group 14 and up (RFC 8268), and what a server chooses
 * itself only from 2048 bits on, for which ssh2 asks (RFC 8270).
 */
const strong: Lists = {
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group-exchange-sha256',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group18-sha512',
    'diffie-hellman-group14-sha256',
  ],
  // AES first: it is done in hardware, also on the hosts.
  cipher: [
    'aes128-gcm@openssh.com',
    'aes256-gcm@openssh.com',
    'chacha20-poly1305@openssh.com',
    'aes128-ctr',
    'aes192-ctr',
    'aes256-ctr',
  ],
  hmac: [
    'hmac-sha2-256-etm@openssh.com',
    'hmac-sha2-512-etm@openssh.com',
    'hmac-sha2-256',
    'hmac-sha2-512',
  ],
  serverHostKey: [
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'rsa-sha2-512',
    'rsa-sha2-256',
  ],
};

/** What old servers have instead: SHA-1, CBC, groups and keys of 1024 bits. MD5 and RC4 are nobody's last resort. */
const weak: Lists = {
  kex: [
    'diffie-hellman-group-exchange-sha1',
    'diffie-hellman-group14-sha1',
    'diffie-hellman-group1-sha1',
  ],
  cipher: ['aes256-cbc', 'aes192-cbc', 'aes128-cbc', '3des-cbc'],
  hmac: ['hmac-sha1-etm@openssh.com', 'hmac-sha1'],
  serverHostKey: ['ssh-rsa', 'ssh-dss'],
};

const isLegacy = ({ algorithms }: Pick<SshEndpoint, 'algorithms'>): boolean =>
  algorithms === 'legacy';

const listsFor = (endpoint: Pick<SshEndpoint, 'algorithms'>, category: keyof Lists) => [
  ...strong[category],
  ...(isLegacy(endpoint) ? weak[category] : []),
];

/** What is offered to a server. */
export const offeredAlgorithms = (endpoint: Pick<SshEndpoint, 'algorithms'>): Algorithms =>
  ({
    kex: listsFor(endpoint, 'kex'),
    cipher: listsFor(endpoint, 'cipher'),
    hmac: listsFor(endpoint, 'hmac'),
    serverHostKey: offeredHostKeys(endpoint),
    compress: ['none'],
  }) as Algorithms;

/** Kinds of host key that are taken, the best first. */
export const offeredHostKeys = (
  endpoint: Pick<SshEndpoint, 'algorithms'>,
): readonly ServerHostKeyAlgorithm[] =>
  listsFor(endpoint, 'serverHostKey') as ServerHostKeyAlgorithm[];

/** Kind of key that a host key algorithm signs with: RSA has one key for three of them (RFC 8332 section 3). */
export const keyKindOf = (algorithm: string): string =>
  algorithm.startsWith('rsa-sha2-') ? 'ssh-rsa' : algorithm;

/** Whether a server that has these would be let in with `algorithms: legacy`. */
export const hasWeak = (offered: readonly string[]): boolean =>
  offered.some((name) => Object.values(weak).some((list) => list.includes(name)));
