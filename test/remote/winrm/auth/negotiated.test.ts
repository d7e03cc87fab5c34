import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openTunedWinRm } from '../../../../remote/winrm/client';
import { connectionTo, failureOf, quickTuning } from '../scene';

let server: Server;
const seen: { authorization: string; bytes: number }[] = [];

beforeEach(async () => {
  seen.length = 0;
  server = createServer((request, response) => {
    let bytes = 0;
    request.on('data', (chunk: Buffer) => (bytes += chunk.length));
    request.on('end', () => {
      seen.push({ authorization: request.headers.authorization ?? '', bytes });
      response.writeHead(503).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const open = () =>
  openTunedWinRm(
    connectionTo((server.address() as AddressInfo).port, { auth: 'ntlm', allowUnencrypted: false }),
    { username: 'CONTOSO\\anna', password: 'never in the clear' },
    { shell: 'when-needed' },
    quickTuning,
  );

test('the first token goes out with the first request, and no message before the login is done', async () => {
  const session = await open();
  expect((await failureOf(session.run('ver'))).code).toBe('host-unreachable');
  await session.close();
  expect(seen[0]?.authorization).toMatch(/^Negotiate TlRMTVNTUAAB/);
  expect(seen.every(({ bytes }) => bytes === 0)).toBe(true);
});

test('a login that a booting host cut short is begun anew with the next request', async () => {
  const session = await open();
  for (let run = 0; run < 3; run += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    expect((await failureOf(session.run('ver'))).code).toBe('host-unreachable');
  }
  await session.close();
  expect(
    seen.every(({ authorization }) => authorization.startsWith('Negotiate TlRMTVNTUAAB')),
  ).toBe(true);
});
