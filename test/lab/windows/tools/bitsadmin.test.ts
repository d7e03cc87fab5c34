import selfsigned from 'selfsigned';
import { serveFile } from '../../../web-server';
import type { WebServer } from '../../../web-server';
import { createTestMachine } from '../test-machine';
import type { TestMachine } from '../test-machine';

const bytes = Buffer.from('MSCF'.repeat(50_000));
const path = 'C:\\Windows\\Temp\\p.msu';

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

/** Lines of a batch file, run as the local system; what they print. */
async function asSystem(lines: readonly string[]): Promise<string> {
  const script = ['@echo off', ...lines].join('\r\n');
  host.write(
    'C:\\Windows\\Temp\\run.cmd',
    `@call C:\\Windows\\Temp\\lines.cmd >C:\\Windows\\Temp\\said.txt 2>&1\r\n`,
  );
  host.write('C:\\Windows\\Temp\\lines.cmd', script);
  await host.run(
    'schtasks /create /tn t /tr C:\\Windows\\Temp\\run.cmd /ru SYSTEM /sc ONCE /st 00:00 /f',
  );
  await host.run('schtasks /run /tn t');
  // The answers of the web server take real time, the pauses of a script the host's.
  while (!host.effects().includes('task-ended')) await host.advance(1000);
  return host.read('C:\\Windows\\Temp\\said.txt') ?? '';
}

const begin = (url: string): string[] => [
  'bitsadmin /create /download job >nul',
  `bitsadmin /addfile job "${url}" ${path} >nul`,
  'bitsadmin /setnoprogresstimeout job 60 >nul',
  'bitsadmin /setminretrydelay job 5 >nul',
  'bitsadmin /resume job >nul',
];
/** Waits until the job is in none of the states that pass. */
const wait = [
  ':wait',
  'ping -n 2 127.0.0.1 >nul',
  'bitsadmin /rawreturn /getstate job >C:\\Windows\\Temp\\state.txt',
  'findstr /b "QUEUED CONNECTING TRANSFERRING TRANSIENT_ERROR" C:\\Windows\\Temp\\state.txt >nul && goto wait',
  'type C:\\Windows\\Temp\\state.txt',
];

it('refuses a network logon as BITS does: its owner is not logged on', async () => {
  const { code, stdout } = await host.run('bitsadmin /create /download job');
  expect(code).toBe(0x800704dd);
  expect(stdout).toContain('Unable to create job - 0x800704dd');
  expect(stdout).toContain('BITSADMIN version 3.0 [ 7.5.7601 ]');
});

it('transfers a file for the local system; it has its name only when the job is completed', async () => {
  const said = await asSystem([
    ...begin(`${server.url}/p.msu`),
    ...wait,
    `if exist ${path} echo too early`,
    'bitsadmin /rawreturn /getbytestransferred job',
    'bitsadmin /complete job >nul',
    'bitsadmin /getstate job >nul || echo gone',
  ]);
  expect(said).toBe(`TRANSFERRED${bytes.length}gone\r\n`);
  expect(host.read(path)).toBe(bytes.toString());
  expect(server.requests).toEqual(['HEAD /p.msu', 'GET /p.msu']);
  expect(host.ledger.entries.find(({ effect }) => effect === 'url-fetched')?.detail).toEqual({
    url: `${server.url}/p.msu`,
    path,
    bytes: bytes.length,
    tool: 'bitsadmin',
  });
});

it('follows a redirection', async () => {
  const other = await serveFile(bytes);
  server.behave({ redirectTo: `${other.url}/there.msu` });
  expect(await asSystem([...begin(`${server.url}/p.msu`), ...wait])).toBe('TRANSFERRED');
  expect(other.requests).toEqual(['HEAD /there.msu', 'GET /there.msu']);
  await other.close();
});

it.each([
  { status: 404, code: '0x80190194', text: 'Not found (404)' },
  { status: 401, code: '0x80190191', text: 'Access denied (401)' },
])('gives up at once when the server answers $status', async ({ status, code, text }) => {
  server.behave({ status });
  const said = await asSystem([
    ...begin(`${server.url}/p.msu`),
    ...wait,
    'bitsadmin /geterror job',
  ]);
  expect(said).toMatch(/^ERROR/);
  expect(said).toContain(`ERROR CODE:    ${code} - ${text}.`);
  expect(server.requests).toHaveLength(1);
});

it.each([
  { what: 'cuts connections', behaviour: { cuts: true }, code: '0x80072efe' },
  { what: 'is overloaded', behaviour: { status: 503 }, code: '0x801901f7' },
])('tries again for as long as it was told when the server $what', async ({ behaviour, code }) => {
  server.behave(behaviour);
  const said = await asSystem([
    ...begin(`${server.url}/p.msu`),
    ...wait,
    'bitsadmin /geterror job',
  ]);
  expect(said).toContain(`ERROR CODE:    ${code}`);
  expect(server.requests).toHaveLength(13);
});

it.each([
  { what: 'ranges', behaviour: { withoutRanges: true }, code: '0x80200013' },
  { what: 'a length', behaviour: { withoutLength: true }, code: '0x80200011' },
])('refuses a server that gives no $what', async ({ behaviour, code }) => {
  server.behave(behaviour);
  const said = await asSystem([
    ...begin(`${server.url}/p.msu`),
    ...wait,
    'bitsadmin /geterror job',
  ]);
  expect(said).toContain(`ERROR CODE:    ${code}`);
});

it.each([
  { url: 'http://files.contoso.test/p.msu', code: '0x80072ee7' },
  { url: 'http://192.0.2.1/p.msu', code: '0x80072efd' },
])('knows no network but the loopback: $url', async ({ url, code }) => {
  const said = await asSystem([...begin(url), ...wait, 'bitsadmin /geterror job']);
  expect(said).toContain(`ERROR CODE:    ${code}`);
});

it('takes what it had of a cancelled job from the disk', async () => {
  const before = host.machine.files.list('C:\\Windows\\Temp')?.length ?? 0;
  await asSystem([...begin(`${server.url}/p.msu`), ...wait, 'bitsadmin /cancel job >nul']);
  const left = host.machine.files.list('C:\\Windows\\Temp') ?? [];
  expect(left.filter((name) => /^BIT|msu$/.test(name))).toEqual([]);
  expect(left.length).toBeGreaterThan(before);
});

it('ends with an error when the disk has no room', async () => {
  host.machine.dispose();
  host = createTestMachine({ windows: { freeBytes: 100_000 } });
  const said = await asSystem([
    ...begin(`${server.url}/p.msu`),
    ...wait,
    'bitsadmin /geterror job',
  ]);
  expect(said).toMatch(/^ERROR/);
  expect(said).toContain('ERROR CODE:    0x80070070');
});

it('is told of unknown jobs and verbs', async () => {
  await expect(host.run('bitsadmin /getstate nobody')).resolves.toMatchObject({ code: 0x80200001 });
  await expect(host.run('bitsadmin /sing nobody')).resolves.toMatchObject({ code: 1 });
});

it('trusts only the certificates that the machine trusts', async () => {
  const names = [{ name: 'commonName', value: '127.0.0.1' }];
  const pems = await selfsigned.generate(names, {
    keySize: 2048,
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  } as never);
  const safe = await serveFile(bytes, { key: pems.private, cert: pems.cert });
  const lines = [...begin(`${safe.url}/p.msu`), ...wait, 'bitsadmin /geterror job'];
  expect(await asSystem(lines)).toContain('ERROR CODE:    0x80072f0d');
  host.machine.dispose();
  host = createTestMachine({ windows: { trustedRoots: [pems.cert] } });
  expect(await asSystem(lines)).toMatch(/^TRANSFERRED/);
  await safe.close();
});
