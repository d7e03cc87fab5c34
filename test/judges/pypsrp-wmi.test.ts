import { createManagedHost, operator } from '../lab/winrm/managed-host';
import type { ManagedHost, ManagedHostOptions } from '../lab/winrm/managed-host';
import { hasPythonModules, judgeTest, runPythonJudge } from './judge';

interface Row {
  readonly class: string;
  readonly uri: string;
  readonly properties: { readonly [name: string]: string | null | readonly string[] };
}

interface Answer extends Partial<Row> {
  readonly rows?: readonly Row[];
  readonly pages?: readonly number[];
  readonly fault?: number;
  readonly provider?: string | null;
  readonly machine?: string;
  readonly envelope?: number;
}

const available = hasPythonModules('pypsrp');

describe('pypsrp against WMI of the lab', () => {
  let host: ManagedHost;

  afterEach(() => host.close());

  async function ask(
    questions: readonly { readonly [name: string]: unknown }[],
    login: { readonly auth: string; readonly encryption: string } = {
      auth: 'ntlm',
      encryption: 'always',
    },
  ): Promise<readonly Answer[]> {
    return runPythonJudge('pypsrp_wmi_judge.py', {
      port: host.server.port,
      ...operator,
      ...login,
      questions,
    }) as Promise<readonly Answer[]>;
  }

  async function serve(options: ManagedHostOptions = {}): Promise<void> {
    host = await createManagedHost(options);
  }

  /** Name, state and process of every service as `sc queryex` shows them. */
  async function services(): Promise<string[]> {
    const process = host.machine.start('sc queryex state= all', { codePage: 437 });
    let text = '';
    process.onOutput((_stream, bytes) => {
      text += bytes.toString('latin1');
    });
    await process.exited;
    return [...text.matchAll(/SERVICE_NAME: (.+?)\r?\n[\s\S]+?PID +: (\d+)/g)]
      .map(([, name, pid]) => `${name} ${pid}`)
      .toSorted();
  }

  const cimv2 = 'root/cimv2/';
  const query = (wql: string, more: object = {}) => ({
    ask: 'query',
    path: `${cimv2}*`,
    wql,
    ...more,
  });

  judgeTest('finds the services that sc shows, on all pages, sealed', available, async () => {
    await serve();
    const expected = await services();
    const wql = 'SELECT * FROM Win32_Service';
    const answers = await ask([
      query(wql),
      query(wql, { maxElements: 10 }),
      query(wql, { optimize: false, maxElements: 20 }),
    ]);
    for (const { rows = [] } of answers) {
      expect(
        rows
          .map(
            ({ properties }) => `${String(properties['Name'])} ${String(properties['ProcessId'])}`,
          )
          .toSorted(),
      ).toEqual(expected);
    }
    const [whole, tens, slow] = answers.map(({ pages = [] }) => pages);
    expect(whole?.[0]).toBe(1);
    expect(tens?.slice(0, 3)).toEqual([1, 10, 10]);
    expect(slow?.slice(0, 2)).toEqual([0, 20]);
    const classes = new Set(answers[0]?.rows?.map((row) => row.class));
    expect(classes).toEqual(new Set(['Win32_Service', 'Win32_TerminalService']));
  });

  judgeTest('reads one instance, and single ones without a key', available, async () => {
    await serve();
    const [os, service] = await ask(
      [
        { ask: 'get', path: `${cimv2}Win32_OperatingSystem` },
        { ask: 'get', path: `${cimv2}Win32_Service`, keys: { Name: 'wuauserv' } },
      ],
      { auth: 'basic', encryption: 'never' },
    );
    expect(os?.class).toBe('Win32_OperatingSystem');
    expect(os?.properties).toMatchObject({
      Caption: 'Microsoft Windows Server 2008 R2 Enterprise ',
      Version: '6.1.7601',
      CSDVersion: 'Service Pack 1',
    });
    expect(Date.parse(String(os?.properties?.['LastBootUpTime']))).toBeLessThan(Date.now());
    expect(service?.properties).toMatchObject({ DisplayName: 'Windows Update', StartMode: 'Auto' });
  });

  judgeTest('calls methods of instances and of classes', available, async () => {
    await serve();
    const windows = String.raw`SOFTWARE\Microsoft\Windows NT\CurrentVersion`;
    const registry = (method: string, parameters: object) => ({
      ask: 'invoke',
      path: 'root/default/StdRegProv',
      method,
      parameters: { hDefKey: '2147483650', ...parameters },
    });
    const [build, missing, keys, stopped] = await ask([
      registry('GetStringValue', { sSubKeyName: windows, sValueName: 'CurrentBuildNumber' }),
      registry('GetDWORDValue', { sSubKeyName: `${windows}\\Nope`, sValueName: 'X' }),
      registry('EnumKey', { sSubKeyName: 'SOFTWARE\\Microsoft' }),
      {
        ask: 'invoke',
        path: `${cimv2}Win32_Service`,
        method: 'StopService',
        keys: { Name: 'Spooler' },
      },
    ]);
    expect(build?.properties).toEqual({ sValue: '7601', ReturnValue: '0' });
    expect(missing?.properties).toEqual({ uValue: null, ReturnValue: '2' });
    expect([keys?.properties?.['sNames']].flat()).toContain('Windows');
    expect(stopped).toMatchObject({
      class: 'StopService_OUTPUT',
      properties: { ReturnValue: '0' },
    });
    while (!host.ledger.entries.some(({ effect }) => effect === 'service-stopped')) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  });

  judgeTest('understands why it is refused', available, async () => {
    await serve();
    const faults = await ask([
      query('SELEC * FROM Win32_Service'),
      query('SELECT * FROM Win32_Nope'),
      { ask: 'get', path: `${cimv2}Win32_Service`, keys: { Name: 'nope' } },
      { ask: 'get', path: `${cimv2}Win32_Service`, keys: { State: 'Running' } },
      {
        ask: 'invoke',
        path: `${cimv2}Win32_Service`,
        method: 'Explode',
        keys: { Name: 'Spooler' },
      },
    ]);
    expect(faults.map(({ fault }) => fault)).toEqual([
      2150858778, 2150858778, 2150858752, 2150858843, 2150858771,
    ]);
    for (const fault of faults) {
      expect(fault).toMatchObject({ provider: 'WMI Provider', machine: 'EX01' });
    }
  });

  judgeTest('learns how long messages may be', available, async () => {
    await serve();
    const [old] = await ask([{ ask: 'payload' }]);
    expect(old?.envelope).toBe(150 * 1024);
    await host.close();
    await serve({ windows: { edition: '2012r2' } });
    const [later] = await ask([{ ask: 'payload' }]);
    expect(later).toEqual({ envelope: 500 * 1024, grew: true });
  });
});
