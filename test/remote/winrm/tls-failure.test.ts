import { X509Certificate, createPrivateKey } from 'node:crypto';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import { labCertificates } from '../../../lab/winrm/certificates';
import { socketFailure } from '../../../remote/winrm/errors';
import { tlsFailure } from '../../../remote/winrm/tls-failure';
import { defaultTuning } from '../../../remote/winrm/config';
import { createHttpConnection } from '../../../remote/winrm/http-connection';
import { failureOf } from './scene';
import { dialing } from './tls-scene';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** A port behind which a function gets what the client sends first. */
async function answering(answer: (socket: Socket, hello: Buffer) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', (hello) => answer(socket, hello));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    sockets.forEach((socket) => socket.destroy());
    return new Promise((resolve) => server.close(() => resolve()));
  });
  return (server.address() as AddressInfo).port;
}

/**
 * A record with a ServerHello without extensions (RFC 5246, 7.4.1.3), which is how an old Schannel greets: it takes what
 * it knows of the offer and does not know renegotiation_info.
 */
function serverHello(minor: number): Buffer {
  const cipher = [0x00, 0x2f]; // TLS_RSA_WITH_AES_128_CBC_SHA
  const body = Buffer.from([3, minor, ...Buffer.alloc(32, 7), 0, ...cipher, 0]);
  const handshake = Buffer.from([2, 0, 0, body.length, ...body]);
  return Buffer.from([22, 3, minor, 0, handshake.length, ...handshake]);
}

const alertRecord = (description: number): Buffer => Buffer.from([21, 3, 3, 0, 2, 2, description]);

describe('a host that greets with', () => {
  test.each([
    { name: 'TLS 1.0', minor: 1, reason: 'protocol', error: 'ERR_SSL_UNSUPPORTED_PROTOCOL' },
    { name: 'TLS 1.1', minor: 2, reason: 'protocol', error: 'ERR_SSL_UNSUPPORTED_PROTOCOL' },
    {
      name: 'TLS 1.2 as before MS10-049',
      minor: 3,
      reason: 'no-secure-renegotiation',
      error: 'ERR_SSL_UNSAFE_LEGACY_RENEGOTIATION_DISABLED',
    },
  ])('$name is too old, and legacy goes on with it', async ({ minor, reason, error }) => {
    const port = await answering((socket) => socket.end(serverHello(minor)));
    const failure = await dialing(port).refused();
    expect(failure).toMatchObject({ code: 'tls-too-old', facts: { reason, error } });
    expect(failure.advice).toMatch(/KB3080079.*tls: legacy/);
    // It waits for the certificate, and the server has no more to say.
    expect(await dialing(port, { tls: 'legacy' }).refused()).toMatchObject({
      code: 'connection-lost',
      facts: { reason: 'ended-in-handshake' },
    });
  });

  test('SSL 3.0 is out of reach of legacy, and the advice does not send there', async () => {
    const port = await answering((socket) => socket.end(serverHello(0)));
    const failure = await dialing(port, { tls: 'legacy' }).refused();
    expect(failure.code).toBe('tls-too-old');
    expect(failure.advice).toContain('does not reach that far');
  });
});

test.each([
  { name: 'a 400 of http.sys', text: 'HTTP/1.1 400 Bad Request\r\n\r\n' },
  { name: 'a banner of SSH', text: 'SSH-2.0-OpenSSH_for_Windows_9.5\r\n' },
])('where TLS was to be, $name is no TLS, and the advice is scheme: http', async ({ text }) => {
  const port = await answering((socket) => socket.end(text));
  const failure = await dialing(port).refused();
  expect(failure).toMatchObject({ code: 'protocol-error', facts: { reason: 'not-tls' } });
  expect(failure.advice).toContain('scheme: http');
});

test('where plain HTTP was to be, an alert of TLS is told as such', async () => {
  const port = await answering((socket) => socket.end(alertRecord(70)));
  const { dial, target } = dialing(port, { scheme: 'http' });
  const dialed = await dial();
  expect(dialed).toMatchObject({ tls: null, serverCertificate: null });
  const connection = createHttpConnection(dialed, target, '/wsman', defaultTuning);
  const failure = await failureOf(connection.post(Buffer.from('x'), {}, { timeoutMs: 5000 }));
  connection.close();
  expect(failure).toMatchObject({ code: 'protocol-error', facts: { reason: 'speaks-tls' } });
  expect(failure.advice).toContain('scheme: https');
});

test.each([
  { name: 'closes', end: (socket: Socket) => void socket.end() },
  { name: 'resets', end: (socket: Socket) => void socket.resetAndDestroy() },
])('a host that $name the connection in the handshake may only be booting', async ({ end }) => {
  const failure = await dialing(await answering(end)).refused();
  expect(failure).toMatchObject({
    code: 'connection-lost',
    retryable: true,
    facts: { reason: 'ended-in-handshake' },
  });
  expect(failure.advice).toContain('netsh http show sslcert');
});

test.each([
  { alert: 80, name: 'internal-error', code: 'protocol-error', reason: 'alert' },
  { alert: 112, name: 'unrecognized-name', code: 'protocol-error', reason: 'alert' },
  { alert: 71, name: 'insufficient-security', code: 'protocol-error', reason: 'no-common-cipher' },
  { alert: 40, name: 'handshake-failure', code: 'protocol-error', reason: 'no-common-cipher' },
  { alert: 70, name: 'protocol-version', code: 'tls-too-old', reason: 'protocol' },
])('the alert $name as the first answer is $code', async ({ alert, name, code, reason }) => {
  const port = await answering((socket) => socket.end(alertRecord(alert)));
  expect(await dialing(port).refused()).toMatchObject({ code, facts: { reason, alert: name } });
});

const target = { host: 'ex01.test:5986', url: 'https://ex01.test:5986/wsman' };
const withCertificate = { isLegacy: false, clientCertificate: '"CN=deploy"' };

test.each([
  { errno: 'ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE', alert: 'bad-certificate', reason: 'refused' },
  {
    errno: 'ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN',
    alert: 'certificate-unknown',
    reason: 'refused',
  },
  {
    errno: 'ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED',
    alert: 'certificate-revoked',
    reason: 'revoked',
  },
  { errno: 'ERR_SSL_TLSV1_ALERT_ACCESS_DENIED', alert: 'access-denied', reason: 'refused' },
])('$errno, as one OpenSSL or another calls it, is about the client certificate', (row) => {
  const { errno, alert, reason } = row;
  expect(tlsFailure(errno, target, 'exchange', withCertificate, null)).toMatchObject({
    code: 'client-certificate-refused',
    facts: { alert, reason },
  });
});

test('what is no error of TLS is left to others', () => {
  expect(tlsFailure('ECONNRESET', target, 'greeting', null, null)).toBeNull();
});

test('a reset on port 5986 without TLS is advised to try https', () => {
  const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  const failureAt = (url: string) => socketFailure(reset, { host: 'ex01.test', url }, 'reply');
  expect(failureAt('http://ex01.test:5986/wsman').advice).toContain('scheme: https');
  expect(failureAt('http://ex01.test:5985/wsman').advice).not.toContain('scheme: https');
});

describe('a client certificate is refused before anything is dialed', () => {
  test.each([
    { name: 'when its key is another one', reason: 'key-mismatch' },
    { name: 'when its passphrase is missing', reason: 'wrong-passphrase' },
    { name: 'when its passphrase is wrong', reason: 'wrong-passphrase' },
    { name: 'when it is no PEM', reason: 'not-pem' },
    { name: 'when its key is no PEM', reason: 'not-pem' },
  ])('$name', async ({ name, reason }) => {
    const [own, other] = [await labCertificates(), await labCertificates()];
    const locked = createPrivateKey(own.key)
      .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret words' })
      .toString();
    const credentials: { readonly [name: string]: object } = {
      'when its key is another one': { privateKey: other.key },
      'when its passphrase is missing': { privateKey: locked },
      'when its passphrase is wrong': { privateKey: locked, passphrase: 'other words' },
      'when it is no PEM': { certificate: 'MII...' },
      'when its key is no PEM': { privateKey: 'MII...' },
    };
    const pair = { certificate: own.cert, privateKey: own.key, ...credentials[name] };
    const failure = await dialing(1, {}, { clientCertificate: pair }).refused();
    expect(failure).toMatchObject({ code: 'credential-malformed', facts: { reason } });
    const said = JSON.stringify([failure.message, failure.facts, failure.advice, failure.cause]);
    expect(said).not.toMatch(/other words|PRIVATE KEY/);
  });

  test('and accepted with the right passphrase', async () => {
    const own = await labCertificates();
    const locked = {
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase: 'p',
    } as const;
    const privateKey = createPrivateKey(own.key).export(locked).toString();
    const clientCertificate = { certificate: own.cert, privateKey, passphrase: 'p' };
    const port = await answering((socket) => socket.end());
    expect((await dialing(port, {}, { clientCertificate }).refused()).code).toBe('connection-lost');
  });
});

test('a host that shows another certificate after a renegotiation is left', async () => {
  const [own, other] = [await labCertificates(), await labCertificates()];
  const server = createTlsServer({ key: own.key, cert: own.cert, maxVersion: 'TLSv1.2' });
  const accepted = new Promise<TLSSocket>((resolve) => server.once('secureConnection', resolve));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => new Promise((resolve) => server.close(() => resolve())));
  const { port } = server.address() as AddressInfo;
  const dialed = await dialing(port, { certificateFingerprint: own.fingerprint }).dial();
  const socket = await accepted;
  socket.on('error', () => undefined);
  const closed = new Promise((resolve) => dialed.socket.once('close', resolve));

  // The renegotiation is a real one, but no server at hand changes its certificate in one.
  const { raw } = new X509Certificate(other.cert);
  Object.assign(dialed.socket, { getPeerCertificate: () => ({ raw }) });
  socket.renegotiate({}, () => undefined);
  await closed;
  expect(dialed.lastError()).toMatchObject({
    code: 'certificate-changed',
    facts: { expected: own.fingerprint, found: other.fingerprint },
  });
  socket.destroy();
});
