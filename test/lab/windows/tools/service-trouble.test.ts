import { createTestMachine, type TestMachine } from '../test-machine';

const state = async ({ run }: TestMachine, name: string): Promise<string> =>
  /STATE\s+: \d\s+(\w+)/.exec((await run(`sc query ${name}`)).stdout)?.[1] ?? '';
const pidOf = async ({ run }: TestMachine, name: string): Promise<string> =>
  /PID\s+: (\d+)/.exec((await run(`sc queryex ${name}`)).stdout)?.[1] ?? '';

describe('a service that is stuck in stopping', () => {
  it('stays so, takes no other order, and ends with its process', async () => {
    const machine = createTestMachine({ faults: { stopStuck: ['msexchangeis'] } });
    const { run, advance, ledger } = machine;
    const pid = await pidOf(machine, 'MSExchangeIS');
    expect((await run('sc stop MSExchangeIS')).code).toBe(0);
    await advance(3_600_000);
    expect(await state(machine, 'MSExchangeIS')).toBe('STOP_PENDING');
    expect((await run('sc start MSExchangeIS')).code).toBe(1061);
    expect(await pidOf(machine, 'MSExchangeIS')).toBe(pid);
    const killed = await run(`taskkill /f /pid ${pid} /fi "services eq MSExchangeIS"`);
    expect(killed.stdout).toBe(`SUCCESS: The process with PID ${pid} has been terminated.\r\n`);
    expect(await state(machine, 'MSExchangeIS')).toBe('STOPPED');
    expect((await run('sc query MSExchangeIS')).stdout).toContain('WIN32_EXIT_CODE    : 1067');
    expect(ledger.entries.slice(-2).map(({ effect }) => effect)).toEqual([
      'process-ended',
      'service-stopped',
    ]);
    expect((await run('sc start MSExchangeIS')).code).toBe(0);
    await advance(8000);
    expect(await state(machine, 'MSExchangeIS')).toBe('RUNNING');
  });

  it('is given up by net stop after a minute', async () => {
    const machine = createTestMachine({ faults: { stopStuck: ['Spooler'] } });
    const ran = await machine.runThrough('net stop Spooler');
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('The Print Spooler service could not be stopped.');
    expect(await state(machine, 'Spooler')).toBe('STOP_PENDING');
  });

  it('is free again after a reboot', async () => {
    const machine = createTestMachine({ faults: { stopStuck: ['Spooler'] } });
    await machine.run('sc stop Spooler');
    await machine.run('shutdown /r /t 0');
    await machine.advance(60_000);
    expect(await state(machine, 'Spooler')).toBe('RUNNING');
  });
});

describe('processes that are ended from outside', () => {
  it('are those of services of their own, never those that Windows stands on', async () => {
    const machine = createTestMachine();
    const rpc = await pidOf(machine, 'RpcSs');
    expect((await machine.run(`taskkill /f /pid ${rpc}`)).stderr).toContain('Access is denied.');
    const spooler = await pidOf(machine, 'Spooler');
    expect((await machine.run(`taskkill /pid ${spooler}`)).stderr).toContain('(with /F option)');
    expect((await machine.run('taskkill /f /im spoolsv.exe')).code).toBe(0);
    expect(await state(machine, 'Spooler')).toBe('STOPPED');
  });

  it('a worker of IIS is followed by a new one', async () => {
    const { run, advance } = createTestMachine();
    const worker = async (): Promise<string> =>
      (
        await run(
          '%windir%\\System32\\inetsrv\\appcmd.exe list wp /apppool.name:DefaultAppPool /text',
        )
      ).stdout.trim();
    const first = await worker();
    expect((await run(`taskkill /f /pid ${first}`)).code).toBe(0);
    expect(await worker()).toBe('');
    await advance(3000);
    expect(await worker()).toMatch(/^\d+$/);
    expect(await worker()).not.toBe(first);
  });
});

describe('managed availability of Exchange 2013', () => {
  const exchange2013 = (): TestMachine => createTestMachine({ windows: { exchange: '2013' } });

  it('starts again what was stopped while the health manager runs', async () => {
    const machine = exchange2013();
    await machine.run('sc stop MSExchangeTransport');
    await machine.advance(10_000);
    expect(await state(machine, 'MSExchangeTransport')).toBe('STOPPED');
    await machine.advance(30_000);
    expect(await state(machine, 'MSExchangeTransport')).toBe('RUNNING');
  });

  it('starts the health manager itself again while its recovery service runs', async () => {
    const machine = exchange2013();
    await machine.run('sc stop MSExchangeHM');
    await machine.advance(40_000);
    expect(await state(machine, 'MSExchangeHM')).toBe('RUNNING');
  });

  it('leaves everything stopped once both are', async () => {
    const machine = exchange2013();
    for (const name of ['MSExchangeHMRecovery', 'MSExchangeHM', 'MSExchangeTransport']) {
      await machine.run(`sc stop ${name}`);
      await machine.advance(5000);
    }
    await machine.advance(600_000);
    expect(await state(machine, 'MSExchangeTransport')).toBe('STOPPED');
    expect(await state(machine, 'MSExchangeHM')).toBe('STOPPED');
  });

  it('lets a disabled service be, and there is none with Exchange 2010', async () => {
    const machine = exchange2013();
    await machine.run('sc config MSExchangeRepl start= disabled');
    await machine.run('sc stop MSExchangeRepl');
    await machine.advance(60_000);
    expect(await state(machine, 'MSExchangeRepl')).toBe('STOPPED');
    const older = createTestMachine();
    await older.run('sc stop MSExchangeTransport');
    await older.advance(60_000);
    expect(await state(older, 'MSExchangeTransport')).toBe('STOPPED');
    expect((await older.run('sc query MSExchangeHM')).code).toBe(1060);
  });
});
