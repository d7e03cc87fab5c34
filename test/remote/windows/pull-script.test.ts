import { pullFailure } from '../../../remote/windows/pull-failure';
import { noToolCode, pullFiles, pullScript } from '../../../remote/windows/pull-script';
import { isTaskOf, pullTaskName } from '../../../remote/windows/scheduled-tasks';
import { createTestMachine } from '../../lab/windows/test-machine';
import type { TestMachine } from '../../lab/windows/test-machine';
import { serveFile } from '../../web-server';
import type { WebServer } from '../../web-server';

const sha256 = 'ab12cd34'.repeat(8);
const bytes = Buffer.from('MSCF'.repeat(1000));
const folder = 'C:\\Windows\\Temp';
const files = pullFiles(folder);

let server: WebServer;
let host: TestMachine;

beforeEach(async () => {
  server = await serveFile(bytes);
  host = createTestMachine();
});
afterEach(async () => {
  host.machine.dispose();
  await server.close();
});

/** Not as the local system but in a session, where BITS refuses. */
async function inSession(
  url: string,
): Promise<{ code: number; ended: string | null; log: string }> {
  host.write(files.script, pullScript(url, sha256));
  const { code } = await host.run(`cmd /c ${files.script}`);
  return { code, ended: host.read(files.result), log: host.read(files.log) ?? '' };
}

it('gets the package by certutil where BITS refuses, as in a network logon', async () => {
  const { code, ended, log } = await inSession(`${server.url}/a%20b.msu?x=%25&y=1`);
  expect([code, ended]).toEqual([0, '0\r\n']);
  expect(log).toContain('0x800704dd');
  expect(host.read(files.part)).toBe(bytes.toString());
  expect(server.requests).toEqual(['GET /a%20b.msu?x=%25&y=1']);
});

it('tells that there is no tool', async () => {
  await host.run('del C:\\Windows\\System32\\bitsadmin.exe C:\\Windows\\System32\\certutil.exe');
  await host.run('del C:\\Windows\\System32\\certutil.exe');
  const { code, ended, log } = await inSession(`${server.url}/p.msu`);
  expect([code, ended]).toEqual([noToolCode, `${noToolCode}\r\n`]);
  expect(pullFailure({ url: 'http://x/y.msu', code, log })).toMatchObject({
    code: 'url-refused',
    facts: { reason: 'no-tool', url: 'http://x/y.msu' },
    message: expect.stringContaining('neither bitsadmin nor certutil') as unknown,
  });
});

it('leaves nothing of an earlier pull to be taken for its own', async () => {
  host.write(files.part, 'half of another');
  server.behave({ status: 404 });
  const { code } = await inSession(`${server.url}/p.msu`);
  expect(code).toBe(0x80190194);
  expect(host.read(files.part)).toBeNull();
});

it.each(['KB3004383', 'hotfix', 'pull', 'a'])(
  'is run by a task that is never taken for an installer of %s',
  (hotfixId) => {
    expect(isTaskOf(hotfixId)(pullTaskName(sha256))).toBe(false);
  },
);

describe('why a pull failed', () => {
  const bits = (code: string): string =>
    `ERROR FILE:    http://x -> C:\\y\r\nERROR CODE:    ${code} - Nicht gefunden.\r\nERROR CONTEXT: 0x00000005 - …\r\n`;

  it.each([
    {
      log: bits('0x80190194'),
      code: 1,
      failure: 'url-refused',
      reason: 'not-found',
      retryable: false,
    },
    { log: bits('0x80190193'), code: 1, failure: 'url-refused', reason: 'http', retryable: false },
    {
      log: bits('0x801901f7'),
      code: 1,
      failure: 'url-unreachable',
      reason: 'http',
      retryable: true,
    },
    {
      log: bits('0x801901ad'),
      code: 1,
      failure: 'url-unreachable',
      reason: 'http',
      retryable: true,
    },
    {
      log: bits('0x80072ee7'),
      code: 1,
      failure: 'url-unreachable',
      reason: 'name',
      retryable: true,
    },
    {
      log: bits('0x80072ee2'),
      code: 1,
      failure: 'url-unreachable',
      reason: 'timeout',
      retryable: true,
    },
    { log: bits('0x80072f8f'), code: 1, failure: 'url-refused', reason: 'tls', retryable: false },
    {
      log: bits('0x80070070'),
      code: 1,
      failure: 'disk-full',
      reason: 'disk-full',
      retryable: false,
    },
    {
      log: bits('0x80200010'),
      code: 1,
      failure: 'url-unreachable',
      reason: 'unknown',
      retryable: true,
    },
    {
      log: 'Zugriff verweigert',
      code: 1,
      failure: 'url-unreachable',
      reason: 'unknown',
      retryable: true,
    },
    // certutil ends with the code itself; what BITS said before it in the same log counts for nothing.
    {
      log: bits('0x80200013'),
      code: 0x80190194,
      failure: 'url-refused',
      reason: 'not-found',
      retryable: false,
    },
  ])('$failure, $reason: by $code and $log', ({ log, code, failure, reason, retryable }) => {
    expect(pullFailure({ url: 'http://x', code, log })).toMatchObject({
      code: failure,
      retryable,
      facts: { reason, url: 'http://x' },
    });
  });
});
