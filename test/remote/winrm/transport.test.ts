import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { labCertificates } from '../../../lab/winrm/certificates';
import type { CertificateOptions } from '../../../lab/winrm/certificates';
import { serveWinRm } from '../../../lab/winrm/server';
import { openTunedWinRm, openWinRm } from '../../../remote/winrm/client';
import { account, createFakeMachine } from '../../lab/winrm/fake-machine';
import { listenByScript } from './scripted-listener';
import type { Exchange } from './scripted-listener';
import { connectionTo, failureOf, openQuick, quickTuning } from './scene';

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function scripted(
  script: (exchange: Exchange) => void,
  identity: string | null = null,
): Promise<number> {
  const listener = await listenByScript(script, identity);
  cleanups.push(() => listener.close());
  return listener.port;
}

/** A port behind which a function has the bare socket. */
async function bareListener(onSocket: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    sockets.forEach((socket) => socket.destroy());
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

async function closedPort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('a closed port is host-unreachable', async () => {
  const port = await closedPort();
  const failure = await failureOf(openQuick(port));
  expect(failure).toMatchObject({
    code: 'host-unreachable',
    facts: { host: `127.0.0.1:${port}`, error: 'ECONNREFUSED' },
  });
});

test('a name that nobody knows is host-unreachable', async () => {
  const connection = connectionTo(5985, { address: 'no-such-host.invalid' });
  expect((await failureOf(openWinRm(connection, account))).code).toBe('host-unreachable');
});

test('a host that takes the connection and says nothing is connect-timeout', async () => {
  const port = await bareListener(() => undefined);
  const failure = await failureOf(openQuick(port, { connectTimeoutMs: 100 }));
  expect(failure.code).toBe('connect-timeout');
});

test('a host that never finishes TLS is connect-timeout', async () => {
  const port = await bareListener(() => undefined);
  const connection = connectionTo(port, { scheme: 'https' });
  const failure = await failureOf(openTunedWinRm(connection, account, { connectTimeoutMs: 100 }));
  expect(failure.code).toBe('connect-timeout');
});

test('a port that closes the connection at once is connection-lost', async () => {
  const port = await bareListener((socket) => socket.destroy());
  expect((await failureOf(openQuick(port))).code).toBe('connection-lost');
});

test.each([
  { name: 'a banner of another protocol', text: 'SSH-2.0-OpenSSH_9.2\r\n' },
  { name: 'something that only begins like HTTP', text: 'HTTP/1.1 abc\r\n\r\n' },
])('$name is protocol-error', async ({ text }) => {
  const port = await bareListener((socket) => socket.write(text));
  expect((await failureOf(openQuick(port))).code).toBe('protocol-error');
});

test('plain HTTP where TLS was to be is protocol-error', async () => {
  const port = await bareListener((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  const connection = connectionTo(port, { scheme: 'https' });
  expect((await failureOf(openWinRm(connection, account))).code).toBe('protocol-error');
});

test.each([
  { name: '500 without a body', status: 500, body: '', code: 'protocol-error' },
  {
    name: 'an HTML page of a proxy',
    status: 200,
    body: '<html><br></html>',
    code: 'protocol-error',
  },
  { name: 'well-formed HTML', status: 403, body: '<html><body/></html>', code: 'protocol-error' },
  { name: '404', status: 404, body: 'Not Found', code: 'protocol-error' },
  { name: '413', status: 413, body: '', code: 'protocol-error' },
  { name: '503 of http.sys before WinRM runs', status: 503, body: '', code: 'host-unreachable' },
  { name: '502 of a proxy', status: 502, body: '<html/>', code: 'host-unreachable' },
  { name: 'a DTD', status: 200, body: '<!DOCTYPE a><a/>', code: 'hostile-reply' },
  {
    name: 'an answer without end',
    status: 200,
    body: Buffer.alloc(3_000_000, ' '),
    code: 'hostile-reply',
  },
])('$name is $code', async ({ status, body, code }) => {
  const port = await scripted((exchange) => exchange.answer(status, body, 'text/html'));
  const failure = await failureOf(openQuick(port));
  expect(failure.code).toBe(code);
  expect(failure.facts['host']).toBe(`127.0.0.1:${port}`);
});

test.each([
  { who: 'another service', identity: null, says: /does not identify itself as WinRM/, is: false },
  {
    who: 'WinRM itself',
    identity: 'OS: 0.0.0 SP: 0.0 Stack: 3.0',
    says: /WinRM answers at .* \(Microsoft Corporation, OS: 0\.0\.0/,
    is: true,
  },
])('an answer that is no WinRM message says when it came from $who', async (given) => {
  const port = await scripted(
    (exchange) => exchange.answer(404, '<html/>', 'text/html'),
    given.identity,
  );
  const failure = await failureOf(openQuick(port));
  expect(failure).toMatchObject({ code: 'protocol-error', facts: { isWinRm: given.is } });
  expect(failure.message).toMatch(given.says);
});

test('a login that is refused says whose, and never the password', async () => {
  const port = await scripted(({ response }) => {
    response.writeHead(401, { 'www-authenticate': ['Negotiate', 'Basic realm="WSMAN"'] });
    response.end();
  });
  const failure = await failureOf(openQuick(port));
  expect(failure).toMatchObject({ code: 'login-refused', facts: { reason: 'refused' } });
  expect(failure.message).toContain(account.username);
  expect(JSON.stringify([failure.message, failure.facts, failure.advice])).not.toContain(
    account.password,
  );
});

test('a host that does not offer Basic is told from a wrong password', async () => {
  const port = await scripted(({ response }) => {
    response.writeHead(401, { 'www-authenticate': 'Negotiate' });
    response.end();
  });
  const failure = await failureOf(openQuick(port));
  expect(failure).toMatchObject({ code: 'login-refused', facts: { reason: 'method-not-offered' } });
  expect(failure.advice).toContain('Basic');
});

test('a reply that is cut in the middle is connection-lost', async () => {
  const port = await scripted(({ kind, response, usual }) => {
    if (kind !== 'receive') return usual();
    response.writeHead(200, { 'content-length': 1000 });
    response.write('<s:Envelope', () => response.destroy());
  });
  const session = await openQuick(port);
  expect((await failureOf(session.run('ver'))).code).toBe('connection-lost');
  await session.close();
});

test('a host that falls silent in the middle of a command ends as timed out, and close does not hang', async () => {
  let silent = false;
  const port = await scripted(({ kind, usual }) => {
    silent ||= kind === 'receive';
    if (!silent) usual();
  });
  const session = await openQuick(port, {}, { cleanupMs: 100 });
  await expect(session.run('ver', { timeoutMs: 50 })).resolves.toMatchObject({ timedOut: true });
  await session.close();
});

test('a host that takes no command in time is a failure, for nobody knows whether it runs', async () => {
  const port = await scripted(({ kind, usual }) => {
    if (kind !== 'command') usual();
  });
  const session = await openQuick(port, {}, { cleanupMs: 100 });
  expect((await failureOf(session.run('ver', { timeoutMs: 50 }))).code).toBe('command-timeout');
  await session.close();
});

test('over plain HTTP nothing is sent unless the fleet allows it', async () => {
  let connections = 0;
  const port = await bareListener(() => {
    connections += 1;
  });
  const failure = await failureOf(
    openWinRm(connectionTo(port, { allowUnencrypted: false }), account),
  );
  expect(failure.code).toBe('unencrypted-refused');
  expect(connections).toBe(0);
});

test.each([
  { name: 'a key', credential: { username: 'x', privateKey: 'PEM' } },
  { name: 'a user name with a colon', credential: { username: 'a:b', password: 'c' } },
])('$name cannot log in with Basic', async ({ credential }) => {
  const failure = await failureOf(openWinRm(connectionTo(1), credential));
  expect(failure.code).toBe('credential-malformed');
});

describe('the certificate of the host', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'winrm-'));
  });

  afterAll(() => rm(folder, { recursive: true }));

  async function serve(options: CertificateOptions = {}) {
    const certificates = await labCertificates(options);
    const server = await serveWinRm(createFakeMachine(), { scheme: 'https', tls: certificates });
    cleanups.push(() => server.close());
    const caFile = join(folder, `${server.port}.pem`);
    await writeFile(caFile, certificates.caPem);
    return { connection: connectionTo(server.port, { scheme: 'https', caFile }), certificates };
  }

  const open = (connection: ReturnType<typeof connectionTo>) =>
    openTunedWinRm(connection, account, {}, quickTuning);

  test('is believed when caFile names its issuer', async () => {
    const { connection } = await serve();
    const session = await open(connection);
    await expect(session.run('ver')).resolves.toMatchObject({ timedOut: false });
    await session.close();
  });

  test('of an unknown issuer is refused', async () => {
    const { connection } = await serve();
    const { caFile: _, ...without } = connection;
    expect(await failureOf(open(without))).toMatchObject({
      code: 'certificate-invalid',
      facts: { reason: 'unknown-issuer' },
    });
  });

  test('that has expired is refused', async () => {
    const day = 24 * 3600_000;
    const { connection } = await serve({
      notBefore: new Date(Date.now() - 2 * day),
      notAfter: new Date(Date.now() - day),
    });
    expect(await failureOf(open(connection))).toMatchObject({
      code: 'certificate-invalid',
      facts: { reason: 'expired' },
    });
  });

  test('for another name is refused', async () => {
    const certificates = await labCertificates();
    const server = await serveWinRm(createFakeMachine(), {
      scheme: 'https',
      address: '127.0.0.2',
      tls: certificates,
    });
    cleanups.push(() => server.close());
    const caFile = join(folder, 'other.pem');
    await writeFile(caFile, certificates.caPem);
    const elsewhere = connectionTo(server.port, { scheme: 'https', address: '127.0.0.2', caFile });
    expect(await failureOf(open(elsewhere))).toMatchObject({
      code: 'certificate-invalid',
      facts: { reason: 'wrong-name' },
    });
  });

  test('that is pinned is believed without issuer, name or date', async () => {
    const { connection, certificates } = await serve();
    const { caFile: _, ...without } = connection;
    const withColons = certificates.fingerprint.toUpperCase().replace(/(..)(?=.)/g, '$1:');
    for (const certificateFingerprint of [certificates.fingerprint, withColons]) {
      const session = await open({ ...without, certificateFingerprint });
      await expect(session.run('ver')).resolves.toMatchObject({ timedOut: false });
      await session.close();
    }
  });

  test('other than the pinned one is refused before the password is sent, and both are named', async () => {
    const certificates = await labCertificates();
    const machine = createFakeMachine();
    const server = await serveWinRm(machine, { scheme: 'https', tls: certificates });
    cleanups.push(() => server.close());
    const expected = 'a'.repeat(64);
    const failure = await failureOf(
      open(connectionTo(server.port, { scheme: 'https', certificateFingerprint: expected })),
    );
    expect(failure).toMatchObject({
      code: 'certificate-changed',
      facts: { expected, found: certificates.fingerprint },
    });
    expect(failure.message).toContain(expected);
    expect(failure.message).toContain(certificates.fingerprint);
    expect(machine.logins).toEqual([]);
  });

  test.each([
    { name: 'a caFile that is not there', more: { caFile: 'no/such.pem' } },
    { name: 'a fingerprint that is none', more: { certificateFingerprint: 'SHA1:12' } },
  ])('$name is bad-request', async ({ more }) => {
    const connection = connectionTo(1, { scheme: 'https', ...more });
    expect((await failureOf(open(connection))).code).toBe('bad-request');
  });
});
