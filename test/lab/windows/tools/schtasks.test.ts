import { createTestMachine } from '../test-machine';

const create =
  'schtasks /create /tn "KB3004383-1" /tr "C:\\t.cmd" /ru SYSTEM /rl HIGHEST /sc ONCE /st 23:59 /f';

describe('schtasks', () => {
  it.each([
    {
      line: 'schtasks /query /tn nope',
      stderr: 'ERROR: The system cannot find the file specified.\r\n',
    },
    {
      line: 'schtasks /run /tn nope',
      stderr: 'ERROR: The system cannot find the file specified.\r\n',
    },
    {
      line: 'schtasks /delete /tn nope /f',
      stderr: 'ERROR: The specified task name "nope" does not exist in the system.\r\n',
    },
    { line: 'schtasks /run', stderr: expect.stringContaining("Mandatory option 'tn' is missing") },
    {
      line: 'schtasks /create /tn a /tr b',
      stderr: expect.stringContaining("Mandatory option 'sc' is missing"),
    },
    {
      line: 'schtasks /create /tn a /tr b /sc once',
      stderr: expect.stringContaining("Mandatory option 'st' is missing"),
    },
    {
      line: 'schtasks /create /tn a /tr b /sc sometimes',
      stderr: expect.stringContaining('Invalid Schedule Type specified.'),
    },
    {
      line: 'schtasks /create /tn a /tr b /sc once /st 25:00',
      stderr: expect.stringContaining('Invalid Starttime value.'),
    },
    {
      line: 'schtasks /frobnicate',
      stderr: expect.stringContaining("Invalid argument/option - '/frobnicate'."),
    },
    {
      line: `schtasks /create /tn a /sc once /st 00:00 /tr "${'x'.repeat(262)}"`,
      stderr: "ERROR: Value for '/tr' option cannot be more than 261 character(s).\r\n",
    },
  ])('$line ends with 1', async ({ line, stderr }) => {
    expect(await createTestMachine().run(line)).toEqual({ code: 1, stdout: '', stderr });
  });

  it('takes 261 characters, in options of any order and case', async () => {
    const { run } = createTestMachine();
    const ran = await run(
      `SCHTASKS /F /ST 23:59 /SC Once -TN \\a /Create /TR "${'x'.repeat(261)}"`,
    );
    expect(ran).toEqual({
      code: 0,
      stdout: 'SUCCESS: The scheduled task "\\a" has successfully been created.\r\n',
      stderr: '',
    });
  });

  it('does not replace a task without being told', async () => {
    const { run } = createTestMachine();
    await run(create);
    expect((await run(create.replace(' /f', ''))).code).toBe(1);
    expect((await run(create)).code).toBe(0);
  });

  it('runs its command as the local system, apart from every session', async () => {
    const { run, advance, write, read, effects } = createTestMachine();
    write(
      'C:\\t.cmd',
      '@echo off\r\nwhoami >C:\\who.txt\r\nping -n 10 127.0.0.1 >nul\r\nexit /b 3010\r\n',
    );
    const result = async (): Promise<string[]> => {
      const { stdout } = await run('schtasks /query /tn kb3004383-1 /v /fo csv /nh');
      const cells = stdout.trim().slice(1, -1).split('","');
      return [cells[3] ?? '', cells[6] ?? '', cells[14] ?? ''];
    };
    await run(create);
    expect(await result()).toEqual(['Ready', '267011', 'SYSTEM']);
    expect((await run('schtasks /run /tn "KB3004383-1"')).stdout).toBe(
      'SUCCESS: Attempted to run the scheduled task "KB3004383-1".\r\n',
    );
    await advance(1000);
    expect(await result()).toEqual(['Running', '267009', 'SYSTEM']);
    await advance(20_000);
    expect(await result()).toEqual(['Ready', '3010', 'SYSTEM']);
    expect(read('C:\\who.txt')).toBe('nt authority\\system\r\n');
    expect(effects().filter((effect) => effect.startsWith('task'))).toEqual([
      'task-created',
      'task-started',
      'task-ended',
    ]);
  });

  it('does not start a task a second time while it runs', async () => {
    const { run, write, effects } = createTestMachine();
    write('C:\\t.cmd', '@ping -n 100 127.0.0.1');
    await run(`${create} & schtasks /run /tn KB3004383-1 & schtasks /run /tn KB3004383-1`);
    expect(effects().filter((effect) => effect === 'task-started')).toHaveLength(1);
  });

  it('ends and deletes', async () => {
    const { run, advance, write } = createTestMachine();
    write('C:\\t.cmd', '@ping -n 100 127.0.0.1');
    await run(`${create} & schtasks /run /tn KB3004383-1`);
    await advance(1000);
    expect((await run('schtasks /end /tn KB3004383-1')).code).toBe(0);
    await advance(1000);
    expect((await run('schtasks /query /tn KB3004383-1 /v /fo list')).stdout).toContain(
      'Last Result:                          267014\r\n',
    );
    expect((await run('schtasks /delete /tn KB3004383-1')).code).toBe(1);
    expect((await run('schtasks /delete /tn KB3004383-1 /f')).code).toBe(0);
    expect((await run('schtasks /query')).stderr).toContain('no scheduled tasks');
  });

  it('tells that nothing was started when there is no such program', async () => {
    const { run, advance } = createTestMachine();
    await run(`${create} & schtasks /run /tn KB3004383-1`);
    await advance(1000);
    expect((await run('schtasks /query /v /fo csv /nh')).stdout).toContain('"-2147024894"');
  });

  it('prints a table, a list and what is stored', async () => {
    const { run } = createTestMachine();
    await run(create);
    expect((await run('schtasks /query')).stdout).toMatch(
      /^\r\nFolder: \\\r\nTaskName {33}Next Run Time/,
    );
    expect((await run('schtasks /query /fo LIST')).stdout).toContain(
      'TaskName:      \\KB3004383-1\r\n',
    );
    expect((await run('schtasks /query /tn KB3004383-1 /xml')).stdout).toContain(
      '<Command>C:\\t.cmd</Command>',
    );
    expect((await run('schtasks /query /fo csv')).stdout.split('\r\n')[0]).toBe(
      '"TaskName","Next Run Time","Status"',
    );
  });
});

describe('shutdown', () => {
  it.each([
    {
      line: 'shutdown /a',
      code: 1116,
      stderr: 'Unable to abort the system shutdown because no shutdown was in progress.(1116)\r\n',
    },
    { line: 'shutdown /r /s', code: 87, stderr: '' },
    { line: 'shutdown /r /t soon', code: 87, stderr: '' },
    { line: 'shutdown /r /d p:2', code: 87, stderr: 'The parameter is incorrect.(87)\r\n' },
    { line: 'shutdown -R -F -T 600 -C "why not" -D P:2:17', code: 0, stderr: '' },
    { line: 'shutdown /t 600 /d u:0:0 /s', code: 0, stderr: '' },
  ])('$line ends with $code', async ({ line, code, stderr }) => {
    expect(await createTestMachine().run(line)).toMatchObject({ code, stderr });
  });

  it('turns the machine off for good with /s', async () => {
    const { machine, run, advance } = createTestMachine();
    await run('shutdown /s /t 0');
    await advance(3_600_000);
    expect(machine.power).toBe('off');
  });
});
