import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { utils } from 'ssh2';
import type { ParsedKey } from 'ssh2';
import { fingerprintOf } from '../../../remote/ssh/fingerprint';
import { createHostKeyCheck } from '../../../remote/ssh/host-key';
import { readKnownHosts } from '../../../remote/ssh/known-hosts-files';
import { ed25519KeyPair } from '../../key-pair';

const where = { host: 'host:22' };
const endpoint = { address: 'host', port: 22 };

const rsaKey = (bits: number): Buffer => {
  const pem = generateKeyPairSync('rsa', { modulusLength: bits })
    .privateKey.export({ type: 'pkcs1', format: 'pem' })
    .toString();
  return (utils.parseKey(pem) as ParsedKey).getPublicSSH();
};
const otherKey = () => Buffer.from(ed25519KeyPair().public.split(' ')[1] ?? '', 'base64');

describe('a pinned host key', () => {
  it.each([
    { bits: 1024, algorithms: undefined, code: 'algorithms-too-weak' },
    { bits: 1024, algorithms: 'legacy', code: undefined },
    { bits: 2048, algorithms: undefined, code: undefined },
  ] as const)(
    'of RSA with $bits bits and algorithms $algorithms is refused with $code',
    async ({ bits, algorithms, code }) => {
      const key = rsaKey(bits);
      const check = await createHostKeyCheck(
        // With padding, as other programs print it.
        { ...endpoint, hostKey: `${fingerprintOf(key)}=`, ...(algorithms && { algorithms }) },
        where,
      );
      expect(check.refusal(key)?.code).toBe(code);
    },
  );

  it('of unknown kind is looked for among the kinds that have not been shown', async () => {
    const check = await createHostKeyCheck({ ...endpoint, hostKey: 'SHA256:x' }, where);
    expect(check.otherKinds(new Error('anything else'))).toBeNull();
    const others = check.otherKinds(check.refusal(otherKey()));
    expect(others?.wanted).not.toContain('ssh-ed25519');
    expect(others?.wanted).toContain('rsa-sha2-512');
    const last = others?.otherKinds(others.refusal(rsaKey(2048)));
    expect(last?.wanted).toEqual([
      'ecdsa-sha2-nistp256',
      'ecdsa-sha2-nistp384',
      'ecdsa-sha2-nistp521',
    ]);
  });

  it('is not looked for where only a file knows the host', async () => {
    const check = await createHostKeyCheck(endpoint, where);
    expect(check.otherKinds(check.refusal(otherKey()))).toBeNull();
  });
});

describe('a known_hosts file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'known-hosts-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is read once for sessions that open together, and again when its time changes', async () => {
    const file = join(folder, 'known_hosts');
    await writeFile(file, `host ssh-ed25519 ${otherKey().toString('base64')}\n`);
    const readings = await Promise.all(
      Array.from({ length: 500 }, () => readKnownHosts(file, where)),
    );
    expect(new Set(readings).size).toBe(1);
    const { mtime } = await stat(file);
    await utimes(file, mtime, new Date(mtime.getTime() + 1_000));
    expect(await readKnownHosts(file, where)).not.toBe(readings[0]);
  });
});
