import type { WinRmConnection } from '../../../../contracts/fleet';
import type { Observable, Observation } from '../../../../contracts/predicate';
import { observationKey } from '../../../../contracts/predicate';
import type { Answer } from '../../../../contracts/reason';
import { startLab } from '../../../../lab';
import type { LabFaults, WindowsOptions } from '../../../../lab/types';
import { openWinRm } from '../../../../remote/winrm/client';
import { probe } from '../../../../remote/windows/probe';
import { hotfixThatAsks } from './scripted-observations';

const credential = { username: 'CONTOSO\\hotfix', password: 'asked in two ways' };
const key = String.raw`HKLM\SOFTWARE\Contoso\Settings`;
const cpu = 'Win32_PerfFormattedData_PerfProc_Process';

const windows: WindowsOptions = {
  registry: {
    [key]: { Number: 0xff00, Text: 'A b', List: ['one', 'two'] },
    [String.raw`HKLM\SOFTWARE\Contoso\Empty`]: {},
  },
  files: { 'C:\\Apps\\a (1).dll': '1.2.3.4', 'C:\\Apps\\plain.txt': '' },
  services: { Contoso: { state: 'stopped', startMode: 'disabled' } },
  processorTime: { store: 7 },
};

const registry = (value: string | null, at = key): Observable => ({
  kind: 'registry',
  key: at,
  value,
  test: { is: 'present' },
});
const file = (path: string): Observable => ({ kind: 'file', path, test: { is: 'present' } });
const service = (name: string): Observable => ({ kind: 'service', name, is: 'present' });
const counter = (instance: string, className = cpu): Observable => ({
  kind: 'counter',
  class: className,
  instance,
  property: 'PercentProcessorTime',
  test: { atLeast: 1 },
});
const command = (text: string, timeoutMs = 20_000): Observable => ({
  kind: 'command',
  command: text,
  timeoutMs,
  yes: [0],
  no: [1],
});

const inKey = (type: string | null, data: number | string | null): Observation => ({
  kind: 'registry',
  exists: true,
  type,
  data,
});
const noKey: Observation = { kind: 'registry', exists: false, type: null, data: null };

/** Null: unknown. */
const bothWays: readonly (readonly [Observable, Observation | null])[] = [
  [registry('Number'), inKey('REG_DWORD', 0xff00)],
  [registry('text'), inKey('REG_SZ', 'A b')],
  [registry('List'), inKey('REG_MULTI_SZ', String.raw`one\0two`)],
  [registry('Nothing'), noKey],
  [registry(null), inKey(null, null)],
  [registry(null, String.raw`HKLM\SOFTWARE\Contoso\Empty`), inKey(null, null)],
  [registry(null, String.raw`HKLM\SOFTWARE\Contoso\Empty\Below`), noKey],
  [registry('X', String.raw`HKLM\SOFTWARE\Nobody\Knows\This`), noKey],
  [
    { kind: 'product', name: 'Contoso', keys: [String.raw`HKLM\SOFTWARE\Adatum`, key] },
    { kind: 'product', found: [key] },
  ],
  [file('C:\\Apps\\a (1).dll'), { kind: 'file', version: '1.2.3.4' }],
  [file('C:\\Apps\\plain.txt'), { kind: 'file', version: '' }],
  [file('%windir%\\none.dll'), { kind: 'file', version: null }],
  [
    service('contoso'),
    {
      kind: 'service',
      service: { name: 'Contoso', state: 'stopped', startMode: 'disabled', processId: 0 },
    },
  ],
  [service('Nobody'), { kind: 'service', service: null }],
  [counter('store'), { kind: 'counter', values: [7] }],
  [counter('nobody'), { kind: 'counter', values: [] }],
  [counter('store', 'Win32_PerfFormattedData_Of_Nobody'), null],
];

const byToolsOnly: readonly (readonly [Observable, Observation | null])[] = [
  [
    { kind: 'package', identity: 'Package_for_KB3004383~', is: 'installed' },
    { kind: 'package', package: { state: 'absent', identity: null } },
  ],
  [command('ping -n 100 127.0.0.1 >nul', 1000), null],
  [command('echo here& exit 3010'), { kind: 'command', exitCode: 3010, outputTail: 'here' }],
  [
    command('cmd /c exit -2146498530'),
    { kind: 'command', exitCode: 2_148_468_766, outputTail: '' },
  ],
];

const asked = [...bothWays, ...byToolsOnly].map(([one]) => one);

/** What the host is found to be, in the order of the questions; null for what is unknown. */
async function answers(faults: LabFaults): Promise<readonly Answer<Observation>[]> {
  const transport = { kind: 'winrm', scheme: 'http', allowUnencrypted: false } as const;
  const lab = await startLab({ hosts: [{ id: 'ex01', transport, credential, windows, faults }] });
  const { address, port } = lab.endpoint('ex01');
  const connection: WinRmConnection = {
    kind: 'winrm',
    address,
    port,
    scheme: 'http',
    auth: 'ntlm',
    credentialRef: 'env:TEST',
    allowUnencrypted: false,
  };
  const session = await openWinRm(connection, credential);
  try {
    const { observations = {} } = await probe(session, hotfixThatAsks(...asked), Date.now);
    return asked.map((one) => observations[observationKey(one)] as Answer<Observation>);
  } finally {
    await session.close();
    await lab.close();
  }
}

const valueOf = (answer: Answer<Observation>): Observation | null =>
  answer.known ? answer.value : null;

describe('what a definition asks of a host', () => {
  it('is told by its tools', async () => {
    const expected = [...bothWays, ...byToolsOnly].map(([, observation]) => observation);
    expect((await answers({})).map(valueOf)).toEqual(expected);
  });

  it('is told by WMI in the same words, and what only tools know stays open', async () => {
    const told = await answers({ shellsRefused: true });
    expect(told.slice(0, bothWays.length).map(valueOf)).toEqual(
      bothWays.map(([, observation]) => observation),
    );
    for (const answer of told.slice(bothWays.length)) {
      expect(answer).toEqual({ known: false, why: expect.stringContaining('needs a shell') });
    }
  });
});
