import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { channelBindingsOf } from '../../../remote/winrm/channel-bindings';
import { hasPythonModules, judgeTest, runPythonJudge } from '../../judges/judge';
import { createAuthority, hasOpenssl, openssl, selfSigned } from '../../peers/tls-certificates';
import type { CertificateWish } from '../../peers/tls-certificates';

interface SignedAs extends Omit<CertificateWish, 'name'> {
  readonly title: string;
  /** What RFC 5929, 4.1 says to hash with; null: nothing. */
  readonly hash: string | null;
}

const pss = (salt: string): readonly string[] => [
  'rsa_padding_mode:pss',
  `rsa_pss_saltlen:${salt}`,
];

const signatures: readonly SignedAs[] = [
  { title: 'RSA with MD5', digest: 'md5', hash: 'sha256' },
  { title: 'RSA with SHA-1', digest: 'sha1', hash: 'sha256' },
  { title: 'RSA with SHA-224', digest: 'sha224', hash: 'sha224' },
  { title: 'RSA with SHA-256', digest: 'sha256', hash: 'sha256' },
  { title: 'RSA with SHA-384', digest: 'sha384', hash: 'sha384' },
  { title: 'RSA with SHA-512', digest: 'sha512', hash: 'sha512' },
  { title: 'RSA with SHA-512/256', digest: 'sha512-256', hash: 'sha512-256' },
  { title: 'RSA with SHA3-384', digest: 'sha3-384', hash: 'sha3-384' },
  { title: 'RSASSA-PSS with SHA-1', digest: 'sha1', signing: pss('20'), hash: 'sha256' },
  { title: 'RSASSA-PSS with SHA-256', digest: 'sha256', signing: pss('32'), hash: 'sha256' },
  { title: 'RSASSA-PSS with SHA-384', digest: 'sha384', signing: pss('48'), hash: 'sha384' },
  { title: 'RSASSA-PSS with SHA-512', digest: 'sha512', signing: pss('max'), hash: 'sha512' },
  { title: 'an RSA-PSS key with SHA-384', key: 'rsa-pss', digest: 'sha384', hash: 'sha384' },
  { title: 'ECDSA with SHA-1', key: 'ec', digest: 'sha1', hash: 'sha256' },
  { title: 'ECDSA with SHA-224', key: 'ec', digest: 'sha224', hash: 'sha224' },
  { title: 'ECDSA with SHA-256', key: 'ec', digest: 'sha256', hash: 'sha256' },
  { title: 'ECDSA with SHA-384', key: 'ec', digest: 'sha384', hash: 'sha384' },
  { title: 'ECDSA with SHA-512', key: 'ec', digest: 'sha512', hash: 'sha512' },
  { title: 'ECDSA with SHA3-256', key: 'ec', digest: 'sha3-256', hash: 'sha3-256' },
  { title: 'DSA with SHA-1', key: 'dsa', digest: 'sha1', hash: 'sha256' },
  { title: 'DSA with SHA-256', key: 'dsa', digest: 'sha256', hash: 'sha256' },
  { title: 'Ed25519', key: 'ed25519', hash: null },
  { title: 'Ed448', key: 'ed448', hash: null },
];

const prefix = 'tls-server-end-point:';

describe('channel bindings of a certificate made by openssl', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'bindings-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const derOf = (wish: SignedAs): Buffer =>
    new X509Certificate(selfSigned(folder, { name: 'server', ...wish }).pem).raw;

  /** Digest as openssl computes it. */
  const digestOf = (certificate: Buffer, hash: string): string => {
    writeFileSync(join(folder, 'server.der'), certificate);
    return openssl(folder, `dgst -${hash} -r server.der`).split(' ')[0] ?? '';
  };

  for (const wish of signatures) {
    const { title, hash } = wish;
    judgeTest(`signed by ${title} are ${hash ?? 'none'}`, hasOpenssl, async () => {
      const certificate = derOf(wish);
      const bindings = channelBindingsOf(certificate);
      if (hash === null) return expect(bindings).toBeNull();
      expect(bindings?.subarray(0, prefix.length).toString('latin1')).toBe(prefix);
      expect(bindings?.subarray(prefix.length).toString('hex')).toBe(digestOf(certificate, hash));
      return Promise.resolve();
    });
  }

  judgeTest('go by how the issuer has signed, not by the key of the host', hasOpenssl, async () => {
    const authority = createAuthority(folder, 'authority');
    const { pem } = authority.issue({ name: 'issued', key: 'ed25519', digest: 'sha512' });
    const certificate = new X509Certificate(pem).raw;
    const digest = channelBindingsOf(certificate)?.subarray(prefix.length).toString('hex');
    expect(digest).toBe(digestOf(certificate, 'sha512'));
    return Promise.resolve();
  });

  const judges = hasOpenssl && hasPythonModules('pypsrp', 'requests_ntlm');
  judgeTest('are those of pypsrp and requests_ntlm where both know the hash', judges, async () => {
    const known = signatures.filter(({ hash }) => hash !== null && hash !== 'sha512-256');
    const certificates = known.map(derOf);
    const answers = await runPythonJudge(
      '../peers/tls-bindings.py',
      certificates.map((certificate) => certificate.toString('base64')),
    );
    const ours = certificates.map((certificate) =>
      channelBindingsOf(certificate)?.subarray(prefix.length).toString('hex'),
    );
    expect(ours.map((digest) => [digest, digest])).toEqual(answers);
  });
});

test('channel bindings of what is no certificate are an error, not a guess', () => {
  expect(() => channelBindingsOf(Buffer.from('no certificate'))).toThrow(Error);
});
