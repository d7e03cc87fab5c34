import { certutil } from '../../../../lab/windows/tools/certutil';
import { serveFile } from '../../../web-server';
import type { WebServer } from '../../../web-server';
import { createEmulatedHost, run } from './emulated-host';

const bytes = Buffer.from('MSCF'.repeat(1000));
const path = 'C:\\Windows\\Temp\\p.msu';

let server: WebServer;
beforeEach(async () => {
  server = await serveFile(bytes);
});
afterEach(() => server.close());

const fetch = async (tail: string) => {
  const { host } = createEmulatedHost();
  const { code, stdout } = await run(certutil, host, tail);
  return { code, stdout: stdout.toString('latin1'), file: host.files.read(path) };
};

it('fetches a file for whoever asks', async () => {
  const { code, stdout, file } = await fetch(`-urlcache -split -f ${server.url}/p.msu ${path}`);
  expect([code, file]).toEqual([0, bytes]);
  expect(stdout).toBe(
    '****  Online  ****\r\n  000000  ...\r\n  000fa0\r\n' +
      'CertUtil: -URLCache command completed successfully.\r\n',
  );
});

it('does with a server that gives no ranges', async () => {
  server.behave({ withoutRanges: true, withoutLength: true });
  const { code, file } = await fetch(`-urlcache -split -f ${server.url}/p.msu ${path}`);
  expect([code, file]).toEqual([0, bytes]);
});

it.each([
  {
    status: 404,
    code: 0x80190194,
    text: 'FAILED: 0x80190194 (-2145844844)\r\nCertUtil: Not found (404).',
  },
  { status: 403, code: 0x80190193, text: 'CertUtil: Forbidden (403).' },
])('ends with the code of HTTP $status', async ({ status, code, text }) => {
  server.behave({ status });
  const result = await fetch(`-urlcache -split -f ${server.url}/p.msu ${path}`);
  expect(result).toMatchObject({ code, file: null });
  expect(result.stdout).toContain(text);
});

it.each([
  { url: 'http://files.contoso.test/p.msu', code: 0x80072ee7, text: '(WIN32: 12007)' },
  { url: 'http://10.1.2.3/p.msu', code: 0x80072efd, text: '(WIN32: 12029)' },
])('knows no network but the loopback: $url', async ({ url, code, text }) => {
  const result = await fetch(`-urlcache -split -f ${url} ${path}`);
  expect(result.code).toBe(code);
  expect(result.stdout).toContain(text);
});

it('forgets a url when it is told to, without asking the server', async () => {
  expect((await fetch(`-urlcache ${server.url}/p.msu delete`)).code).toBe(0);
  expect(server.requests).toEqual([]);
});

it.each(['-urlcache', '-urlcache -f ftp://x/y C:\\y', '-urlcache -f http://127.0.0.1/x a b'])(
  'refuses %s',
  async (tail) => {
    expect((await fetch(tail)).code).toBe(0x80070057);
  },
);
