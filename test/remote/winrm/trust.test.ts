import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../../../contracts/failures';
import type { WinRmConnection } from '../../../contracts/fleet';
import { labCertificates } from '../../../lab/winrm/certificates';
import { loadTrust } from '../../../remote/winrm/trust';
import { connectionTo, failureOf } from './scene';

let folder: string;
let one: string;
let other: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'trust-'));
  [one, other] = [(await labCertificates()).caPem, (await labCertificates()).caPem];
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const connectionWith = (more: Partial<WinRmConnection>): WinRmConnection =>
  connectionTo(5986, { scheme: 'https', ...more });

test('caFile may hold several certificates and words between them', async () => {
  const caFile = file('several.pem', `Issuer of the old hosts\r\n${one}\nand of the new\n${other}`);
  expect(await loadTrust(connectionWith({ caFile }))).toEqual({
    kind: 'issuers',
    pem: `${one.trim()}\n\n${other.trim()}\n`,
    revoked: null,
  });
});

const cut = (pem: string): string => pem.slice(0, pem.length / 2);
const altered = (pem: string): string => pem.replace(/\nMII/, '\nNII');
const derOf = (pem: string): Buffer => new X509Certificate(pem).raw;
const list = (body: string): string =>
  `-----BEGIN X509 CRL-----\n${body}\n-----END X509 CRL-----\n`;

describe('caFile is refused and named', () => {
  it.each([
    { name: 'when it is empty', content: () => '', says: 'no certificate' },
    { name: 'when it is DER', content: () => derOf(one), says: 'no certificate' },
    { name: 'when it is cut', content: () => cut(one), says: 'damaged certificate (number 1)' },
    {
      name: 'when a later certificate is cut',
      content: () => one + cut(other),
      says: 'damaged certificate (number 2)',
    },
    {
      name: 'when an end is missing before the next begins',
      content: () => cut(one) + other,
      says: 'damaged certificate (number 1)',
    },
    {
      name: 'when a certificate was altered',
      content: () => one + altered(other),
      says: 'damaged certificate (number 2)',
    },
    {
      name: 'when its revocation list is damaged',
      content: () => one + list('AAAA'),
      says: 'damaged revocation list',
    },
  ])('$name', async ({ content, says }) => {
    const caFile = file('bad.pem', content());
    const failure = await failureOf(loadTrust(connectionWith({ caFile })));
    expect(failure).toMatchObject({ code: 'bad-request', facts: { caFile } });
    expect(failure.message).toContain(says);
    expect(failure.message).toContain(caFile);
  });

  test('when it is not there', async () => {
    const caFile = join(folder, 'none.pem');
    const failure = await failureOf(loadTrust(connectionWith({ caFile })));
    expect(failure).toMatchObject({ code: 'bad-request', facts: { caFile } });
    expect(failure).toBeInstanceOf(Failure);
  });
});

describe('without caFile', () => {
  const connection = connectionWith({});

  test('the first list of the system that can be read is what counts', async () => {
    const lists = [join(folder, 'missing.pem'), folder, file('system.pem', one), file('b.pem', '')];
    expect(await loadTrust(connection, lists)).toEqual({ kind: 'system', pem: one });
  });

  test('that list is read again when it has changed, and kept while it has not', async () => {
    const path = file('changing.pem', one);
    const first = await loadTrust(connection, [path]);
    expect(await loadTrust(connection, [path])).toBe(first);
    file('changing.pem', one + other);
    expect(await loadTrust(connection, [path])).toEqual({ kind: 'system', pem: one + other });
  });

  test("Node's own list stands in for a system that has none", async () => {
    expect(await loadTrust(connection, [])).toEqual({ kind: 'system', pem: null });
  });
});

test('a fingerprint goes before caFile', async () => {
  const certificateFingerprint = 'AB'.repeat(32);
  const both = connectionWith({ certificateFingerprint, caFile: join(folder, 'none.pem') });
  expect(await loadTrust(both)).toEqual({ kind: 'pinned', fingerprint: 'ab'.repeat(32) });
});
