import { createTestMachine } from '../test-machine';

describe('sc', () => {
  it.each([
    {
      line: 'sc query nope',
      code: 1060,
      text: '[SC] EnumQueryServicesStatus:OpenService FAILED 1060:',
    },
    { line: 'SC QUERY msexchangeis', code: 0, text: 'SERVICE_NAME: MSExchangeIS\r\n' },
    { line: 'sc query "Print Spooler"', code: 1060, text: 'FAILED 1060' },
    { line: 'sc \\\\ex01 query Spooler', code: 0, text: 'STATE              : 4  RUNNING ' },
    { line: 'sc query MSExchangePop3', code: 0, text: 'STATE              : 1  STOPPED ' },
    { line: 'sc queryex Spooler', code: 0, text: '        PID                : ' },
    {
      line: 'sc query state= inactive',
      code: 0,
      text: 'SERVICE_NAME: MSExchangePop3\r\nDISPLAY_NAME: Microsoft Exchange POP3',
    },
    { line: 'sc qc MSExchangeIS', code: 0, text: 'START_TYPE         : 2   AUTO_START' },
    { line: 'sc stop nope', code: 1060, text: '[SC] OpenService FAILED 1060:' },
    { line: 'sc start Spooler', code: 1056, text: '[SC] StartService FAILED 1056:' },
    { line: 'sc stop MSExchangePop3', code: 1062, text: '[SC] ControlService FAILED 1062:' },
    { line: 'sc stop MSExchangeADTopology', code: 1051, text: '[SC] ControlService FAILED 1051:' },
    { line: 'sc stop EventLog', code: 1052, text: 'FAILED 1052' },
    { line: 'sc config Spooler start=disabled', code: 1639, text: 'USAGE' },
    { line: 'sc frobnicate', code: 1639, text: 'Unrecognized command' },
  ])('$line ends with $code', async ({ line, code, text }) => {
    const ran = await createTestMachine().run(line);
    expect(ran).toMatchObject({ code, stderr: '' });
    expect(ran.stdout).toContain(text);
  });

  it('goes through pending states, with a new process at each start', async () => {
    const { run, advance, effects } = createTestMachine();
    const pid = async (): Promise<string> =>
      /PID\s+: (\d+)/.exec((await run('sc queryex MSExchangeIS')).stdout)?.[1] ?? '';
    const first = await pid();
    expect((await run('sc stop MSExchangeIS')).stdout).toContain(
      'STATE              : 3  STOP_PENDING',
    );
    expect((await run('sc stop MSExchangeIS')).code).toBe(1061);
    await advance(8000);
    expect((await run('sc query MSExchangeIS')).stdout).toContain('1  STOPPED');
    expect((await run('sc start MSExchangeIS')).stdout).toContain('2  START_PENDING');
    await advance(8000);
    expect((await run('sc query MSExchangeIS')).stdout).toContain('4  RUNNING');
    expect(await pid()).not.toBe(first);
    expect(effects()).toEqual(['service-stopped', 'service-started']);
  });

  it('starts what a service needs before it', async () => {
    const { runThrough, run } = createTestMachine();
    await runThrough('net stop MSExchangeADTopology /y');
    await runThrough('sc start MSExchangeIS');
    expect((await run('sc query MSExchangeADTopology')).stdout).toContain('4  RUNNING');
  });

  it('lists what depends on a service, the last to stop at the end', async () => {
    const { run } = createTestMachine();
    const { stdout } = await run('sc enumdepend RpcSs 65536');
    const names = [...stdout.matchAll(/SERVICE_NAME: (\S+)/g)].map((match) => match[1]);
    expect(names.indexOf('W3SVC')).toBeLessThan(names.indexOf('WAS'));
    expect(stdout).toContain(`Enum: entriesRead  = ${names.length}\r\n`);
  });

  it.each([
    { faults: { servicesStuck: ['msexchangeis'] }, afterReboot: '1  STOPPED' },
    { faults: { startRefused: ['MSExchangeIS'] }, afterReboot: '4  RUNNING' },
  ])(
    'ends with 1053 half a minute after a start under $faults',
    async ({ faults, afterReboot }) => {
      const { runThrough, run, advance } = createTestMachine({ faults });
      await runThrough('net stop MSExchangeIS');
      expect((await runThrough('sc start MSExchangeIS')).code).toBe(1053);
      await run('shutdown /r /t 0');
      await advance(60_000);
      expect((await run('sc query MSExchangeIS')).stdout).toContain(afterReboot);
    },
  );

  it('does not start what is disabled', async () => {
    const { run } = createTestMachine({ windows: { stoppedServices: ['Spooler'] } });
    expect((await run('sc config Spooler start= disabled')).code).toBe(0);
    expect((await run('sc start Spooler')).code).toBe(1058);
  });

  it.each([
    { role: 'domain-controller', exchange: false, has: 'NTDS', hasNot: 'MSExchangeIS' },
    { role: 'member-server', exchange: true, has: 'MSExchangeIS', hasNot: 'NTDS' },
  ] as const)('has the services of a $role', async ({ role, exchange, has, hasNot }) => {
    const { run } = createTestMachine({ windows: { role, exchange } });
    expect((await run(`sc query ${has}`)).code).toBe(0);
    expect((await run(`sc query ${hasNot}`)).code).toBe(1060);
  });
});

describe('net', () => {
  it.each([
    {
      line: 'net stop MSExchangePop3',
      stderr:
        /^The Microsoft Exchange POP3 service is not started\.\r\n\r\nMore help is available by typing NET HELPMSG 3521\./,
    },
    { line: 'NET START spooler', stderr: /already been started[\s\S]*NET HELPMSG 2182/ },
    { line: 'net start nope', stderr: /^The service name is invalid\.[\s\S]*NET HELPMSG 2185/ },
  ])('$line ends with 2', async ({ line, stderr }) => {
    const ran = await createTestMachine().run(line);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(stderr);
  });

  it('stops what depends on a service that takes no stop, and fails at that', async () => {
    const ran = await createTestMachine().runThrough('net stop EventLog /y');
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(/not valid for this service[\s\S]*NET HELPMSG 2191/);
  });

  it('stops dependents first when told so, and does not start them again', async () => {
    const { runThrough, run } = createTestMachine();
    const ran = await runThrough('net stop "World Wide Web Publishing Service" & net stop WAS /y');
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect((await runThrough('net stop MSExchangeADTopology /Y')).stdout).toContain(
      '   Microsoft Exchange Transport\r\n',
    );
    await runThrough('net start MSExchangeADTopology');
    expect((await run('sc query MSExchangeIS')).stdout).toContain('1  STOPPED');
  });

  it('asks without /y, and takes an input at its end for no', async () => {
    const { run, runThrough, start } = createTestMachine();
    const ran = await run('net stop MSExchangeADTopology');
    expect(ran.code).toBe(2);
    expect(ran.stdout).toMatch(/\(Y\/N\) \[N\]: $/);
    expect((await run('sc query MSExchangeIS')).stdout).toContain('RUNNING');
    expect((await start('net stop MSExchangeADTopology', 'N\r\n')).code).toBe(2);
    expect((await runThrough('echo Y| net stop MSExchangeADTopology')).code).toBe(0);
  });

  it('waits until the service runs, and says when it does not', async () => {
    const { runThrough } = createTestMachine({
      faults: { servicesStuck: ['Spooler'] },
      windows: { stoppedServices: ['Spooler'] },
    });
    const ran = await runThrough('net start Spooler');
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('The Print Spooler service could not be started.');
  });
});

describe('appcmd', () => {
  const appcmd = '%windir%\\System32\\inetsrv\\appcmd.exe';

  it.each([
    { line: 'list apppool /state:Stopped', code: 1, text: '' },
    {
      line: 'LIST AppPools DefaultAppPool',
      code: 0,
      text: 'APPPOOL "DefaultAppPool" (MgdVersion:v2.0,MgdMode:Integrated,state:Started)\r\n',
    },
    {
      line: 'list apppool "/apppool.name:msexchangeowaapppool" /text:name',
      code: 0,
      text: 'MSExchangeOWAAppPool\r\n',
    },
    {
      line: 'recycle apppool /apppool.name:nope',
      code: 1168,
      text: 'ERROR ( message:Cannot find APPPOOL object with identifier "nope". )\r\n',
    },
    {
      line: 'recycle apppool',
      code: 87,
      text: 'ERROR ( message:Must specify the APPPOOL object with identifier (Missing required parameter). )\r\n',
    },
    {
      line: 'start apppool DefaultAppPool',
      code: 1056,
      text: 'ERROR ( message:The object is already started. )\r\n',
    },
    {
      line: 'list vdir',
      code: 50,
      text: "ERROR ( message:Object 'VDIR' is not supported.  Run 'appcmd.exe /?' to display supported objects. )\r\n",
    },
  ])('$line ends with $code', async ({ line, code, text }) => {
    expect(await createTestMachine().run(`${appcmd} ${line}`)).toEqual({
      code,
      stdout: text,
      stderr: '',
    });
  });

  it('gives a recycled pool another worker after a moment', async () => {
    const { run, advance, ledger } = createTestMachine();
    const worker = async (): Promise<string> =>
      (await run(`${appcmd} list wp /apppool.name:DefaultAppPool /text:wp.name`)).stdout.trim();
    const before = await worker();
    expect((await run(`${appcmd} recycle apppool /apppool.name:DefaultAppPool`)).stdout).toBe(
      '"DefaultAppPool" successfully recycled\r\n',
    );
    expect(await worker()).toBe(before);
    await advance(3000);
    const after = await worker();
    expect(after).not.toBe(before);
    expect(ledger.entries.at(-1)).toMatchObject({
      effect: 'pool-recycled',
      detail: { pool: 'DefaultAppPool', previousPid: Number(before), pid: Number(after) },
    });
  });

  it('has no workers while the web server is stopped, and does not recycle a stopped pool', async () => {
    const { run, runThrough } = createTestMachine();
    await run(`${appcmd} stop apppool DefaultAppPool`);
    expect((await run(`${appcmd} recycle apppool DefaultAppPool`)).code).toBe(1062);
    await runThrough('net stop W3SVC');
    expect((await run(`${appcmd} list wp`)).stdout).toBe('');
  });

  it('is nowhere on a machine without IIS', async () => {
    const { run } = createTestMachine({ windows: { exchange: false } });
    expect((await run(`if exist "${appcmd}" (echo there) else (echo none)`)).stdout).toBe(
      'none\r\n',
    );
  });
});
