import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { labCertificates } from '../../../lab/winrm/certificates';
import { createDialer } from '../../../remote/winrm/dial';
import { connectionTo, failureOf } from './scene';

const sockets = new Set<Socket>();
const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  sockets.forEach((socket) => socket.destroy());
  sockets.clear();
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function portOf(server: ReturnType<typeof createServer>): Promise<number> {
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => new Promise((resolve) => server.close(() => resolve())));
  return (server.address() as AddressInfo).port;
}

const target = { host: 'ex01', url: 'https://ex01/wsman' };
const dialerTo = (port: number, scheme: 'http' | 'https', fingerprint = '', timeoutMs = 10_000) =>
  createDialer({
    connection: connectionTo(port, { scheme }),
    target,
    trust: { kind: 'pinned', fingerprint },
    connectTimeoutMs: timeoutMs,
  });

test('what was agreed is known after the first connection, and there is none over plain HTTP', async () => {
  const { key, cert, fingerprint } = await labCertificates();
  const port = await portOf(createTlsServer({ key, cert }));
  const dialer = dialerTo(port, 'https', fingerprint);
  expect(dialer.agreed()).toBeNull();
  const { tls, socket } = await dialer.dial();
  expect(dialer.agreed()).toEqual(tls);
  expect(tls).toMatchObject({ protocol: 'TLSv1.3', isLegacy: false });
  socket.destroy();

  const plain = dialerTo(await portOf(createServer()), 'http');
  const dialed = await plain.dial();
  expect([dialed.tls, dialed.offer, dialed.serverCertificate, plain.agreed()]).toEqual([
    null,
    null,
    null,
    null,
  ]);
  dialed.socket.destroy();
});

test('an idle connection that the host resets ends nothing but itself, and keeps why', async () => {
  const server = createServer();
  const port = await portOf(server);
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  const dialed = await dialerTo(port, 'http').dial();
  const closed = new Promise((resolve) => dialed.socket.once('close', resolve));
  (await accepted).resetAndDestroy();
  await closed;
  expect(dialed.lastError()).toMatchObject({ code: 'ECONNRESET' });
});

test('a host that takes the connection and never speaks TLS is connect-timeout', async () => {
  const port = await portOf(createServer());
  expect((await failureOf(dialerTo(port, 'https', '', 100).dial())).code).toBe('connect-timeout');
});

test('closing ends connections that are still being made', async () => {
  const server = createServer();
  const port = await portOf(server);
  const accepted = new Promise((resolve) => server.once('connection', resolve));
  const dialer = dialerTo(port, 'https');
  const dialing = failureOf(dialer.dial());
  await accepted;
  dialer.close();
  expect((await dialing).code).toBe('connection-lost');
});

test('a port that nobody listens at is host-unreachable, with TLS as without', async () => {
  const server = createServer();
  const port = await portOf(server);
  await cleanups.pop()?.();
  for (const scheme of ['http', 'https'] as const) {
    expect((await failureOf(dialerTo(port, scheme).dial())).code).toBe('host-unreachable');
  }
});
