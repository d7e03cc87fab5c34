import { createHash, createPrivateKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { utils } from 'ssh2';
import type { ParsedKey } from 'ssh2';
import type { KeyCredential } from '../../contracts/fleet';
import { sshFailure } from './errors';
import type { Where } from './errors';
import { WireReader, wireString } from './wire-reader';

type LockedKey = Pick<KeyCredential, 'privateKey' | 'passphrase'>;

/**
 * Keys that have been read lately, by digest. A passphrase is made slow to try on purpose (bcrypt, 0.1 s of the only
 * thread for each): many sessions with one key would each pay for it.
 */
const recent = new Map<string, ParsedKey>();
const keptKeys = 16;

/**
 * A private key in the form of OpenSSH, PuTTY or PEM (PKCS #1, SEC 1, PKCS #8), unlocked.
 *
 * @throws Failure credential-malformed, which tells whether it is the key or its passphrase
 */
export function readPrivateKey(credential: LockedKey, where: Where): ParsedKey {
  const digest = createHash('sha256')
    .update(JSON.stringify([credential.privateKey, credential.passphrase ?? null]))
    .digest('hex');
  const known = recent.get(digest);
  if (known !== undefined) return known;
  const key = unlock(credential, where);
  const oldest = recent.keys().next();
  if (recent.size >= keptKeys && oldest.done !== true) recent.delete(oldest.value);
  recent.set(digest, key);
  return key;
}

function unlock(credential: LockedKey, where: Where): ParsedKey {
  if (isEncrypted(credential.privateKey) && credential.passphrase === undefined)
    throw malformed(
      'the private key is encrypted and the credential has no passphrase',
      'add the passphrase to the credential',
      where,
    );
  const key = parse(credential);
  if (!(key instanceof Error) && key.isPrivateKey()) return key;
  if (!(key instanceof Error))
    throw malformed('the private key is a public one', 'give the private half of the key', where);
  throw isEncrypted(credential.privateKey) && !/unsupported|not supported/i.test(key.message)
    ? malformed(
        'the passphrase does not open the private key',
        'correct the passphrase in the credential',
        where,
      )
    : malformed(
        `the private key cannot be read: ${key.message}`,
        'give a private key in OpenSSH or PEM form: ed25519, ecdsa or rsa',
        where,
      );
}

// Without the cause: what a parser says may quote from the key.
const malformed = (what: string, advice: string, where: Where) =>
  sshFailure('credential-malformed', what, where, { advice });

function parse({ privateKey, passphrase }: LockedKey): ParsedKey | Error {
  const text = privateKey.trim();
  const isPem =
    /^-----BEGIN (?:(?:RSA|EC|ENCRYPTED) )?PRIVATE KEY-----/.test(text) &&
    !text.startsWith('-----BEGIN OPENSSH');
  if (!isPem) return utils.parseKey(text, passphrase);
  try {
    const key = createPrivateKey({
      key: text,
      format: 'pem',
      ...(passphrase === undefined ? {} : { passphrase }),
    });
    return utils.parseKey(forSsh2(key));
  } catch {
    return new Error('it is no PEM of a private key');
  }
}

/** ssh2 reads no PKCS #8, and of old PEM it takes some garbage that a wrong passphrase makes for a key. */
function forSsh2(key: KeyObject): string {
  if (key.asymmetricKeyType === 'rsa')
    return key.export({ type: 'pkcs1', format: 'pem' }).toString();
  if (key.asymmetricKeyType === 'ec') return key.export({ type: 'sec1', format: 'pem' }).toString();
  return openSshForm(key);
}

/** An ed25519 key in the form of OpenSSH (PROTOCOL.key), the only one in which ssh2 knows that kind. */
function openSshForm(key: KeyObject): string {
  const { crv, d = '', x = '' } = key.export({ format: 'jwk' });
  if (crv !== 'Ed25519') throw new TypeError('no kind of key that SSH has');
  const seed = Buffer.from(d, 'base64url');
  const point = Buffer.from(x, 'base64url');
  const publicPart = Buffer.concat([wireString('ssh-ed25519'), wireString(point)]);
  const check = Buffer.alloc(8);
  const body = Buffer.concat([
    check,
    publicPart,
    wireString(Buffer.concat([seed, point])),
    wireString(''),
  ]);
  const padding = Buffer.from(Array.from({ length: (8 - (body.length % 8)) % 8 }, (_, i) => i + 1));
  const whole = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    wireString('none'),
    wireString('none'),
    wireString(''),
    Buffer.from([0, 0, 0, 1]),
    wireString(publicPart),
    wireString(Buffer.concat([body, padding])),
  ]);
  const lines = whole.toString('base64').match(/.{1,70}/g) ?? [];
  return [
    '-----BEGIN OPENSSH PRIVATE KEY-----',
    ...lines,
    '-----END OPENSSH PRIVATE KEY-----',
    '',
  ].join('\n');
}

function isEncrypted(privateKey: string): boolean {
  const openSsh =
    /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]+?)-----END OPENSSH PRIVATE KEY-----/.exec(
      privateKey,
    );
  if (openSsh === null)
    return /^(?:-----BEGIN ENCRYPTED PRIVATE KEY|Proc-Type: 4,ENCRYPTED|Encryption: (?!none))/m.test(
      privateKey,
    );
  try {
    // After "openssh-key-v1" and its NUL comes the name of the cipher (PROTOCOL.key).
    return new WireReader(Buffer.from(openSsh[1] ?? '', 'base64').subarray(15)).text() !== 'none';
  } catch {
    return false;
  }
}
