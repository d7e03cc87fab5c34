import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Failure } from '../../../contracts/failures';
import { createDialer } from '../../../remote/winrm/dial';
import { loadTrust } from '../../../remote/winrm/trust';
import { summaryOf } from '../../../remote/winrm/trust-certificate';
import { judgeTest } from '../../judges/judge';
import { createAuthority, hasOpenssl, selfSigned } from '../../peers/tls-certificates';
import type { CertificateWish, MadeCertificate, TlsAuthority } from '../../peers/tls-certificates';
import { startTlsServer } from '../../peers/tls-server';
import { connectionTo, failureOf } from './scene';
import { dialing } from './tls-scene';
import type { Dialing } from './tls-scene';

const day = 24 * 3600_000;
const inDays = (days: number): Date => new Date(Date.now() + days * day);

describe('the certificate of a server of openssl', () => {
  let folder: string;
  let authority: TlsAuthority;
  let certificates = 0;
  const cleanups: (() => Promise<void>)[] = [];

  beforeAll(() => {
    if (!hasOpenssl) return;
    folder = mkdtempSync(join(tmpdir(), 'mistrust-'));
    authority = createAuthority(folder, 'authority');
  });
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0)) await cleanup();
  });
  afterAll(() => {
    if (hasOpenssl) rmSync(folder, { recursive: true });
  });

  const issue = (wish: Partial<CertificateWish> = {}): MadeCertificate => {
    certificates += 1;
    return authority.issue({ key: 'ec', name: `host${certificates}`, ...wish });
  };
  const show = async (
    certificate: MadeCertificate,
    more: Parameters<typeof dialing>[1] = { caFile: authority.certFile },
    options = '',
  ): Promise<Dialing> => {
    const server = await startTlsServer(certificate, options);
    cleanups.push(server.close);
    return dialing(server.port, more);
  };
  const refusalOf = async (...shown: Parameters<typeof show>): Promise<Failure> =>
    (await show(...shown)).refused();
  const caFileOf = (name: string, content: string): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };

  judgeTest('is believed when all is well', hasOpenssl, async () => {
    const dialed = await (await show(issue())).dial();
    expect(dialed.serverCertificate).toBeInstanceOf(Buffer);
    dialed.socket.destroy();
  });

  judgeTest('is refused with the day on which it expired', hasOpenssl, async () => {
    const failure = await refusalOf(issue({ from: inDays(-3), to: inDays(-1) }));
    expect(failure).toMatchObject({
      code: 'certificate-invalid',
      facts: { reason: 'expired', error: 'CERT_HAS_EXPIRED', issuer: 'CN=authority' },
    });
    const date = inDays(-1).toISOString().slice(0, 10);
    expect(failure.message).toMatch(new RegExp(`has expired on ${date}T.*subject CN=host`));
  });

  judgeTest(
    'is refused before it becomes valid, and the clocks are named',
    hasOpenssl,
    async () => {
      const failure = await refusalOf(issue({ from: inDays(1), to: inDays(3) }));
      expect(failure).toMatchObject({
        code: 'certificate-invalid',
        facts: { reason: 'not-yet-valid' },
      });
      expect(failure.message).toContain(`before ${inDays(1).toISOString().slice(0, 10)}`);
      expect(failure.advice).toContain('clocks');
    },
  );

  for (const { title, wish, address, says } of [
    {
      title: 'another name',
      wish: { names: 'DNS:ex02.contoso.test,DNS:www.contoso.test' },
      address: 'localhost',
      says: 'is for ex02.contoso.test, www.contoso.test, not localhost',
    },
    {
      title: 'another address',
      wish: { names: 'IP:10.1.2.3' },
      address: '127.0.0.1',
      says: 'is for 10.1.2.3, not 127.0.0.1',
    },
    {
      title: 'a common name only',
      wish: { names: null, name: 'ex02' },
      address: 'localhost',
      says: 'is for ex02, not localhost',
    },
  ]) {
    judgeTest(`is refused when it has ${title}`, hasOpenssl, async () => {
      const failure = await refusalOf(issue(wish), { address, caFile: authority.certFile });
      expect(failure).toMatchObject({
        code: 'certificate-invalid',
        facts: { reason: 'wrong-name', error: 'ERR_TLS_CERT_ALTNAME_INVALID' },
      });
      expect(failure.message).toContain(says);
    });
  }

  judgeTest('is refused when its issuer is not known', hasOpenssl, async () => {
    const made = issue();
    const stranger = createAuthority(folder, 'stranger');
    for (const more of [{}, { caFile: stranger.certFile }]) {
      const failure = await refusalOf(made, more);
      expect(failure).toMatchObject({
        code: 'certificate-invalid',
        facts: { reason: 'unknown-issuer', issuer: 'CN=authority' },
      });
      expect(failure.advice).toMatch(/caFile.*certificateFingerprint: [0-9a-f]{64}$/);
    }
    const withRoot = await refusalOf(made, {}, `-cert_chain ${authority.certFile}`);
    expect(withRoot.facts).toMatchObject({
      reason: 'unknown-issuer',
      error: 'SELF_SIGNED_CERT_IN_CHAIN',
    });
  });

  judgeTest('is refused when it has signed itself, until caFile names it', hasOpenssl, async () => {
    const made = selfSigned(folder, { key: 'ec', name: 'own' });
    const failure = await refusalOf(made, {});
    expect(failure).toMatchObject({
      code: 'certificate-invalid',
      facts: { reason: 'self-signed' },
    });
    expect(failure.advice).toContain(`certificateFingerprint: ${summaryOf(made.pem).fingerprint}`);
    (await (await show(made, { caFile: made.certFile })).dial()).socket.destroy();
  });

  judgeTest('is refused when it is meant for clients only', hasOpenssl, async () => {
    const failure = await refusalOf(issue({ usage: 'clientAuth' }));
    expect(failure).toMatchObject({
      code: 'certificate-invalid',
      facts: { reason: 'wrong-purpose' },
    });
  });

  judgeTest('is refused when its issuer has revoked it', hasOpenssl, async () => {
    const revoked = issue();
    authority.revoke(revoked);
    const caFile = caFileOf('revoking.pem', authority.pem + authority.revocationList());
    const failure = await refusalOf(revoked, { caFile });
    expect(failure).toMatchObject({ code: 'certificate-invalid', facts: { reason: 'revoked' } });
    (await (await show(issue(), { caFile })).dial()).socket.destroy();
  });

  judgeTest('is refused when its issuer has no revocation list', hasOpenssl, async () => {
    const other = createAuthority(folder, 'other');
    const caFile = caFileOf('half.pem', authority.pem + other.pem + other.revocationList());
    const failure = await refusalOf(issue(), { caFile });
    expect(failure.facts).toMatchObject({
      reason: 'no-revocation-list',
      error: 'UNABLE_TO_GET_CRL',
    });
  });

  judgeTest('is refused when it is not signed by the issuer it names', hasOpenssl, async () => {
    const made = issue();
    const der = Buffer.from(made.pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
    der[der.length - 1] = (der.at(-1) ?? 0) ^ 1;
    const pem = `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`;
    writeFileSync(made.certFile, pem);
    const failure = await refusalOf(made);
    expect(failure.facts).toMatchObject({ reason: 'bad-signature' });
  });

  judgeTest(
    'that is pinned needs neither issuer nor name nor date, legacy or not',
    hasOpenssl,
    async () => {
      const made = issue({ names: 'DNS:elsewhere.test', from: inDays(-3), to: inDays(-1) });
      const { fingerprint } = summaryOf(made.pem);
      for (const tls of [{}, { tls: 'legacy' }] as const) {
        const more = { certificateFingerprint: fingerprint, ...tls };
        const dialed = await (await show(made, more)).dial();
        expect(dialed.tls?.isLegacy).toBe('tls' in tls);
        dialed.socket.destroy();
        const changed = await refusalOf(issue(), more);
        expect(changed).toMatchObject({
          code: 'certificate-changed',
          facts: { expected: fingerprint },
        });
      }
    },
  );

  judgeTest('says nothing that could be taken for more than text', hasOpenssl, async () => {
    const name = `a${'b'.repeat(60)}`;
    const names = Array.from({ length: 60 }, (_, at) => `DNS:host${at}.contoso.test`).join(',');
    const failure = await refusalOf(issue({ name, names }), {
      address: 'localhost',
      caFile: authority.certFile,
    });
    expect(failure.message).toMatch(/host0\.contoso\.test, .*…, not localhost/);
    expect(failure.message.length).toBeLessThan(800);
  });

  judgeTest('is judged by the list of the system without caFile', hasOpenssl, async () => {
    // The list itself is the subject of trust.test.ts; here that a list is what the handshake goes by.
    const server = await startTlsServer(issue(), '');
    cleanups.push(server.close);
    const connection = connectionTo(server.port, { scheme: 'https' });
    const target = { host: 'h', url: 'https://h/wsman' };
    const dialWith = async (pem: string) => {
      const trust = await loadTrust(connection, [caFileOf('system.pem', pem)]);
      return createDialer({ connection, target, trust, connectTimeoutMs: 5000 }).dial();
    };
    for (const _ of [1, 2]) (await dialWith(authority.pem)).socket.destroy();
    const stranger = readFileSync(createAuthority(folder, 'strange').certFile, 'utf8');
    expect((await failureOf(dialWith(`${stranger}\n\n`))).facts).toMatchObject({
      reason: 'unknown-issuer',
    });
  });
});
