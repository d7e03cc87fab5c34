import type { WindowsOptions } from '../../../lab/types';
import { createTestMachine, type TestMachine } from './test-machine';

const machine = (windows: WindowsOptions): TestMachine => createTestMachine({ windows });
const appcmd = '%windir%\\System32\\inetsrv\\appcmd.exe';

async function versionOf({ run }: TestMachine, path: string): Promise<string> {
  const name = path.replaceAll('\\', '\\\\');
  const { stdout } = await run(`wmic datafile where "name='${name}'" get Version /value <nul`);
  return /Version=(\S*)/.exec(stdout)?.[1] ?? 'no such file';
}

describe('registry of a scenario', () => {
  const parameters = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\LanmanServer\\Parameters';
  const printers = 'HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Printers';

  it('gives numbers, texts and lists, in keys that Windows has and in new ones', async () => {
    const { run } = machine({
      registry: {
        [parameters]: { SMB1: 0 },
        [printers]: { RegisterSpoolerRemoteRpcEndPoint: 2, Note: 'text', Names: ['a', 'b'] },
      },
    });
    expect((await run(`reg query ${parameters} /v smb1`)).stdout).toContain(
      '    SMB1    REG_DWORD    0x0\r\n',
    );
    expect((await run(`reg query ${parameters} /v Size`)).code).toBe(0);
    const { stdout } = await run(`reg query "${printers}"`);
    expect(stdout).toContain('    RegisterSpoolerRemoteRpcEndPoint    REG_DWORD    0x2\r\n');
    expect(stdout).toContain('    Note    REG_SZ    text\r\n');
    expect(stdout).toContain('    Names    REG_MULTI_SZ    a\\0b\r\n');
  });

  it('takes values and keys away, and gives a key with nothing in it', async () => {
    const { run } = machine({
      registry: {
        [parameters]: { size: null },
        'HKLM\\SYSTEM\\CurrentControlSet\\Services\\MSExchange ADAccess': null,
        'HKLM\\SOFTWARE\\Contoso\\Marker': {},
      },
    });
    expect((await run(`reg query ${parameters} /v Size`)).code).toBe(1);
    expect((await run(`reg query ${parameters}`)).code).toBe(0);
    const access = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\MSExchange ADAccess';
    expect((await run(`reg query "${access}\\Diagnostics"`)).code).toBe(1);
    expect((await run('reg query HKLM\\SOFTWARE\\Contoso\\Marker')).code).toBe(0);
  });

  it('is told in the ledger what commands change, with the data, and what they delete', async () => {
    const { run, ledger } = machine({ dns: true });
    const key = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\DNS\\Parameters';
    await run(`reg add ${key} /v TcpReceivePacketSize /t REG_DWORD /d 0xFF00 /f`);
    await run(`reg delete ${key} /v TcpReceivePacketSize /f`);
    const path = key.replace('HKLM', 'HKEY_LOCAL_MACHINE');
    expect(ledger.entries.map(({ effect, detail }) => [effect, detail])).toEqual([
      ['registry-written', { key: path, value: 'TcpReceivePacketSize', data: '0xff00' }],
      ['registry-deleted', { key: path, value: 'TcpReceivePacketSize' }],
    ]);
  });

  it('has its pending renames done by the next boot, without a word in the ledger', async () => {
    const manager = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager';
    const { run, advance, effects } = machine({
      registry: {
        [manager]: { PendingFileRenameOperations: ['\\??\\C:\\a', ''] },
        'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing\\RebootPending':
          {},
      },
    });
    const ask = `reg query "${manager}" /v PendingFileRenameOperations`;
    const pending =
      'reg query "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing\\RebootPending"';
    expect((await run(ask)).code).toBe(0);
    expect((await run(pending)).code).toBe(0);
    await run('shutdown /r /t 0');
    await advance(60_000);
    expect((await run(ask)).code).toBe(1);
    expect((await run(pending)).code).toBe(1);
    expect(effects().filter((effect) => effect.startsWith('registry'))).toEqual([]);
  });
});

describe('files of a scenario', () => {
  it('have the versions given, and are there or not as it says', async () => {
    const one = machine({
      files: {
        '%windir%\\System32\\drivers\\srv.sys': '6.1.7601.24384',
        'c:\\windows\\system32\\localspl.dll': null,
        'C:\\Program Files\\Contoso\\tool.exe': '1.2.3.4',
        'C:\\Program Files\\Contoso\\plain.dll': '',
      },
    });
    expect(await versionOf(one, 'C:\\Windows\\System32\\drivers\\srv.sys')).toBe('6.1.7601.24384');
    expect(await versionOf(one, 'C:\\Windows\\System32\\localspl.dll')).toBe('no such file');
    expect(await versionOf(one, 'C:\\Program Files\\Contoso\\tool.exe')).toBe('1.2.3.4');
    expect(await versionOf(one, 'C:\\Program Files\\Contoso\\plain.dll')).toBe('');
    expect((await one.run('dir /b "C:\\Program Files\\Contoso"')).stdout).toBe(
      'plain.dll\r\ntool.exe\r\n',
    );
    expect((await one.run('dir /b C:\\Windows\\System32')).stdout).not.toContain('localspl.dll');
  });

  it.each([
    { edition: '2008r2-sp1', path: 'System32\\dns.exe', version: '6.1.7601.17514' },
    { edition: '2012r2', path: 'SysWOW64\\inetsrv\\Iiscore.dll', version: '8.5.9600.16384' },
    { edition: '2012r2', path: 'System32\\win32spl.dll', version: '6.3.9600.16384' },
    { edition: '2008r2-sp1', path: 'System32\\drivers\\srv.sys', version: '6.1.7601.17514' },
    { edition: '2008r2-sp1', path: 'System32\\spoolsv.exe', version: '6.1.7601.17514' },
  ] as const)(
    '$path of $edition is $version, below the fixes',
    async ({ edition, path, version }) => {
      const one = machine({ edition, dns: true });
      expect(await versionOf(one, `C:\\Windows\\${path}`)).toBe(version);
    },
  );
});

describe('services of a scenario', () => {
  it('are added, changed and taken away', async () => {
    const { run } = machine({
      services: {
        ContosoAgent: { displayName: 'Contoso Agent', dependsOn: ['RpcSs'] },
        Spooler: { startMode: 'disabled', state: 'stopped' },
        W32Time: { startMode: 'manual', state: 'running' },
        wuauserv: null,
      },
    });
    expect((await run('sc query ContosoAgent')).stdout).toContain('4  RUNNING');
    expect((await run('sc qc ContosoAgent')).stdout).toContain('DEPENDENCIES       : RpcSs');
    expect((await run('sc query Spooler')).stdout).toContain('1  STOPPED');
    expect((await run('sc qc Spooler')).stdout).toContain('4   DISABLED');
    expect((await run('sc query W32Time')).stdout).toContain('4  RUNNING');
    expect((await run('sc query wuauserv')).code).toBe(1060);
  });

  it('start modes that a command sets are in the ledger', async () => {
    const { run, ledger } = machine({});
    await run('sc config Spooler start= disabled');
    expect(ledger.entries.at(-1)).toMatchObject({
      effect: 'service-configured',
      detail: { service: 'Spooler', startMode: 'disabled' },
    });
  });

  it('DNS stops and starts where the role is, and is nowhere else', async () => {
    const { runThrough, run, effects } = machine({ dns: true, exchange: false });
    expect((await runThrough('net stop DNS')).code).toBe(0);
    expect((await runThrough('net start DNS')).code).toBe(0);
    expect(effects()).toEqual(['service-stopped', 'service-started']);
    expect(
      (await run('reg query HKLM\\SYSTEM\\CurrentControlSet\\Services\\DNS\\Parameters')).code,
    ).toBe(0);
    const other = machine({ exchange: false });
    expect((await other.run('sc query DNS')).code).toBe(1060);
    expect(await versionOf(other, 'C:\\Windows\\System32\\dns.exe')).toBe('no such file');
  });
});

describe('products of a scenario', () => {
  it.each([
    { exchange: true, has: 'v14', hasNot: 'v15' },
    { exchange: '2010', has: 'v14', hasNot: 'v15' },
    { exchange: '2013', has: 'v15', hasNot: 'v14' },
  ] as const)(
    'Exchange $exchange is known by its key of $has',
    async ({ exchange, has, hasNot }) => {
      const { run } = machine({ exchange });
      const key = (version: string): string =>
        `reg query HKLM\\SOFTWARE\\Microsoft\\ExchangeServer\\${version}\\Setup`;
      expect((await run(key(has))).code).toBe(0);
      expect((await run(key(hasNot))).code).toBe(1);
    },
  );

  it('IIS without Exchange has its default site and pool', async () => {
    const { run } = machine({ exchange: false, iis: true });
    expect((await run(`${appcmd} list app`)).stdout).toBe(
      'APP "Default Web Site/" (applicationPool:DefaultAppPool)\r\n',
    );
    expect((await run(`${appcmd} list wp`)).stdout).toMatch(/^WP "\d+" \(apppool:DefaultAppPool\)/);
    expect((await run('sc query MSExchangeADTopology')).code).toBe(1060);
  });
});
