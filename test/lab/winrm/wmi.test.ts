import { ns } from '../../../remote/winrm/wire/namespaces';
import { child } from '../../../remote/winrm/wire/xml';
import {
  contextOf,
  createManagedHost,
  drain,
  enumerate,
  get,
  invoke,
  isAtEnd,
  itemsOf,
  propertiesOf,
  pull,
  release,
  wmiUri,
} from './managed-host';
import type { ManagedHost, ManagedHostOptions, Question, Told } from './managed-host';

let host: ManagedHost;

async function serve(options: ManagedHostOptions = {}): Promise<void> {
  host = await createManagedHost(options);
}

afterEach(() => host.close());

/** What sc and the like find, which is another way to the same services. */
async function serviceNames(): Promise<string[]> {
  const process = host.machine.start('sc query state= all', { codePage: 437 });
  let text = '';
  process.onOutput((_stream, bytes) => {
    text += bytes.toString('latin1');
  });
  await process.exited;
  return [...text.matchAll(/^SERVICE_NAME: (.+?)\r?$/gm)].map(([, name]) => name ?? '');
}

const sorted = (names: readonly unknown[]): string[] => names.map(String).toSorted();

describe('an enumeration by WQL', () => {
  test('gives one item with the first answer and the rest page by page', async () => {
    await serve();
    const { items, pages, replies } = await drain(host, enumerate('SELECT * FROM Win32_Service'));
    expect(pages[0]).toBe(1);
    expect(pages.length).toBeGreaterThan(1);
    expect(sorted(items.map((item) => propertiesOf(item)['Name']))).toEqual(
      sorted(await serviceNames()),
    );
    const contexts = replies.slice(0, -1).map(contextOf);
    expect(new Set(contexts).size).toBe(contexts.length);
    expect(contextOf(replies.at(-1) as Told)).toBe('');
    expect(child(replies.at(-1)?.content, ns.enumeration, 'EnumerationContext')).toBeUndefined();
  });

  test('counts a page in UTF-16: twice its characters are within the envelope', async () => {
    await serve();
    const query = "SELECT * FROM Win32_NTLogEvent WHERE Logfile='System'";
    const first = await host.ask(enumerate(query));
    const { text, content } = await host.ask(pull(contextOf(first)));
    expect(text.length * 2).toBeLessThanOrEqual(153_600);
    // A full page is one that the next item would not have fitted into.
    expect(text.length * 2).toBeGreaterThan(145_000);
    expect(content?.name).toBe('PullResponse');
    expect(contextOf({ ...first, content })).not.toBe('');
  });

  test('obeys the size of envelope and the number of items that the client takes', async () => {
    await serve();
    const question = enumerate('SELECT Name FROM Win32_Service');
    const small = await drain(host, question, 7);
    expect(small.pages.slice(1, -1).every((count) => count === 7)).toBe(true);
    const first = await host.ask(question);
    const next = await host.ask({ ...pull(contextOf(first)), maxEnvelopeBytes: 8192 });
    expect(next.text.length * 2).toBeLessThanOrEqual(8192);
    expect(itemsOf(next).length).toBeGreaterThan(3);
  });

  test('gives one item at a time to who names no number', async () => {
    await serve();
    const first = await host.ask(enumerate('SELECT Name FROM Win32_Service'));
    expect(itemsOf(await host.ask(pull(contextOf(first), null)))).toHaveLength(1);
  });

  test('is complete at once when there is a single instance, with an empty context', async () => {
    await serve();
    const told = await host.ask(enumerate('SELECT * FROM Win32_OperatingSystem'));
    expect(itemsOf(told)).toHaveLength(1);
    expect(isAtEnd(told)).toBe(true);
    expect(told.text).toContain('<n:EnumerationContext></n:EnumerationContext>');
    expect(told.action).toBe('http://schemas.xmlsoap.org/ws/2004/09/enumeration/EnumerateResponse');
  });

  test('has no items in the first answer when the client does not allow it', async () => {
    await serve();
    const told = await host.ask(
      enumerate('SELECT * FROM Win32_OperatingSystem', { maxElements: null }),
    );
    expect(itemsOf(told)).toHaveLength(0);
    expect(isAtEnd(told)).toBe(false);
    const next = await host.ask(pull(contextOf(told)));
    expect([itemsOf(next).length, isAtEnd(next)]).toEqual([1, true]);
  });

  test('that finds nothing is complete and empty', async () => {
    await serve();
    const query = "SELECT * FROM Win32_Service WHERE Name='nope'";
    const told = await host.ask(enumerate(query));
    expect([itemsOf(told).length, isAtEnd(told), contextOf(told)]).toEqual([0, true, '']);
    const slow = await host.ask(enumerate(query, { maxElements: null }));
    const next = await host.ask(pull(contextOf(slow)));
    expect([itemsOf(next).length, isAtEnd(next)]).toEqual([0, true]);
  });

  test('is of a class when its URI names one and there is no filter', async () => {
    await serve();
    const { items } = await drain(host, enumerate(null, { uri: wmiUri('Win32_LogicalDisk') }));
    expect(items.map((item) => propertiesOf(item)['DeviceID'])).toEqual(['C:', 'D:']);
  });

  test('ends with Release, and with its last page', async () => {
    await serve();
    const first = await host.ask(enumerate('SELECT Name FROM Win32_Service'));
    const context = contextOf(first);
    const released = await host.ask(release(context));
    expect([released.status, released.content]).toEqual([200, undefined]);
    for (const question of [pull(context), release(context), pull('uuid:nobody')]) {
      const { fault, status } = await host.ask(question);
      expect([status, fault?.code, fault?.subcode]).toEqual([
        500,
        2150858779,
        'InvalidEnumerationContext',
      ]);
    }
  });

  test('is only continued under the URI with which it began, by the last context', async () => {
    await serve();
    const first = await host.ask(enumerate('SELECT Name FROM Win32_Service'));
    const elsewhere = await host.ask(pull(contextOf(first), 5, wmiUri('*', 'root/default')));
    expect(elsewhere.fault?.code).toBe(2150858779);
    const second = await host.ask(pull(contextOf(first), 5));
    expect(itemsOf(second)).toHaveLength(5);
    expect((await host.ask(pull(contextOf(first), 5))).fault?.code).toBe(2150858779);
  });

  test('counts as an operation until it is at its end', async () => {
    await serve({ limits: { maxOperationsPerUser: 2 } });
    const question = enumerate('SELECT Name FROM Win32_Service');
    const first = await host.ask(question);
    await host.ask(question);
    expect((await host.ask(question)).fault?.code).toBe(2150859174);
    expect((await host.ask(get(wmiUri('Win32_OperatingSystem')))).fault?.code).toBe(2150859174);
    await host.ask(release(contextOf(first)));
    expect((await host.ask(get(wmiUri('Win32_OperatingSystem')))).fault).toBeNull();
  });
});

describe('the form of what WMI gives', () => {
  test('is an instance in the namespace of its class, sorted, with nil and times in UTC', async () => {
    await serve({ windows: { edition: '2008r2-rtm' } });
    const { content, text } = await host.ask(get(wmiUri('Win32_OperatingSystem')));
    expect(content?.uri).toBe(wmiUri('Win32_OperatingSystem'));
    expect(text).toContain('xsi:type="p:Win32_OperatingSystem_Type"');
    const names = content?.children.map(({ name }) => name.toLowerCase()) ?? [];
    expect(names).toEqual(names.toSorted());
    expect(text).toContain('<p:CSDVersion xsi:nil="true"/>');
    expect(text).toMatch(
      /<p:LastBootUpTime><cim:Datetime>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z<\/cim:Datetime>/,
    );
    expect(text).toContain('<p:Caption>Microsoft Windows Server 2008 R2 Enterprise </p:Caption>');
    expect(text).toContain('<p:OSType>18</p:OSType>');
  });

  test('is a fragment without any namespace for a projection, sorted whatever was asked', async () => {
    await serve();
    const told = await host.ask(
      enumerate('select version, LASTBOOTUPTIME, CSName from win32_operatingsystem'),
    );
    const [fragment] = itemsOf(told);
    expect([fragment?.uri, fragment?.name]).toEqual([ns.wsman, 'XmlFragment']);
    expect(fragment?.children.map(({ uri, name }) => uri + name)).toEqual([
      'CSName',
      'LastBootUpTime',
      'Version',
    ]);
    expect(told.text).toMatch(/<LastBootUpTime><Datetime>[^<]+Z<\/Datetime><\/LastBootUpTime>/);
    expect(propertiesOf(fragment)['Version']).toBe('6.1.7601');
  });

  test('names the subclass of an instance that has one, with its further properties', async () => {
    await serve();
    const { items } = await drain(host, enumerate('SELECT * FROM Win32_Service'));
    const classes = new Map(items.map((item) => [propertiesOf(item)['Name'], item]));
    const terminal = classes.get('TermService');
    expect([terminal?.uri, terminal?.name]).toEqual([
      wmiUri('Win32_TerminalService'),
      'Win32_TerminalService',
    ]);
    expect(propertiesOf(terminal)['TotalSessions']).toBe('0');
    expect(classes.get('Spooler')?.name).toBe('Win32_Service');
    const only = await host.ask(enumerate('SELECT Name FROM Win32_TerminalService'));
    expect(itemsOf(only).map((item) => propertiesOf(item)['Name'])).toEqual(['TermService']);
  });

  test('has 64-bit numbers, booleans and empty texts as they are, arrays as repeated elements', async () => {
    await serve({ windows: { freeBytes: 9_007_199_254_740_991 } });
    const disk = await host.ask(get(wmiUri('Win32_LogicalDisk'), { DeviceID: 'C:' }));
    expect(propertiesOf(disk.content)).toMatchObject({
      FreeSpace: '9007199254740991',
      Compressed: 'false',
      VolumeName: '',
    });
    host.machine.start('net stop Spooler', { codePage: 437 });
    const query =
      "SELECT * FROM Win32_NTLogEvent WHERE Logfile='System' AND EventCode=6009 AND SourceName='EventLog'";
    const { items } = await drain(host, enumerate(query));
    expect(propertiesOf(items[0])['InsertionStrings']).toEqual([
      '6.1.7601',
      '7601',
      'Service Pack 1',
      'Multiprocessor Free',
    ]);
  });
});

describe('Get', () => {
  test.each([
    {
      className: 'Win32_Service',
      keys: { Name: 'spooler' },
      has: { DisplayName: 'Print Spooler' },
    },
    { className: 'win32_process', keys: { Handle: '4' }, has: { Name: 'System' } },
    { className: 'Win32_ComputerSystem', keys: {}, has: { Name: 'EX01' } },
    {
      className: 'CIM_DataFile',
      keys: { Name: String.raw`c:\windows\system32\cmd.exe` },
      has: { Version: '6.1.7601.17514' },
    },
  ])('finds one $className by its key', async ({ className, keys, has }) => {
    await serve();
    const told = await host.ask(get(wmiUri(className), keys));
    expect(propertiesOf(told.content)).toMatchObject(has);
  });

  const unreachable = { code: 2150858752, subcode: 'DestinationUnreachable' };
  const selectors = { subcode: 'InvalidSelectors' };
  test.each<{ why: string; question: Question; fault: object }>([
    {
      why: 'an instance that is not there',
      question: get(wmiUri('Win32_Service'), { Name: 'nope' }),
      fault: unreachable,
    },
    { why: 'a class that is not there', question: get(wmiUri('Win32_Nope')), fault: unreachable },
    {
      why: 'a namespace that is not there',
      question: get(wmiUri('Win32_Service', 'root/nope'), { Name: 'Spooler' }),
      fault: unreachable,
    },
    {
      why: 'a selector that is no key',
      question: get(wmiUri('Win32_Service'), { DisplayName: 'Print Spooler' }),
      fault: { ...selectors, code: 2150858843 },
    },
    {
      why: 'one of many without a selector',
      question: get(wmiUri('Win32_Service')),
      fault: { ...selectors, code: 2150858842 },
    },
    {
      why: 'half a key',
      question: get(wmiUri('Win32_NTLogEvent'), { Logfile: 'System' }),
      fault: { ...selectors, code: 2150858842 },
    },
    {
      why: 'a class without instances',
      question: get(wmiUri('StdRegProv', 'root/default')),
      fault: { code: 2150858842 },
    },
  ])('refuses $why', async ({ question, fault }) => {
    await serve();
    const told = await host.ask(question);
    expect(told.status).toBe(500);
    expect(told.fault).toMatchObject({
      ...fault,
      machine: 'EX01',
      provider: 'WMI Provider',
      providerPath: String.raw`%systemroot%\system32\WsmWmiPl.dll`,
    });
  });
});

describe('a query that WMI does not take', () => {
  const filter = { code: 2150858778, subcode: 'CannotProcessFilter' };
  test.each([
    { why: 'no WQL', question: enumerate('SELEC * FROM Win32_Service'), fault: filter },
    { why: 'an unknown class', question: enumerate('SELECT * FROM Win32_Nope'), fault: filter },
    {
      why: 'an unknown column',
      question: enumerate('SELECT Nme FROM Win32_Service'),
      fault: filter,
    },
    {
      why: 'an unknown property in its condition',
      question: enumerate("SELECT * FROM Win32_Service WHERE Nme='x'"),
      fault: filter,
    },
    {
      why: 'an order, which WQL does not have',
      question: enumerate('SELECT Name FROM Win32_Service ORDER BY Name'),
      fault: filter,
    },
    {
      why: 'a trailing comma',
      question: enumerate('SELECT Name, FROM Win32_Service'),
      fault: filter,
    },
    {
      why: 'all classes without a filter',
      question: enumerate(null),
      fault: filter,
    },
    {
      why: 'an unknown namespace',
      question: enumerate('SELECT * FROM X', { uri: wmiUri('*', 'root/nope') }),
      fault: { code: 2150858752, subcode: 'DestinationUnreachable' },
    },
    {
      why: 'a class without a provider of instances',
      question: enumerate('SELECT * FROM StdRegProv', { uri: wmiUri('*', 'root/default') }),
      fault: { code: 2150859010, subcode: 'InternalError' },
    },
    {
      why: 'another dialect',
      question: enumerate('x', { dialect: 'http://www.w3.org/TR/1999/REC-xpath-19991116' }),
      fault: { code: 2150858777, subcode: 'FilterDialectRequestedUnavailable' },
    },
    {
      why: 'references in place of instances',
      question: enumerate('SELECT * FROM Win32_Service', { mode: 'EnumerateEPR' }),
      fault: { code: 2150858886, subcode: 'UnsupportedFeature' },
    },
  ])('is refused for $why', async ({ question, fault }) => {
    await serve();
    const told = await host.ask(question);
    expect([told.status, told.fault]).toEqual([500, expect.objectContaining(fault)]);
  });

  test('tells what WMI said, which a client may show', async () => {
    await serve();
    const { fault, text, action } = await host.ask(enumerate("SELECT * FROM X WHERE a='<&>'"));
    expect(fault?.providerFault).toContain('Invalid class');
    expect(text).toContain('<p:Operation>ExecQuery</p:Operation>');
    expect(text).toContain("<p:ParameterInfo>SELECT * FROM X WHERE a='&lt;&amp;&gt;'");
    expect(action).toBe('http://schemas.xmlsoap.org/ws/2004/09/enumeration/fault');
  });

  test('is no reason to give up: actions and URIs that are not there have faults of their own', async () => {
    await serve();
    const put = { ...get(wmiUri('Win32_OperatingSystem')), action: `${ns.transfer}/Put` };
    expect((await host.ask(put)).fault).toMatchObject({
      code: 2150858771,
      subcode: 'ActionNotSupported',
    });
    expect((await host.ask(get('winrm/config/listener'))).fault).toMatchObject({
      code: 2150858811,
      subcode: 'DestinationUnreachable',
    });
    const empty = { ...enumerate(null), body: '' };
    expect((await host.ask(empty)).fault?.code).toBe(2150858817);
    const some = { ...pull('x'), body: pull('x').body.replace('32000', 'some') };
    expect((await host.ask(some)).fault?.code).toBe(2150858817);
  });
});

const effects = (): string[] => host.ledger.entries.map(({ effect }) => effect);

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
}

const returned = ({ content }: Told): unknown => propertiesOf(content)['ReturnValue'];

describe('a method', () => {
  const service = wmiUri('Win32_Service');

  test('stops and starts a service, with the effects that sc has', async () => {
    await serve();
    const stopped = await host.ask(invoke(service, 'StopService', {}, { Name: 'Spooler' }));
    expect(stopped.action).toBe(`${service}/StopServiceResponse`);
    expect([stopped.content?.uri, stopped.content?.name]).toEqual([service, 'StopService_OUTPUT']);
    expect(returned(stopped)).toBe('0');
    await until(() => effects().includes('service-stopped'));
    const started = await host.ask(invoke(service, 'startservice', {}, { Name: 'Spooler' }));
    expect(returned(started)).toBe('0');
    await until(() => effects().includes('service-started'));
    const again = await host.ask(invoke(service, 'StartService', {}, { Name: 'Spooler' }));
    expect(returned(again)).toBe('10');
    const depended = invoke(service, 'StopService', {}, { Name: 'MSExchangeADTopology' });
    expect(returned(await host.ask(depended))).toBe('3');
  });

  test('sets how a service starts', async () => {
    await serve();
    const mode = (StartMode: string): Question =>
      invoke(service, 'ChangeStartMode', { StartMode }, { Name: 'W32Time' });
    expect(returned(await host.ask(mode('Disabled')))).toBe('0');
    expect(returned(await host.ask(mode('Sometimes')))).toBe('21');
    const told = await host.ask(get(service, { Name: 'W32Time' }));
    expect(propertiesOf(told.content)['StartMode']).toBe('Disabled');
  });

  test('of Win32_Process starts a command that nobody waits for', async () => {
    await serve({ timeScale: 1 });
    const uri = wmiUri('Win32_Process');
    const CommandLine = String.raw`cmd /c echo done> C:\Windows\Temp\out.txt & ping -n 60 127.0.0.1`;
    const told = await host.ask(invoke(uri, 'Create', { CommandLine, CurrentDirectory: null }));
    const { ProcessId, ReturnValue } = propertiesOf(told.content);
    expect(ReturnValue).toBe('0');
    await until(() => host.machine.files.read('C:\\Windows\\Temp\\out.txt') !== null);
    expect(host.machine.files.read('C:\\Windows\\Temp\\out.txt')?.toString()).toMatch(
      /^done *\r\n$/,
    );
    const running = await host.ask(get(uri, { Handle: String(ProcessId) }));
    expect(propertiesOf(running.content)).toMatchObject({ Name: 'cmd.exe', ProcessId });
    const ended = await host.ask(invoke(uri, 'Terminate', {}, { Handle: String(ProcessId) }));
    expect(returned(ended)).toBe('0');
    const gone = await host.ask(get(uri, { Handle: String(ProcessId) }));
    expect(gone.fault?.code).toBe(2150858752);
  });

  test.each([
    { given: { CommandLine: 'nonsense.exe' }, value: '9' },
    { given: { CommandLine: 'hostname', CurrentDirectory: 'C:\\Nowhere' }, value: '9' },
    { given: {}, value: '21' },
  ])('does not start $given', async ({ given, value }) => {
    await serve();
    const told = await host.ask(invoke(wmiUri('Win32_Process'), 'Create', given));
    expect(propertiesOf(told.content)).toEqual({ ProcessId: null, ReturnValue: value });
  });

  test.each([
    { method: 'Reboot', given: {}, restarts: true, comment: '', delayMs: 0 },
    {
      method: 'Win32Shutdown',
      given: { Flags: '6', Reserved: '0' },
      restarts: true,
      comment: '',
      delayMs: 0,
    },
    { method: 'Win32Shutdown', given: { Flags: '12' }, restarts: false, comment: '', delayMs: 0 },
    {
      method: 'Win32ShutdownTracker',
      given: { Timeout: '30', Comment: 'Hotfix & more', ReasonCode: '2147614737', Flags: '6' },
      restarts: true,
      comment: 'Hotfix & more',
      delayMs: 30_000,
    },
  ])('$method shuts the host down', async ({ method, given, restarts, comment, delayMs }) => {
    await serve({ timeScale: 1 });
    const told = await host.ask(invoke(wmiUri('Win32_OperatingSystem'), method, given));
    expect(returned(told)).toBe('0');
    expect(
      host.ledger.entries.find(({ effect }) => effect === 'shutdown-accepted')?.detail,
    ).toEqual({ restarts, comment, delayMs });
    const twice = await host.ask(invoke(wmiUri('Win32_OperatingSystem'), 'Reboot'));
    expect(['1190', '1115']).toContain(returned(twice));
  });

  test('leaves in the System log why it shut the host down', async () => {
    await serve({ timeScale: 1 });
    const given = { Timeout: '600', Comment: 'KB1', ReasonCode: '2147614737', Flags: '6' };
    await host.ask(invoke(wmiUri('Win32_OperatingSystem'), 'Win32ShutdownTracker', given));
    const query =
      "SELECT Message, SourceName FROM Win32_NTLogEvent WHERE Logfile='System' AND EventCode=1074";
    const { items } = await drain(host, enumerate(query));
    const [{ Message, SourceName } = {}] = items.map(propertiesOf);
    expect(SourceName).toBe('USER32');
    expect(Message).toContain('wmiprvse.exe');
    expect(Message).toContain('Operating System: Hot fix (Planned)');
    expect(Message).toContain('KB1');
  });

  test.each([
    { flags: '0', value: '0', why: 'a log-off' },
    { flags: '3', value: '87', why: 'two things at once' },
  ])('does not shut down for $why', async ({ flags, value }) => {
    await serve();
    const os = wmiUri('Win32_OperatingSystem');
    expect(returned(await host.ask(invoke(os, 'Win32Shutdown', { Flags: flags })))).toBe(value);
    expect(effects()).not.toContain('shutdown-accepted');
  });

  test.each<{ why: string; question: Question; fault: object }>([
    {
      why: 'is not there',
      question: invoke(service, 'Explode', {}, { Name: 'Spooler' }),
      fault: { code: 2150858771, subcode: 'ActionNotSupported' },
    },
    {
      why: 'is of an instance that is not there',
      question: invoke(service, 'StopService', {}, { Name: 'nope' }),
      fault: { code: 2150858752, subcode: 'DestinationUnreachable' },
    },
    {
      why: 'needs an instance',
      question: invoke(service, 'StopService'),
      fault: { code: 2150858842, subcode: 'InvalidSelectors' },
    },
    {
      why: 'gets a parameter that it has not',
      question: invoke(service, 'StopService', { Force: 'true' }, { Name: 'Spooler' }),
      fault: { code: 2150859038, subcode: 'InvalidParameter' },
    },
    {
      why: 'gets text for a number',
      question: invoke(wmiUri('Win32_OperatingSystem'), 'Win32Shutdown', { Flags: 'six' }),
      fault: { code: 2150859038, subcode: 'InvalidParameter' },
    },
  ])('that $why is refused and does nothing', async ({ question, fault }) => {
    await serve();
    const told = await host.ask(question);
    expect([told.status, told.fault]).toEqual([500, expect.objectContaining(fault)]);
    expect(effects().filter((effect) => effect !== 'session-opened')).toEqual([]);
  });
});

describe('the registry through StdRegProv', () => {
  const uri = wmiUri('StdRegProv', 'root/default');
  const hklm = '2147483650';
  const servicing = String.raw`SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing`;
  const call = async (
    method: string,
    sSubKeyName: string,
    sValueName?: string,
  ): Promise<{ [name: string]: unknown }> => {
    const named = sValueName === undefined ? {} : { sValueName };
    const told = await host.ask(invoke(uri, method, { hDefKey: hklm, sSubKeyName, ...named }));
    return propertiesOf(told.content);
  };

  test('lists keys and values as reg does', async () => {
    await serve({ windows: { hotfix: 'install-pending' } });
    expect((await call('EnumKey', servicing))['sNames']).toContain('RebootPending');
    const values = await call(
      'EnumValues',
      String.raw`SYSTEM\CurrentControlSet\Services\MSExchange ADAccess\Diagnostics`,
    );
    expect([values['sNames']].flat()).toContain('3 Topology');
    expect([values['Types']].flat()).toContain('4');
    expect(values['ReturnValue']).toBe('0');
  });

  test('reads numbers and texts, and says by a number what it did not find', async () => {
    await serve();
    const diagnostics = String.raw`SYSTEM\CurrentControlSet\Services\MSExchange ADAccess\Diagnostics`;
    expect(await call('GetDWORDValue', diagnostics, '3 Topology')).toEqual({
      uValue: '1',
      ReturnValue: '0',
    });
    const windows = String.raw`SOFTWARE\Microsoft\Windows NT\CurrentVersion`;
    expect(await call('GetStringValue', windows, 'CurrentBuildNumber')).toMatchObject({
      ReturnValue: '0',
      sValue: '7601',
    });
    expect(await call('GetDWORDValue', `${windows}\\Nope`, 'X')).toEqual({
      uValue: null,
      ReturnValue: '2',
    });
    expect(await call('GetDWORDValue', windows, 'Nope')).toMatchObject({ ReturnValue: '1' });
    expect(await call('GetDWORDValue', windows, 'CurrentBuildNumber')).toMatchObject({
      ReturnValue: String(0x80041005),
    });
    expect(await call('EnumKey', `${windows}\\Nope`)).toEqual({ sNames: null, ReturnValue: '2' });
  });

  test('gives the strings of a multi-string one by one', async () => {
    await serve();
    const key = String.raw`SYSTEM\CurrentControlSet\Control\Session Manager`;
    const data = String.raw`\??\C:\a\0\??\C:\b`;
    const line = `reg add "HKLM\\${key}" /v PendingFileRenameOperations /t REG_MULTI_SZ /d "${data}" /f`;
    await host.machine.start(line, { codePage: 437 }).exited;
    const read = await call('GetMultiStringValue', key, 'PendingFileRenameOperations');
    expect(read).toEqual({
      sValue: [String.raw`\??\C:\a`, String.raw`\??\C:\b`],
      ReturnValue: '0',
    });
  });
});

describe('application pools', () => {
  const uri = wmiUri('ApplicationPool', 'root/WebAdministration');
  const pool = { Name: 'MSExchangeOWAAppPool' };

  test('are recycled, which returns nothing and shows in the ledger as with appcmd', async () => {
    await serve();
    const told = await host.ask(invoke(uri, 'Recycle', {}, pool));
    expect([told.content?.name, told.content?.children]).toEqual(['Recycle_OUTPUT', []]);
    await until(() => effects().includes('pool-recycled'));
    expect(returned(await host.ask(invoke(uri, 'GetState', {}, pool)))).toBe('1');
  });

  test('that are stopped cannot be', async () => {
    await serve();
    await host.ask(invoke(uri, 'Stop', {}, pool));
    expect(returned(await host.ask(invoke(uri, 'GetState', {}, pool)))).toBe('3');
    const { fault } = await host.ask(invoke(uri, 'Recycle', {}, pool));
    expect(fault).toMatchObject({ code: 2150859010, provider: 'WMI Provider' });
    expect(fault?.providerFault).toContain('has not been started');
  });

  test('are not there without IIS', async () => {
    await serve({ windows: { exchange: false } });
    expect((await host.ask(invoke(uri, 'Recycle', {}, pool))).fault?.code).toBe(2150858752);
    const all = enumerate('SELECT * FROM ApplicationPool', {
      uri: wmiUri('*', 'root/WebAdministration'),
    });
    expect((await host.ask(all)).fault?.code).toBe(2150858752);
  });
});

describe('the event logs through Win32_NTLogEvent', () => {
  test('are filtered by log, code, source and time, newest first', async () => {
    await serve();
    await host.machine.start('net stop Spooler', { codePage: 437 }).exited;
    const since = new Date(Date.now() - 60_000).toISOString().replaceAll(/[-:T]/g, '').slice(0, 14);
    const query = `SELECT RecordNumber, EventCode, SourceName, TimeWritten FROM Win32_NTLogEvent WHERE Logfile='System' AND TimeWritten>='${since}.000000-000'`;
    const { items } = await drain(host, enumerate(query));
    const rows = items.map(propertiesOf);
    expect(rows).toContainEqual(
      expect.objectContaining({ SourceName: 'Service Control Manager', EventCode: '7036' }),
    );
    const numbers = rows.map(({ RecordNumber }) => Number(RecordNumber));
    expect(numbers).toEqual(numbers.toSorted((a, b) => b - a));
    const other = `${query} AND SourceName='Nobody'`;
    expect((await drain(host, enumerate(other))).items).toEqual([]);
  });

  test('show one record by its log and number', async () => {
    await serve();
    const { items } = await drain(
      host,
      enumerate(
        "SELECT RecordNumber FROM Win32_NTLogEvent WHERE Logfile='System' AND EventCode=6005",
      ),
    );
    const number = String(propertiesOf(items[0])['RecordNumber']);
    const told = await host.ask(
      get(wmiUri('Win32_NTLogEvent'), { Logfile: 'System', RecordNumber: number }),
    );
    expect(propertiesOf(told.content)).toMatchObject({
      EventCode: '6005',
      SourceName: 'EventLog',
      Type: 'Information',
      Message: 'The Event log service was started.',
    });
  });
});

describe('the configuration of the service', () => {
  test.each([
    { edition: '2008r2-sp1', kb: '150', operations: '15', shells: '5', idle: '180000' },
    { edition: '2012r2', kb: '500', operations: '1500', shells: '30', idle: '7200000' },
  ] as const)('is that of $edition', async ({ edition, kb, operations, shells, idle }) => {
    await serve({ windows: { edition } });
    const { content } = await host.ask(get(ns.config));
    expect(content?.name).toBe('Config');
    expect(propertiesOf(content)).toMatchObject({
      MaxEnvelopeSizekb: kb,
      MaxTimeoutms: '60000',
      MaxBatchItems: '32000',
    });
    const part = (name: string): object => propertiesOf(child(content, ns.config, name));
    expect(part('Service')).toMatchObject({ MaxConcurrentOperationsPerUser: operations });
    expect(part('Winrs')).toMatchObject({ MaxShellsPerUser: shells, IdleTimeout: idle });
  });
});

describe('the list of shells', () => {
  const shell = 'http://schemas.microsoft.com/wbem/wsman/1/windows/shell';
  const create: Question = {
    uri: `${shell}/cmd`,
    action: `${ns.transfer}/Create`,
    body: `<r:Shell xmlns:r="${shell}"><r:OutputStreams>stdout</r:OutputStreams></r:Shell>`,
  };

  test('has what a client left behind, of which it can be told and rid', async () => {
    await serve();
    expect((await drain(host, enumerate(null, { uri: shell }))).items).toEqual([]);
    await host.ask(create);
    await host.ask(create);
    const { items, pages } = await drain(host, enumerate(null, { uri: shell }));
    expect(pages).toEqual([1, 1]);
    const [first] = items.map(propertiesOf);
    expect(first).toMatchObject({
      ResourceUri: `${shell}/cmd`,
      Owner: 'operator',
      IdleTimeOut: 'PT180.000S',
    });
    const id = { ShellId: String(first?.['ShellId']) };
    expect(propertiesOf((await host.ask(get(shell, id))).content)).toMatchObject(id);
    const removal = { ...get(shell, id), action: `${ns.transfer}/Delete` };
    expect((await host.ask(removal)).status).toBe(200);
    expect(host.server.openShells()).toBe(1);
    expect((await host.ask(removal)).fault?.code).toBe(2150858843);
    expect((await host.ask(get(shell))).fault?.code).toBe(2150858842);
  });
});
