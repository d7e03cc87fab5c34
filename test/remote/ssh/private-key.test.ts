import { generateKeyPairSync } from 'node:crypto';
import type { Failure } from '../../../contracts/failures';
import { readPrivateKey } from '../../../remote/ssh/private-key';
import { ed25519KeyPair } from '../../key-pair';

const where = { host: 'host:22' };
const passphrase = 'open sesame';

const pairs = {
  ed25519: generateKeyPairSync('ed25519'),
  rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ecdsa: generateKeyPairSync('ec', { namedCurve: 'P-384' }),
} as const;

type Form = 'pkcs1' | 'sec1' | 'pkcs8';

const pem = (kind: keyof typeof pairs, type: Form, isLocked = false): string =>
  pairs[kind].privateKey
    .export({
      type,
      format: 'pem',
      ...(isLocked ? { cipher: 'aes-128-cbc', passphrase } : {}),
    } as never)
    .toString();

const forms = [
  { kind: 'rsa', type: 'pkcs1' },
  { kind: 'ecdsa', type: 'sec1' },
  { kind: 'rsa', type: 'pkcs8' },
  { kind: 'ecdsa', type: 'pkcs8' },
  { kind: 'ed25519', type: 'pkcs8' },
] as const;

const refusalOf = (read: () => unknown): Failure => {
  try {
    read();
  } catch (error) {
    return error as Failure;
  }
  throw new Error('the key was taken');
};

describe('a private key', () => {
  it.each(forms)('of $kind in the form of $type signs as the key does', ({ kind, type }) => {
    const data = Buffer.from('data');
    for (const isLocked of [false, true]) {
      const privateKey = pem(kind, type, isLocked);
      const key = readPrivateKey({ privateKey, ...(isLocked && { passphrase }) }, where);
      const other = readPrivateKey({ privateKey: pem(kind, type) }, where);
      expect(other.verify(data, key.sign(data))).toBe(true);
      expect(key.getPublicSSH()).toEqual(other.getPublicSSH());
    }
  });

  it.each(forms)(
    'of $kind in the form of $type that is locked says whether the passphrase is missing or wrong',
    ({ kind, type }) => {
      const privateKey = pem(kind, type, true);
      expect(refusalOf(() => readPrivateKey({ privateKey }, where)).message).toContain(
        'has no passphrase',
      );
      for (let attempt = 0; attempt < 8; attempt += 1) {
        const wrong = { privateKey, passphrase: `wrong ${attempt}` };
        const failure = refusalOf(() => readPrivateKey(wrong, where));
        expect(failure.code).toBe('credential-malformed');
        expect(failure.message).toContain('the passphrase does not open the private key');
      }
    },
  );

  it('in the form of OpenSSH tells a wrong passphrase too', () => {
    const pair = ed25519KeyPair({ passphrase, cipher: 'aes256-ctr', rounds: 4 });
    const read = (more: object) => () =>
      readPrivateKey({ privateKey: pair.private, ...more }, where);
    expect(read({ passphrase })().isPrivateKey()).toBe(true);
    expect(refusalOf(read({})).message).toContain('has no passphrase');
    expect(refusalOf(read({ passphrase: 'x' })).message).toContain('does not open');
  });

  it.each([
    { what: 'nonsense', privateKey: 'secret words', says: 'cannot be read' },
    {
      what: 'a broken PEM',
      privateKey: '-----BEGIN PRIVATE KEY-----\nc2VjcmV0IHdvcmRz\n-----END PRIVATE KEY-----',
      says: 'it is no PEM of a private key',
    },
    { what: 'a public key', privateKey: ed25519KeyPair().public, says: 'is a public one' },
    {
      what: 'a key that is not for SSH',
      privateKey: generateKeyPairSync('x25519')
        .privateKey.export({ type: 'pkcs8', format: 'pem' })
        .toString(),
      says: 'cannot be read',
    },
  ])('that is $what is refused without quoting from it', ({ privateKey, says }) => {
    const failure = refusalOf(() => readPrivateKey({ privateKey }, where));
    expect(failure.code).toBe('credential-malformed');
    expect(failure.message).toContain(says);
    expect(failure.message).not.toContain('secret');
  });

  it('is unlocked once for many sessions', () => {
    const credential = { privateKey: pem('rsa', 'pkcs8', true), passphrase };
    expect(readPrivateKey(credential, where)).toBe(readPrivateKey({ ...credential }, where));
  });
});
