import { X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { labCertificates } from '../../../lab/winrm/certificates';

let stateDir: string;

beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'certificates-'));
});

afterEach(() => rm(stateDir, { recursive: true }));

test('the certificate is signed by the CA and good for loopback and the names of hosts', async () => {
  const { caPem, cert, fingerprint } = await labCertificates({ names: ['ex01.contoso.test'] });
  const ca = new X509Certificate(caPem);
  const certificate = new X509Certificate(cert);
  expect(ca.ca).toBe(true);
  expect(certificate.ca).toBe(false);
  expect(certificate.verify(ca.publicKey)).toBe(true);
  expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(certificate.checkIP('::1')).toBeDefined();
  expect(certificate.checkHost('localhost')).toBe('localhost');
  expect(certificate.checkHost('ex01.contoso.test')).toBe('ex01.contoso.test');
  expect(fingerprint).toMatch(/^[0-9a-f]{64}$/);
});

test('it is made once and kept, readable by its owner only', async () => {
  const made = await labCertificates({ stateDir });
  expect(await labCertificates({ stateDir })).toEqual(made);
  const [file = ''] = await readdir(stateDir);
  expect((await stat(join(stateDir, file))).mode & 0o077).toBe(0);
});

test.each([
  { name: 'another name is needed', options: { names: ['new.test'] } },
  { name: 'it runs out', first: { notAfter: new Date(Date.now() + 3600_000) }, options: {} },
])('it is made anew when $name', async ({ first = {}, options }) => {
  const old = await labCertificates({ stateDir, ...first });
  const fresh = await labCertificates({ stateDir, ...options });
  expect(fresh.fingerprint).not.toBe(old.fingerprint);
  expect(await labCertificates({ stateDir, ...options })).toEqual(fresh);
});

test('a damaged file is replaced', async () => {
  await labCertificates({ stateDir });
  const [file = ''] = await readdir(stateDir);
  await writeFile(join(stateDir, file), '{"key":');
  expect((await labCertificates({ stateDir })).cert).toContain('BEGIN CERTIFICATE');
});

test('of the legacy kind it is RSA of 1024 bits with SHA-1, and kept apart from the other', async () => {
  const modern = await labCertificates({ stateDir });
  const legacy = await labCertificates({ stateDir, kind: 'legacy' });
  const certificate = new X509Certificate(legacy.cert);
  expect(certificate.publicKey.asymmetricKeyType).toBe('rsa');
  expect(certificate.publicKey.asymmetricKeyDetails?.modulusLength).toBe(1024);
  // sha1WithRSAEncryption, by its OID 1.2.840.113549.1.1.5
  expect(certificate.raw.includes(Buffer.from('2a864886f70d010105', 'hex'))).toBe(true);
  expect(certificate.verify(new X509Certificate(legacy.caPem).publicKey)).toBe(true);
  expect(await labCertificates({ stateDir })).toEqual(modern);
  expect(await labCertificates({ stateDir, kind: 'legacy' })).toEqual(legacy);
});
