import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';

export interface LabHostKey {
  /** OpenSSH form, unencrypted. */
  readonly privateKey: string;
  /** `SHA256:…`, as a fleet names it. */
  readonly fingerprint: string;
  /** `ssh-ed25519 <base64>`, as a known_hosts line and authorized_keys name it. */
  readonly publicKey: string;
}

const keyType = 'ssh-ed25519';
/** Everything of a PKCS #8 Ed25519 key before its 32 bytes (RFC 8410 section 7). */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * The host key of an emulated host, always the same for the same seed and id, so that an example fleet can pin it.
 * It guards nothing: the lab listens on loopback addresses only.
 */
export function labHostKey(seed: string, hostId: string): LabHostKey {
  const secret = createHash('sha256').update(`lab host key\0${seed}\0${hostId}`).digest();
  const key = createPrivateKey({
    key: Buffer.concat([pkcs8Prefix, secret]),
    format: 'der',
    type: 'pkcs8',
  });
  // The last 32 bytes of an Ed25519 SubjectPublicKeyInfo are the key itself.
  const point = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
  const publicBlob = Buffer.concat([sshString(keyType), sshString(point)]);
  const digest = createHash('sha256').update(publicBlob).digest('base64').replace(/=+$/, '');
  return {
    privateKey: openSshPrivateKey(publicBlob, point, secret, `lab ${hostId}`),
    fingerprint: `SHA256:${digest}`,
    publicKey: `${keyType} ${publicBlob.toString('base64')}`,
  };
}

/**
 * OpenSSH's PROTOCOL.key; ssh2 reads Ed25519 in no other form.
 *
 *   byte[]  "openssh-key-v1" NUL
 *   string  cipher "none", string kdf "none", string kdf options ""
 *   uint32  number of keys, 1
 *   string  public key
 *   string  uint32 check, uint32 check again, private key, string comment, padding 1 2 3 … to 8 bytes
 */
function openSshPrivateKey(
  publicBlob: Buffer,
  point: Buffer,
  secret: Buffer,
  comment: string,
): string {
  const body = Buffer.concat([
    Buffer.alloc(8),
    sshString(keyType),
    sshString(point),
    sshString(Buffer.concat([secret, point])),
    sshString(comment),
  ]);
  const padding = Buffer.from([1, 2, 3, 4, 5, 6, 7]).subarray(0, (8 - (body.length % 8)) % 8);
  const file = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    sshString('none'),
    sshString('none'),
    sshString(''),
    uint32(1),
    sshString(publicBlob),
    sshString(Buffer.concat([body, padding])),
  ]).toString('base64');
  const lines = file.match(/.{1,70}/g) ?? [];
  const label = 'OPENSSH PRIVATE KEY';
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function sshString(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint32(bytes.length), bytes]);
}
