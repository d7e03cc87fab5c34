import { createTestMachine } from '../test-machine';

const appcmd = '%windir%\\System32\\inetsrv\\appcmd.exe';

describe('appcmd list app', () => {
  it('names the pool of every application, RPC and OAB of Exchange 2010 in the default one', async () => {
    const { run } = createTestMachine();
    const { stdout, code } = await run(`${appcmd} list app`);
    expect(code).toBe(0);
    const pools = Object.fromEntries(
      [...stdout.matchAll(/^APP "Default Web Site([^"]*)" \(applicationPool:([^)]*)\)\r$/gm)].map(
        ([, path = '', pool = '']) => [path, pool],
      ),
    );
    expect(pools).toMatchObject({
      '/': 'DefaultAppPool',
      '/Rpc': 'DefaultAppPool',
      '/RpcWithCert': 'DefaultAppPool',
      '/OAB': 'DefaultAppPool',
      '/owa': 'MSExchangeOWAAppPool',
      '/ecp': 'MSExchangeECPAppPool',
      '/EWS': 'MSExchangeServicesAppPool',
      '/Microsoft-Server-ActiveSync': 'MSExchangeSyncAppPool',
      '/Autodiscover': 'MSExchangeAutodiscoverAppPool',
    });
  });

  it('writes XML for programs', async () => {
    const { stdout } = await createTestMachine().run(
      `${appcmd} list app "Default Web Site/rpc" /xml`,
    );
    expect(stdout).toBe(
      [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<appcmd>',
        '    <APP path="/Rpc" APP.NAME="Default Web Site/Rpc" APPPOOL.NAME="DefaultAppPool" SITE.NAME="Default Web Site" />',
        '</appcmd>',
        '',
      ].join('\r\n'),
    );
  });

  it.each([
    { tail: '/apppool.name:MSExchangeOWAAppPool /text', lines: ['Default Web Site/owa'] },
    { tail: '"Default Web Site/OWA" /text:apppool.name', lines: ['MSExchangeOWAAppPool'] },
    {
      tail: '/path:/ews',
      lines: ['APP "Default Web Site/EWS" (applicationPool:MSExchangeServicesAppPool)'],
    },
    { tail: '/site.name:"Default Web Site" /path:/ /text:SITE.NAME', lines: ['Default Web Site'] },
  ])('$tail gives $lines', async ({ tail, lines }) => {
    const { stdout } = await createTestMachine().run(`${appcmd} list app ${tail}`);
    expect(stdout).toBe(lines.map((line) => `${line}\r\n`).join(''));
  });

  it('ends with 1 and no word when there is none', async () => {
    const ran = await createTestMachine().run(`${appcmd} list app /apppool.name:Nope`);
    expect(ran).toEqual({ code: 1, stdout: '', stderr: '' });
  });

  it('has two sites with Exchange 2013, whose RPC is in pools of its own', async () => {
    const { run } = createTestMachine({ windows: { exchange: '2013' } });
    const { stdout } = await run(`${appcmd} list app`);
    expect(stdout).toContain(
      'APP "Default Web Site/Rpc" (applicationPool:MSExchangeRpcProxyFrontEndAppPool)',
    );
    expect(stdout).toContain(
      'APP "Exchange Back End/Rpc" (applicationPool:MSExchangeRpcProxyAppPool)',
    );
    expect((await run(`${appcmd} list apppool MSExchangeRpcProxyAppPool`)).stdout).toContain(
      'MgdVersion:v4.0',
    );
  });
});

describe('Win32_PerfFormattedData_PerfProc_Process', () => {
  const counters = 'wmic path Win32_PerfFormattedData_PerfProc_Process';
  const percentOf = (stdout: string): number[] =>
    [...stdout.matchAll(/PercentProcessorTime=(\d+)/g)].map(([, text]) => Number(text));

  it('has an instance for every process, its second of a name with a number, the idle one and the sum', async () => {
    const { run } = createTestMachine();
    const { stdout } = await run(`${counters} get Name,IDProcess /value <nul`);
    const names = [...stdout.matchAll(/Name=(.+?)\r/g)].map(([, name]) => name);
    for (const name of ['Idle', 'System', 'store', 'w3wp', 'w3wp#1', '_Total', 'svchost']) {
      expect(names).toContain(name);
    }
    expect(new Set(names).size).toBe(names.length);
  });

  it('shows the stall: the RPC service turns, store and workers stand, until they are new', async () => {
    const machine = createTestMachine({ windows: { ldap: 'stall' } });
    const ask = async (name: string): Promise<number[]> =>
      percentOf(
        (
          await machine.run(
            `${counters} where "Name like '${name}%'" get PercentProcessorTime /value <nul`,
          )
        ).stdout,
      );
    const rpc = 'Microsoft.Exchange.RpcClientAccess.Service';
    expect(await ask(rpc)).toEqual([96]);
    expect(await ask('store')).toEqual([0]);
    const workers = await ask('w3wp');
    expect(workers.length).toBeGreaterThan(5);
    expect(new Set(workers)).toEqual(new Set([0]));
    await machine.runThrough('net stop MSExchangeRPC');
    await machine.runThrough('net start MSExchangeRPC');
    await machine.run(`${appcmd} recycle apppool MSExchangeOWAAppPool`);
    await machine.advance(3000);
    expect((await ask(rpc))[0]).toBeLessThan(50);
    expect(Math.min(...(await ask('w3wp')))).toBeGreaterThan(0);
  });

  it('a healthy host is not busy, and a scenario can make any process so', async () => {
    const { run } = createTestMachine({ windows: { processorTime: { W3WP: 97, 'w3wp#1': 0 } } });
    const ask = async (name: string): Promise<number[]> =>
      percentOf(
        (await run(`${counters} where "Name='${name}'" get PercentProcessorTime /value <nul`))
          .stdout,
      );
    expect(await ask('w3wp')).toEqual([97]);
    expect(await ask('w3wp#1')).toEqual([0]);
    expect((await ask('store'))[0]).toBeGreaterThan(0);
  });
});
