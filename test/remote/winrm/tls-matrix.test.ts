import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FailureCode } from '../../../contracts/failures';
import type { CertificateCredential } from '../../../contracts/fleet';
import { judgeTest } from '../../judges/judge';
import { createAuthority, hasOpenssl } from '../../peers/tls-certificates';
import type { CertificateWish, MadeCertificate, TlsAuthority } from '../../peers/tls-certificates';
import { startTlsServer } from '../../peers/tls-server';
import type { TlsServer } from '../../peers/tls-server';
import { failureOf } from './scene';
import { dialing, exchangeOver } from './tls-scene';

type Verdict =
  | { readonly protocol: string }
  | { readonly code: FailureCode; readonly reason: string; readonly says?: RegExp };

interface Cell {
  readonly server: string;
  readonly key: CertificateWish['key'];
  readonly digest: string;
  readonly options: string;
  readonly modern: Verdict;
  readonly legacy: Verdict;
}

const anything = '-cipher DEFAULT:@SECLEVEL=0';
const tooOld = { code: 'tls-too-old', reason: 'protocol', says: /speaks no TLS 1\.2/ } as const;
const weak = { code: 'tls-too-old', reason: 'weak-signature', says: /SHA-1 or MD5/ } as const;
const tls = (version: string) => ({ protocol: `TLSv${version}` });

const cells: readonly Cell[] = [
  {
    server: 'TLS 1.0, RSA-1024 signed with SHA-1',
    key: 'rsa:1024',
    digest: 'sha1',
    options: `-tls1 ${anything}`,
    modern: tooOld,
    legacy: tls('1'),
  },
  {
    server: 'TLS 1.0 without forward secrecy, RSA-1024 signed with SHA-1',
    key: 'rsa:1024',
    digest: 'sha1',
    options: '-tls1 -cipher AES128-SHA:@SECLEVEL=0',
    modern: tooOld,
    legacy: tls('1'),
  },
  {
    server: 'TLS 1.0, RSA-2048 signed with SHA-256',
    key: 'rsa:2048',
    digest: 'sha256',
    options: `-tls1 ${anything}`,
    modern: tooOld,
    legacy: tls('1'),
  },
  {
    server: 'TLS 1.1',
    key: 'rsa:2048',
    digest: 'sha256',
    options: `-tls1_1 ${anything}`,
    modern: tooOld,
    legacy: tls('1.1'),
  },
  {
    server: 'TLS 1.2, AES128-SHA only',
    key: 'rsa:2048',
    digest: 'sha256',
    options: '-tls1_2 -cipher AES128-SHA',
    modern: tls('1.2'),
    legacy: tls('1.2'),
  },
  {
    server: 'TLS 1.2, RSA-2048 signed with SHA-1',
    key: 'rsa:2048',
    digest: 'sha1',
    options: `-tls1_2 ${anything}`,
    modern: weak,
    legacy: tls('1.2'),
  },
  {
    server: 'TLS 1.2, RSA-1024 signed with SHA-1',
    key: 'rsa:1024',
    digest: 'sha1',
    options: `-tls1_2 ${anything}`,
    modern: weak,
    legacy: tls('1.2'),
  },
  {
    server: 'TLS 1.2, RSA-512',
    key: 'rsa:512',
    digest: 'sha256',
    options: `-tls1_2 ${anything}`,
    modern: { code: 'tls-too-old', reason: 'weak-key', says: /key that is too short/ },
    legacy: tls('1.2'),
  },
  {
    server: 'TLS 1.2, ECDSA',
    key: 'ec',
    digest: 'sha384',
    options: '-tls1_2',
    modern: tls('1.2'),
    legacy: tls('1.2'),
  },
  {
    server: 'TLS 1.3',
    key: 'rsa:2048',
    digest: 'sha256',
    options: '-tls1_3',
    modern: tls('1.3'),
    legacy: tls('1.3'),
  },
  {
    server: 'TLS 1.3, ECDSA',
    key: 'ec',
    digest: 'sha256',
    options: '-tls1_3',
    modern: tls('1.3'),
    legacy: tls('1.3'),
  },
  {
    server: 'TLS 1.3, Ed25519',
    key: 'ed25519',
    digest: 'sha256',
    options: '-tls1_3',
    modern: tls('1.3'),
    legacy: tls('1.3'),
  },
  {
    server: 'TLS 1.3, RSA-PSS',
    key: 'rsa-pss',
    digest: 'sha256',
    options: '-tls1_3',
    modern: tls('1.3'),
    legacy: tls('1.3'),
  },
  {
    server: 'TLS 1.2, NULL ciphers only',
    key: 'rsa:2048',
    digest: 'sha256',
    options: '-tls1_2 -cipher NULL-SHA256:@SECLEVEL=0',
    modern: { code: 'protocol-error', reason: 'no-common-cipher', says: /no cipher suite/ },
    legacy: { code: 'protocol-error', reason: 'no-common-cipher' },
  },
];

describe('a server of openssl', () => {
  let folder: string;
  let authority: TlsAuthority;
  let strangers: TlsAuthority;
  const servers: TlsServer[] = [];
  const made = new Map<string, MadeCertificate>();

  beforeAll(() => {
    if (!hasOpenssl) return;
    folder = mkdtempSync(join(tmpdir(), 'tls-'));
    authority = createAuthority(folder, 'authority');
    strangers = createAuthority(folder, 'strangers');
  });
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });
  afterAll(() => {
    if (hasOpenssl) rmSync(folder, { recursive: true });
  });

  const issued = (wish: CertificateWish, by = authority): MadeCertificate => {
    const certificate = made.get(wish.name) ?? by.issue(wish);
    made.set(wish.name, certificate);
    return certificate;
  };
  const serve = async (
    options: string,
    wish: Omit<CertificateWish, 'name'> = {},
  ): Promise<TlsServer> => {
    const { key = 'rsa:2048', digest = 'sha256' } = wish;
    const name = `server-${key.replace(':', '')}-${digest}`;
    const server = await startTlsServer(issued({ ...wish, name }), options);
    servers.push(server);
    return server;
  };
  const trusted = () => ({ caFile: authority.certFile });
  const legacy = () => ({ ...trusted(), tls: 'legacy' as const });

  describe.each([
    { mode: 'without legacy', isLegacy: false },
    { mode: 'with legacy', isLegacy: true },
  ])('$mode', ({ isLegacy }) => {
    for (const { server: title, options, key = 'rsa:2048', digest, ...verdicts } of cells) {
      const verdict = isLegacy ? verdicts.legacy : verdicts.modern;
      const end = 'protocol' in verdict ? `agrees on ${verdict.protocol}` : `is ${verdict.code}`;
      judgeTest(`with ${title} ${end}`, hasOpenssl, async () => {
        const server = await serve(options, { key, digest });
        const { dial, refused, target } = dialing(server.port, isLegacy ? legacy() : trusted());
        if ('code' in verdict) {
          const failure = await refused();
          const { code, reason, says = / / } = verdict;
          expect(failure).toMatchObject({ code, facts: { reason, host: target.host } });
          expect(failure.message).toMatch(says);
          const advisesLegacy = code === 'tls-too-old' && !isLegacy;
          if (advisesLegacy) expect(failure.advice).toMatch(/KB3080079.*tls: legacy/);
          return;
        }
        const dialed = await dial();
        expect(dialed.tls).toEqual({
          protocol: verdict.protocol,
          cipher: expect.stringMatching(/^TLS_/),
          isLegacy,
        });
        expect(await exchangeOver(dialed, target, server)).toBe('answer');
      });
    }
  });

  describe('and a client certificate', () => {
    const clientOf = (by: TlsAuthority, wish: Partial<CertificateWish> = {}) => {
      const { pem, keyPem } = issued({ name: 'deploy', names: null, ...wish }, by);
      return { certificate: pem, privateKey: keyPem } satisfies CertificateCredential;
    };
    const known = () => clientOf(authority);
    const stranger = () => clientOf(strangers, { name: 'stranger' });
    const expired = () =>
      clientOf(authority, {
        name: 'late',
        from: new Date(Date.now() - 2 * 24 * 3600_000),
        to: new Date(Date.now() - 24 * 3600_000),
      });
    const dialingAs = (
      { port }: TlsServer,
      clientCertificate: CertificateCredential | null,
      more = trusted(),
    ) => dialing(port, more, clientCertificate === null ? {} : { clientCertificate });
    const demanding = () => `-Verify 2 -verify_return_error -CAfile ${authority.certFile}`;
    // `-no_resumption_on_reneg`: a resumed session asks for no certificate.
    /** As http.sys does for a resource that wants one; over when the server has seen the proof, or has refused. */
    const renegotiate = async (server: TlsServer): Promise<void> => {
      server.tell('R\n');
      await server.until(/<<< [^\n]*CertificateVerify|>>> [^\n]*Alert/);
    };

    for (const [version, options, protocol] of [
      ['TLS 1.2', '-tls1_2', 'TLSv1.2'],
      ['TLS 1.2 and 1.3', '', 'TLSv1.2'],
      ['TLS 1.0', `-tls1 ${anything}`, 'TLSv1'],
    ] as const) {
      const more = () => (protocol === 'TLSv1' ? legacy() : trusted());

      judgeTest(`of ${version} asks for it by renegotiation and gets it`, hasOpenssl, async () => {
        const server = await serve(
          `${options} -msg -no_resumption_on_reneg -CAfile ${authority.certFile}`,
        );
        const { dial, target } = dialingAs(server, known(), more());
        const dialed = await dial();
        const answer = await exchangeOver(dialed, target, server, { meanwhile: renegotiate });
        expect([answer, dialed.tls?.protocol]).toEqual(['answer', protocol]);
      });

      judgeTest(`of ${version} asks for it in the handshake and gets it`, hasOpenssl, async () => {
        const server = await serve(`${options} ${demanding()}`);
        const { dial, target } = dialingAs(server, known(), more());
        expect(await exchangeOver(await dial(), target, server)).toBe('answer');
        await server.until(/subject=CN = deploy/);
      });
    }

    judgeTest('that demands one of TLS 1.2 and gets none is refused', hasOpenssl, async () => {
      const server = await serve(`-tls1_2 ${demanding()}`);
      const failure = await dialingAs(server, null).refused();
      expect(failure).toMatchObject({
        code: 'client-certificate-refused',
        facts: { reason: 'none-given', alert: 'handshake-failure' },
      });
      expect(failure.advice).toContain('auth: certificate');
    });

    judgeTest('that demands one of TLS 1.3 and gets none is refused', hasOpenssl, async () => {
      const server = await serve(`-tls1_3 ${demanding()}`);
      const { dial, target } = dialingAs(server, null);
      const failure = await failureOf(exchangeOver(await dial(), target, server));
      expect(failure).toMatchObject({
        code: 'client-certificate-refused',
        facts: { reason: 'none-given', alert: 'certificate-required' },
      });
    });

    judgeTest('that says so before the first request is believed later', hasOpenssl, async () => {
      const server = await serve(`-tls1_3 ${demanding()}`);
      const { dial, target } = dialingAs(server, null);
      const dialed = await dial();
      await new Promise((resolve) => dialed.socket.once('close', resolve));
      const failure = await failureOf(exchangeOver(dialed, target, server));
      expect(failure).toMatchObject({ facts: { alert: 'certificate-required' } });
    });

    for (const { title, client, reason } of [
      { title: 'of an unknown issuer', client: stranger, reason: 'unknown-issuer' },
      { title: 'that has expired', client: expired, reason: 'expired' },
    ]) {
      judgeTest(`${title} refuses it in the handshake`, hasOpenssl, async () => {
        const server = await serve(`-tls1_2 ${demanding()}`);
        const failure = await dialingAs(server, client()).refused();
        expect(failure).toMatchObject({ code: 'client-certificate-refused', facts: { reason } });
        expect(failure.message).toMatch(/"CN=(stranger|late)" of "CN=\w+", valid until 2/);
      });

      judgeTest(`${title} refuses it after a renegotiation`, hasOpenssl, async () => {
        const server = await serve(
          `-tls1_2 -msg -no_resumption_on_reneg -verify_return_error -CAfile ${authority.certFile}`,
        );
        const { dial, target } = dialingAs(server, client());
        const failure = await failureOf(
          exchangeOver(await dial(), target, server, { meanwhile: renegotiate }),
        );
        expect(failure).toMatchObject({ code: 'client-certificate-refused', facts: { reason } });
      });
    }

    judgeTest('of TLS 1.3 only is too new for one, and says so', hasOpenssl, async () => {
      const server = await serve('-tls1_3');
      expect(await dialingAs(server, known(), legacy()).refused()).toMatchObject({
        code: 'protocol-error',
        facts: { reason: 'protocol-too-new' },
      });
      const failure = await dialingAs(server, known()).refused();
      expect(failure).toMatchObject({ facts: { reason: 'no-common-protocol' } });
      expect(failure.message).toContain('TLS 1.2, which a client certificate needs');
    });
  });
});
