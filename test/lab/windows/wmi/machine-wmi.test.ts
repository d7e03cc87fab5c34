import fc from 'fast-check';
import type { WmiObject, WmiRefused } from '../../../../lab/machine';
import { createTestMachine, startedAt } from '../test-machine';
import type { TestMachineOptions } from '../test-machine';

const cimv2 = 'root/cimv2';

function ask(
  wql: string,
  options: TestMachineOptions = {},
  namespace = cimv2,
): readonly WmiObject[] {
  const answer = createTestMachine(options).machine.wmi.query(namespace, wql);
  if ('problem' in answer) throw new Error(answer.problem);
  return answer;
}

function refusalOf(answer: WmiObject | readonly WmiObject[] | WmiRefused): WmiRefused['problem'] {
  if (!('problem' in answer)) throw new Error('it was answered');
  return answer.problem;
}

const row = ({ properties }: WmiObject): { [name: string]: unknown } =>
  Object.fromEntries(properties.map(({ name, value }) => [name, value]));
const values = (objects: readonly WmiObject[], name: string): unknown[] =>
  objects.map((one) => row(one)[name]);

describe('a query of WQL', () => {
  test('gives every property of the class with its type, sorted, for a star', () => {
    const [os] = ask('SELECT * FROM Win32_OperatingSystem');
    expect(os?.className).toBe('Win32_OperatingSystem');
    const names = os?.properties.map(({ name }) => name.toLowerCase()) ?? [];
    expect(names).toEqual(names.toSorted());
    const types = Object.fromEntries(os?.properties.map(({ name, type }) => [name, type]) ?? []);
    expect(types).toMatchObject({
      Caption: 'string',
      FreePhysicalMemory: 'uint64',
      LastBootUpTime: 'datetime',
      OSType: 'uint16',
      ProductType: 'uint32',
    });
  });

  test('has times in UTC, whatever the clock of the host shows', () => {
    const clockOffsetMs = 90_000;
    const [os] = ask('SELECT LocalDateTime FROM Win32_OperatingSystem', {
      windows: { clockOffsetMs },
    });
    expect(os && row(os)).toEqual({
      LocalDateTime: new Date(startedAt + clockOffsetMs).toISOString(),
    });
  });

  test.each([
    { where: "LastBootUpTime < '20150311080000.000000+000'", found: 1 },
    { where: "LastBootUpTime < '20150311090000.000000+060'", found: 1 },
    { where: "LastBootUpTime > '20150311080000.000000+000'", found: 0 },
    { where: "LocalDateTime = '20150311080000.250000-000'", found: 1 },
    { where: "LocalDateTime = '20150311090000.250000+060'", found: 1 },
    { where: "LocalDateTime <> '20150311080000.250000-000'", found: 0 },
  ])('compares times across zones: $where', ({ where, found }) => {
    expect(ask(`SELECT Name FROM Win32_OperatingSystem WHERE ${where}`)).toHaveLength(found);
  });

  test.each([
    { wql: "select NAME from win32_service where name = 'SPOOLER'", found: ['Spooler'] },
    {
      wql: "SELECT Name FROM Win32_Service WHERE State<>'Running' AND StartMode='Manual' AND Name LIKE 'W%'",
      found: ['W32Time'],
    },
    {
      wql: String.raw`SELECT Name FROM CIM_DataFile WHERE Name='c:\\windows\\system32\\sc.exe'`,
      found: [String.raw`c:\windows\system32\sc.exe`],
    },
    { wql: 'SELECT Name FROM Win32_Process WHERE Handle = 4', found: ['System'] },
    { wql: 'SELECT Name, name FROM Win32_LogicalDisk WHERE DriveType=3', found: ['C:'] },
  ])('is taken in any case: $wql', ({ wql, found }) => {
    expect(values(ask(wql, { windows: { exchange: false } }), 'Name')).toEqual(found);
  });

  test.each([
    { wql: 'SELECT', problem: 'invalid-query' },
    { wql: 'SELECT * FROM', problem: 'invalid-query' },
    { wql: 'SELECT FROM Win32_Service', problem: 'invalid-query' },
    { wql: 'SELECT *, Name FROM Win32_Service', problem: 'invalid-query' },
    { wql: 'SELECT Name Caption FROM Win32_Service', problem: 'invalid-query' },
    { wql: 'SELECT * FROM Win32_Service WHERE', problem: 'invalid-query' },
    { wql: 'SELECT * FROM Win32_Service, Win32_Process', problem: 'invalid-query' },
    { wql: "SELECT * FROM 'Win32_Service'", problem: 'invalid-query' },
    { wql: String.raw`SELECT * FROM CIM_DataFile WHERE Name='c:\a'`, problem: 'invalid-query' },
    { wql: 'SELECT * FROM Win32_Nope', problem: 'no-such-class' },
    { wql: 'SELECT * FROM StdRegProv', problem: 'no-such-class' },
  ] as const)('is refused when it is none: $wql', ({ wql, problem }) => {
    expect(refusalOf(createTestMachine().machine.wmi.query(cimv2, wql))).toBe(problem);
  });

  test('of any text is answered or refused, and never an error of the machine', () => {
    const { wmi } = createTestMachine().machine;
    const words = "SELECT * FROM Win32_BIOS Name , WHERE = 'x' AND ( ) NOT IS NULL 1".split(' ');
    const word = fc.constantFrom(...words);
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(word).map((all) => all.join(' ')),
        ),
        (wql) => {
          const answer = wmi.query(cimv2, wql);
          expect('problem' in answer || Array.isArray(answer)).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('names of classes and namespaces', () => {
  test.each([
    { namespace: 'root/nope', className: 'Win32_Service', problem: 'no-such-namespace' },
    { namespace: 'root/default', className: 'Win32_Service', problem: 'no-such-class' },
    { namespace: cimv2, className: 'StdRegProv', problem: 'no-such-class' },
  ])('that do not go together are told apart: $namespace $className', ({ problem, ...target }) => {
    const { wmi } = createTestMachine().machine;
    expect(refusalOf(wmi.get({ ...target, keys: new Map() }))).toBe(problem);
    expect(refusalOf(wmi.list(target.namespace, target.className))).toBe(problem);
  });

  test('may be written with backslashes and in any case', () => {
    const { wmi } = createTestMachine().machine;
    expect(wmi.list('ROOT\\CIMV2', 'win32_bios')).toHaveLength(1);
  });

  test('of a class without instances give none, because its provider cannot', () => {
    const { wmi } = createTestMachine().machine;
    expect(refusalOf(wmi.list('root/default', 'StdRegProv'))).toBe('provider-failure');
  });
});

describe('a method', () => {
  test('reboots the host, after which another boot time is told', async () => {
    const { machine, advance, effects } = createTestMachine();
    const target = { namespace: cimv2, className: 'Win32_OperatingSystem', keys: new Map() };
    const boot = (): unknown => {
      const found = machine.wmi.get(target);
      return 'problem' in found ? null : row(found)['LastBootUpTime'];
    };
    const before = boot();
    const answer = await machine.wmi.invoke(target, 'REBOOT', new Map());
    expect('problem' in answer ? null : row(answer)).toEqual({ ReturnValue: 0 });
    await advance(60_000);
    expect(effects()).toEqual(['shutdown-accepted', 'port-closed', 'booted']);
    expect(boot()).not.toBe(before);
  });

  test('of a process ends with the host: nothing of it is left after a reboot', async () => {
    const { machine, advance, run } = createTestMachine();
    const create = { namespace: cimv2, className: 'Win32_Process', keys: new Map() };
    const line = 'cmd /c ping -n 9999 127.0.0.1';
    await machine.wmi.invoke(create, 'Create', new Map([['CommandLine', [line]]]));
    expect((await run('tasklist')).stdout).toContain('ping.exe');
    await run('shutdown /r /t 0');
    await advance(60_000);
    expect((await run('tasklist')).stdout).not.toContain('ping.exe');
  });

  test('runs a batch file as cmd does', async () => {
    const { machine, write, read, advance } = createTestMachine();
    write('C:\\Windows\\Temp\\a.cmd', 'echo one>C:\\Windows\\Temp\\a.txt\r\nexit 3\r\n');
    const create = { namespace: cimv2, className: 'Win32_Process', keys: new Map() };
    const answer = await machine.wmi.invoke(
      create,
      'Create',
      new Map([['CommandLine', ['C:\\Windows\\Temp\\a.cmd']]]),
    );
    expect('problem' in answer ? null : row(answer)).toMatchObject({ ReturnValue: 0 });
    await advance(10);
    expect(read('C:\\Windows\\Temp\\a.txt')).toBe('one\r\n');
  });
});

describe('wmic, which has the same classes', () => {
  test('starts a process by its static method without naming one', async () => {
    const { run } = createTestMachine();
    const { stdout, code } = await run('wmic process call create "ping -n 99 127.0.0.1"');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /Executing \(Win32_Process\)->create\(\)[\s\S]*ProcessId = \d+;[\s\S]*ReturnValue = 0;/,
    );
    const pid = /ProcessId = (\d+)/.exec(stdout)?.[1] ?? '';
    expect((await run(`wmic process ${pid} get Name /value`)).stdout).toContain('Name=ping.exe');
  });

  test('shows events and arrays', async () => {
    const { run } = createTestMachine();
    const { stdout } = await run(
      `wmic ntevent where "Logfile='System' and EventCode=6009" get InsertionStrings,SourceName /value`,
    );
    expect(stdout).toContain(
      'InsertionStrings={"6.1.7601", "7601", "Service Pack 1", "Multiprocessor Free"}',
    );
  });
});
