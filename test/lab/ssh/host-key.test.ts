import { utils } from 'ssh2';
import { labHostKey } from '../../../lab/ssh/host-key';
import { fingerprintOf } from '../../../remote/ssh/fingerprint';

describe('the host key of an emulated host', () => {
  it('is the same for the same seed and id, and another for every other', () => {
    const keys = [
      labHostKey('seed', 'ex01'),
      labHostKey('seed', 'ex02'),
      labHostKey('other', 'ex01'),
    ].map(({ fingerprint }) => fingerprint);
    expect(new Set(keys).size).toBe(3);
    expect(labHostKey('seed', 'ex01').fingerprint).toBe(keys[0]);
  });

  it('stays what it was in earlier versions, since fleets pin it', () => {
    expect(labHostKey('lab', 'ex02').fingerprint).toMatchInlineSnapshot(
      `"SHA256:lhtmwRF9gXWYDuxtT14qCFv9hTZQgXxWnOIIdH64EEM"`,
    );
  });

  it('is one that signs and that its public half verifies', () => {
    const { privateKey, publicKey, fingerprint } = labHostKey('seed', 'ex01');
    const secret = utils.parseKey(privateKey);
    const known = utils.parseKey(publicKey);
    if (secret instanceof Error || known instanceof Error) throw new Error('cannot be parsed');
    expect(secret.type).toBe('ssh-ed25519');
    expect(known.verify('data', secret.sign('data'))).toBe(true);
    expect(fingerprintOf(known.getPublicSSH())).toBe(fingerprint);
  });
});
