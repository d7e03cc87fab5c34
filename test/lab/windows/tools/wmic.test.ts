import { wmic } from '../../../../lab/windows/tools/wmic/wmic';
import { createEmulatedHost, run } from './emulated-host';

const appIdApi = String.raw`C:\\Windows\\SysWOW64\\Appidapi.dll`;
const identity = 'Package_for_KB3004383~31bf3856ad364e35~amd64~~6.1.1.0';

/** `Name=value` lines of an answer, in their order. */
function valuesOf(stdout: Buffer): string[] {
  return stdout
    .toString('latin1')
    .split(/\r\r\n/)
    .filter((line) => line !== '');
}

describe('what wmic prints', () => {
  it('ends lines in a pipe with CR CR LF and sorts properties by name', async () => {
    const { host } = createEmulatedHost();
    const { stdout, stderr, code } = await run(wmic, host, 'os get Version,CSName /value');
    expect(stdout.toString('latin1')).toBe(
      '\r\r\n\r\r\nCSName=EX01\r\r\nVersion=6.1.7601\r\r\n\r\r\n\r\r\n\r\r\n',
    );
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  });

  it('puts two blank lines between instances', async () => {
    const { host } = createEmulatedHost();
    const { stdout } = await run(wmic, host, 'logicaldisk get DeviceID /format:list');
    expect(stdout.toString('latin1')).toBe(
      '\r\r\n\r\r\nDeviceID=C:\r\r\n\r\r\n\r\r\nDeviceID=D:\r\r\n\r\r\n\r\r\n\r\r\n',
    );
  });

  it('fills every column of a table with blanks, the last one too', async () => {
    const { host } = createEmulatedHost();
    const { stdout } = await run(wmic, host, 'logicaldisk get FileSystem, DeviceID');
    expect(stdout.toString('latin1')).toBe(
      'DeviceID  FileSystem  \r\r\nC:        NTFS        \r\r\nD:                    \r\r\n\r\r\n',
    );
  });

  it('writes UTF-16 with a byte order mark and single line ends into a file', async () => {
    const { host } = createEmulatedHost();
    const { stdout } = await run(wmic, host, 'os get CSName', { into: 'file' });
    expect(stdout.subarray(0, 2)).toEqual(Buffer.from([0xff, 0xfe]));
    expect(stdout.subarray(2).toString('utf16le')).toBe('CSName  \r\nEX01    \r\n');
  });

  it('writes into the file of /output, and behind what is there with /append', async () => {
    const { host } = createEmulatedHost();
    const first = await run(
      wmic,
      host,
      String.raw`/output:"C:\Windows\Temp\a b.txt" os get CSName`,
    );
    const second = await run(wmic, host, '/append:"a b.txt" os get Version /value');
    const bytes = host.files.read(String.raw`C:\Windows\Temp\a b.txt`) ?? Buffer.alloc(0);
    expect(first.stdout.length + second.stdout.length).toBe(0);
    expect(bytes.toString('utf16le')).toBe(
      '\uFEFFCSName  \r\nEX01    \r\n\r\n\r\nVersion=6.1.7601\r\n\r\n\r\n\r\n',
    );
  });

  it('says on standard error that there is nothing, and ends well', async () => {
    const { host } = createEmulatedHost();
    const { stdout, stderr, code } = await run(wmic, host, "qfe where HotFixID='KB1' get HotFixID");
    expect({ stdout: stdout.length, code }).toEqual({ stdout: 0, code: 0 });
    expect(stderr).toMatch(/^No Instance\(s\) Available\.\r\r\n/);
  });
});

describe('wmic takes a command line', () => {
  const one = ['Name=Spooler', 'State=Running'];
  it.each([
    { given: 'service where "Name=\'Spooler\'" get State,Name /value', printed: one },
    { given: 'SERVICE WHERE name="spooler" GET state , NAME /VALUE', printed: one },
    { given: "service where name='Spooler' get Name, State /format:list", printed: one },
    { given: 'service where (name="Spooler") get Name ,State /value', printed: one },
    { given: "service where(Name='Spooler')get Name,State /value", printed: one },
    { given: 'service where "name=\\"Spooler\\"" get Name,State /value', printed: one },
    { given: 'path Win32_Service where name="Spooler" get Name,State /value', printed: one },
    {
      given: 'PATH win32_service WHERE "name = \'spooler\'" get name,state,NAME /value',
      printed: one,
    },
    {
      given: String.raw`/node:EX01 /namespace:\\root\cimv2 service Spooler get Name,State /value`,
      printed: one,
    },
    {
      given: '/interactive:off service "Spooler" get Name,State /value /nointeractive',
      printed: one,
    },
    {
      given:
        '/node:localhost /failfast:on service where "Name=\'Spooler\'" get Name,State /format:"textvaluelist.xsl"',
      printed: one,
    },
    {
      given: "service where \"name like 'sp%er' and state<>'Stopped'\" get Name,State /value",
      printed: one,
    },
    { given: `process 4 get Name,ProcessId /value`, printed: ['Name=System', 'ProcessId=4'] },
    { given: `datafile "${appIdApi}" get Version /value`, printed: ['Version=6.1.7601.17514'] },
    {
      given: `datafile where "name='${appIdApi.toUpperCase()}'" get version /value`,
      printed: ['Version=6.1.7601.17514'],
    },
    {
      given: `datafile where name="${appIdApi}" get Extension,FileSize /value`,
      printed: ['Extension=dll', 'FileSize=50688'],
    },
  ])('$given', async ({ given, printed }) => {
    const { host } = createEmulatedHost();
    const { stdout, stderr, code } = await run(wmic, host, given);
    expect({ printed: valuesOf(stdout), stderr, code }).toEqual({ printed, stderr: '', code: 0 });
  });

  it('shows all properties as values with list full, and a few as a table with list brief', async () => {
    const { host } = createEmulatedHost();
    const full = valuesOf((await run(wmic, host, 'computersystem list full')).stdout);
    const brief = (await run(wmic, host, 'computersystem list brief')).stdout.toString();
    expect(full).toEqual(
      expect.arrayContaining(['Domain=contoso.test', 'DomainRole=3', 'PartOfDomain=TRUE']),
    );
    expect(brief).toMatch(/^Domain +Manufacturer +Model +Name +TotalPhysicalMemory +\r/);
  });

  it('reads commands from its input when it is given none, until exit', async () => {
    const { host } = createEmulatedHost();
    const stdin = 'os get CSName /value\r\nnonsense\r\nexit\r\nos get Version /value\r\n';
    const { stdout, stderr, code } = await run(wmic, host, '', { stdin });
    expect(stdout.toString()).toContain('CSName=EX01');
    expect(stdout.toString()).not.toContain('Version');
    expect({ stderr, code }).toEqual({
      stderr: 'nonsense - Alias not found.\r\r\n\r\r\n',
      code: 0,
    });
  });
});

describe('wmic refuses', () => {
  const invalidQuery = {
    text: 'Node - EX01\r\r\nERROR:\r\r\nDescription = Invalid query',
    code: 2147749911,
  };
  it.each([
    { given: 'useraccount get Name', text: 'useraccount - Alias not found.', code: 44135 },
    {
      given: 'path Win32_Nothing get Name',
      text: 'Node - EX01\r\r\nERROR:\r\r\nDescription = Invalid class',
      code: 2147749904,
    },
    { given: 'path', text: 'Invalid class.', code: 44135 },
    { given: 'os get Nonsense /value', ...invalidQuery },
    { given: 'service where "Nonsense=1" get Name', ...invalidQuery },
    { given: 'service where "Name=Spooler" get Name', ...invalidQuery },
    { given: 'service where "Name=\'Spooler" get Name', ...invalidQuery },
    { given: 'service where "(Name=\'Spooler\'" get Name', ...invalidQuery },
    { given: 'service where "Name=\'Spooler\' and" get Name', ...invalidQuery },
    { given: 'service where "Name~\'Spooler\'" get Name', ...invalidQuery },
    { given: 'service where "" get Name', ...invalidQuery },
    {
      given: String.raw`datafile where "name='C:\Windows\notepad.exe'" get Version`,
      ...invalidQuery,
    },
    { given: 'service where', text: 'Invalid WHERE clause.', code: 44125 },
    {
      given: "service where name = 'Spooler' get Name",
      ...invalidQuery,
      text: '= - Invalid alias verb.',
      code: 44125,
    },
    { given: 'os frobnicate', text: 'frobnicate - Invalid alias verb.', code: 44125 },
    { given: 'service Spooler delete', text: 'delete - Invalid alias verb.', code: 44125 },
    { given: 'service Spooler call explode', text: 'Invalid method name.', code: 44125 },
    { given: 'os get Name Version', text: 'Invalid GET Expression.', code: 44124 },
    { given: 'os get Name,', text: 'Invalid GET Expression.', code: 44124 },
    { given: 'os list upside-down', text: 'Invalid LIST Format.', code: 44124 },
    { given: 'os get Name /frobnicate', text: 'Invalid GET switch.', code: 44123 },
    { given: 'os get Name /format:csv', text: 'Invalid XSL format (or) file name.', code: 44210 },
    {
      given: 'os get Name /format:constructor',
      text: 'Invalid XSL format (or) file name.',
      code: 44210,
    },
    { given: '/frobnicate os get Name', text: 'Invalid Global Switch.', code: 44111 },
    { given: '/output:C:\\nowhere\\x.txt os get Name', text: 'Invalid file name.', code: 44111 },
    {
      given: '/node:other os get Name',
      text: 'Node - OTHER\r\r\nERROR:\r\r\nDescription = The RPC server is unavailable.',
      code: 0x800706ba,
    },
  ])('$given', async ({ given, text, code }) => {
    const { host } = createEmulatedHost();
    const printed = await run(wmic, host, given);
    expect(printed).toEqual({ stdout: Buffer.alloc(0), stderr: `${text}\r\r\n\r\r\n`, code });
  });
});

it('wmic refuses a condition that is nested deeper than any sane one', async () => {
  const { host } = createEmulatedHost();
  const given = `service where "${'('.repeat(5000)}Name='x'${')'.repeat(5000)}" get Name`;
  expect(await run(wmic, host, given)).toMatchObject({ code: 2147749911 });
});

describe('a condition of WQL', () => {
  it.each([
    { where: "Name='EventLog' or Name='rpcss'", found: ['EventLog', 'RpcSs'] },
    { where: "'Spooler' = Name", found: ['Spooler'] },
    { where: "Name like '[a-c]%' and not Name like 'c%'", found: ['BFE'] },
    { where: "Name like '_32%'", found: ['W32Time'] },
    { where: "Name like 'W[^i]%' and Name not like '%Time'", found: ['wuauserv'] },
    {
      where: "StartMode='Disabled' or (Started=false and State='Stopped')",
      found: ['TrustedInstaller', 'W32Time'],
    },
    { where: 'ProcessId < 1 and Started <> TRUE', found: ['TrustedInstaller', 'W32Time'] },
    { where: "ProcessId = '0'", found: ['TrustedInstaller', 'W32Time'] },
    { where: "not (ProcessId > 0) and Name >= 't' and Name <= 'u'", found: ['TrustedInstaller'] },
    { where: "Description is null and Name='BFE'", found: ['BFE'] },
    { where: "Description = null and Name != null and Name='BFE'", found: ['BFE'] },
    { where: "Name is not null and Name='BFE' and Description is not null", found: [] },
    { where: "Description <> 'x' and Name='BFE'", found: [] },
    { where: "Name = 'and'", found: [] },
    { where: "Name like '%(%'", found: [] },
  ])('$where', async ({ where, found }) => {
    const { host } = createEmulatedHost({ exchange: false });
    const { stdout } = await run(wmic, host, `service where "${where}" get Name /value`);
    expect(valuesOf(stdout)).toEqual(found.map((name) => `Name=${name}`));
  });
});

describe('what wmic knows of a machine', () => {
  it.each([
    {
      windows: {},
      printed: [
        'BuildNumber=7601',
        'CSDVersion=Service Pack 1',
        'ProductType=3',
        'ServicePackMajorVersion=1',
      ],
    },
    {
      windows: { edition: '2008r2-rtm' },
      printed: ['BuildNumber=7600', 'CSDVersion=', 'ProductType=3', 'ServicePackMajorVersion=0'],
    },
    {
      windows: { role: 'domain-controller' },
      printed: [
        'BuildNumber=7601',
        'CSDVersion=Service Pack 1',
        'ProductType=2',
        'ServicePackMajorVersion=1',
      ],
    },
    {
      windows: { edition: '2012r2' },
      printed: ['BuildNumber=9600', 'CSDVersion=', 'ProductType=3', 'ServicePackMajorVersion=0'],
    },
  ] as const)('the version of $windows', async ({ windows, printed }) => {
    const { host } = createEmulatedHost(windows);
    const line = 'os get BuildNumber,CSDVersion,ProductType,ServicePackMajorVersion /value';
    expect(valuesOf((await run(wmic, host, line)).stdout)).toEqual(printed);
  });

  it('times in CIM form, with the minutes ahead of UTC', async () => {
    const { host } = createEmulatedHost({ clockOffsetMs: 1500 });
    const { stdout } = await run(wmic, host, 'os get LastBootUpTime,LocalDateTime /value');
    const [boot, local] = valuesOf(stdout);
    expect(local).toBe('LocalDateTime=20150415120001.500000+000');
    expect(boot).toMatch(/^LastBootUpTime=201504\d{8}\.\d{6}\+000$/);
  });

  it('the hotfix only once it is installed, and the file version with it', async () => {
    const { host } = createEmulatedHost();
    const ask = async (): Promise<string[]> => {
      const qfe = await run(
        wmic,
        host,
        "qfe where HotFixID='KB3004383' get Description,HotFixID,InstalledOn /value",
      );
      const file = await run(wmic, host, `datafile where "name='${appIdApi}'" get Version /value`);
      return [...valuesOf(qfe.stdout), ...valuesOf(file.stdout)];
    };
    expect(await ask()).toEqual(['Version=6.1.7601.17514']);
    host.servicing.stageInstall({
      identity,
      releaseType: 'Hotfix',
      restart: 'required',
      files: [{ path: 'C:\\Windows\\SysWOW64\\appidapi.dll', version: '6.1.7601.22823' }],
    });
    expect(await ask()).toEqual(['Version=6.1.7601.17514']);
    host.servicing.completePending();
    expect(await ask()).toEqual([
      'Description=Hotfix',
      'HotFixID=KB3004383',
      'InstalledOn=4/15/2015',
      'Version=6.1.7601.22823',
    ]);
    host.servicing.stageRemoval(identity);
    expect(await ask()).toContain('HotFixID=KB3004383');
    host.servicing.completePending();
    expect(await ask()).toEqual(['Version=6.1.7601.17514']);
  });

  it('Service Pack 1 as KB976902 and not by its own number', async () => {
    const { host } = createEmulatedHost();
    const printed = valuesOf((await run(wmic, host, 'qfe get HotFixID /value')).stdout);
    expect(printed).toContain('HotFixID=KB976902');
    expect(printed).not.toContain('HotFixID=KB976932');
  });

  it('files that somebody wrote, without a version', async () => {
    const { host } = createEmulatedHost();
    host.files.write(String.raw`C:\Windows\Temp\tool.exe`, Buffer.from('MZ'));
    const { stdout } = await run(
      wmic,
      host,
      'datafile where "FileName=\'tool\'" get FileSize,Name,Version /value',
    );
    expect(valuesOf(stdout)).toEqual([
      'FileSize=2',
      String.raw`Name=c:\windows\temp\tool.exe`,
      'Version=',
    ]);
  });

  it('processes of services by the service, until it stops', async () => {
    const { host, advance } = createEmulatedHost();
    const ask = async (): Promise<number> =>
      valuesOf(
        (await run(wmic, host, 'process where "name=\'spoolsv.exe\'" get ProcessId /value')).stdout,
      ).length;
    expect(await ask()).toBe(1);
    const stopped = await run(wmic, host, "service where name='Spooler' call stopservice");
    expect(stopped.stdout.toString()).toContain('ReturnValue = 0;');
    expect(valuesOf((await run(wmic, host, 'service spooler get State /value')).stdout)).toEqual([
      'State=Stop Pending',
    ]);
    await advance(5000);
    expect(await ask()).toBe(0);
    expect(
      valuesOf((await run(wmic, host, 'service spooler get State,ProcessId /value')).stdout),
    ).toEqual(['ProcessId=0', 'State=Stopped']);
  });

  it.each([
    {
      given: 'service MSExchangeADTopology call stopservice',
      value: 3,
      why: 'others depend on it',
    },
    { given: 'service Spooler call StartService', value: 10, why: 'it runs' },
    { given: 'service W32Time call stopservice', value: 5, why: 'it does not run' },
    {
      given: 'service W32Time call changestartmode Disabled',
      value: 0,
      why: 'that may always be done',
    },
    {
      given: 'service W32Time call changestartmode Sometimes',
      value: 21,
      why: 'there is no such mode',
    },
    { given: 'process 4 call terminate', value: 2, why: 'nobody ends the kernel' },
  ])('$given returns $value: $why', async ({ given, value }) => {
    const { host } = createEmulatedHost();
    const { stdout, code } = await run(wmic, host, given);
    expect(stdout.toString()).toContain(`\tReturnValue = ${value};\r\r\n`);
    expect(code).toBe(0);
  });

  it('the space that is left, and none on a full disk', async () => {
    const line = 'logicaldisk where "DeviceID=\'c:\'" get FreeSpace /value';
    const roomy = createEmulatedHost({ freeBytes: 5_000_000 });
    const full = createEmulatedHost({}, { faults: { diskFull: true } });
    expect(valuesOf((await run(wmic, roomy.host, line)).stdout)).toEqual(['FreeSpace=5000000']);
    expect(valuesOf((await run(wmic, full.host, line)).stdout)).toEqual(['FreeSpace=0']);
  });
});
