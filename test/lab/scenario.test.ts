import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadScenario } from '../../lab/scenario';

describe('a lab scenario', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'scenario-'));
  });

  afterAll(() => rm(folder, { recursive: true }));

  const load = async (text: string) => {
    const file = join(folder, 'lab.yaml');
    await writeFile(file, text);
    return loadScenario(file);
  };

  it('that is empty is a lab in which nothing is wrong', async () => {
    expect(await load('')).toEqual({ timeScale: 1, seed: 'lab', defaults: {}, hosts: {} });
  });

  it('takes durations with units and as milliseconds', async () => {
    const { hosts } = await load(`
timeScale: 30
hosts:
  ex01:
    windows: { ldap: stall, ldapSinceMs: 2h, clockOffsetMs: -5m }
    faults: { bootMs: 180000, clockStepMs: -1500, installExitCode: 0x800F0922 }
  ex02: { faults: { winRmDelayMs: 2m, tokenFiltered: true, shellsRefused: false } }
`);
    expect(hosts).toEqual({
      ex01: {
        windows: { ldap: 'stall', ldapSinceMs: 7_200_000, clockOffsetMs: -300_000 },
        faults: { bootMs: 180_000, clockStepMs: -1500, installExitCode: 0x800f0922 },
      },
      ex02: { faults: { winRmDelayMs: 120_000, tokenFiltered: true, shellsRefused: false } },
    });
  });

  it('takes any state that a definition of a hotfix asks about', async () => {
    const { hosts } = await load(String.raw`
hosts:
  fs01:
    windows:
      exchange: 2013
      iis: true
      dns: true
      packages: { KB4474419: installed, Package_for_KB2999226: absent }
      registry:
        HKLM\SYSTEM\CurrentControlSet\Services\LanmanServer\Parameters: { SMB1: 0 }
        HKLM\SOFTWARE\Contoso: {}
        HKLM\SOFTWARE\Gone: null
      files:
        '%windir%\System32\drivers\srv.sys': 6.1.7601.24384
        C:\Contoso\plain.dll: ''
        C:\Windows\System32\localspl.dll: null
      services:
        Spooler: { startMode: disabled, state: stopped }
        wuauserv: null
      processorTime: { w3wp: 97 }
    faults: { stopStuck: [MSExchangeIS], removeExitCode: 0x800F0825 }
`);
    expect(hosts['fs01']).toEqual({
      windows: {
        exchange: '2013',
        iis: true,
        dns: true,
        packages: { KB4474419: 'installed', Package_for_KB2999226: 'absent' },
        registry: {
          'HKLM\\SYSTEM\\CurrentControlSet\\Services\\LanmanServer\\Parameters': { SMB1: 0 },
          'HKLM\\SOFTWARE\\Contoso': {},
          'HKLM\\SOFTWARE\\Gone': null,
        },
        files: {
          '%windir%\\System32\\drivers\\srv.sys': '6.1.7601.24384',
          'C:\\Contoso\\plain.dll': '',
          'C:\\Windows\\System32\\localspl.dll': null,
        },
        services: { Spooler: { startMode: 'disabled', state: 'stopped' }, wuauserv: null },
        processorTime: { w3wp: 97 },
      },
      faults: { stopStuck: ['MSExchangeIS'], removeExitCode: 0x800f0825 },
    });
  });

  it.each([
    {
      what: 'a registry key of no hive',
      text: 'hosts:\n  a:\n    windows:\n      registry: { SOFTWARE: {} }',
      says: /lab\.yaml:4: hosts\.a\.windows\.registry/,
    },
    {
      what: 'a file that is no whole path',
      text: 'hosts:\n  a:\n    windows:\n      files: { srv.sys: 6.1.7601.1 }',
      says: /lab\.yaml:4: hosts\.a\.windows\.files/,
    },
    {
      what: 'an unknown state of a package',
      text: 'hosts:\n  a: { windows: { packages: { KB1: pending } } }',
      says: /lab\.yaml:2: hosts\.a\.windows\.packages\.KB1 .*use one of: absent, installed,/,
    },
    {
      what: 'an Exchange that the lab has not',
      text: 'hosts:\n  a: { windows: { exchange: 2016 } }',
      says: /lab\.yaml:2: hosts\.a\.windows\.exchange/,
    },
    {
      what: 'an unknown fault',
      text: 'hosts:\n  ex01:\n    faults: { neverReturn: true }',
      says: /lab\.yaml:3: hosts\.ex01\.faults\.neverReturn .*did you mean neverReturns\?/,
    },
    {
      what: 'an unknown state',
      text: 'hosts:\n  ex01: { windows: { ldap: stalled } }',
      says: /lab\.yaml:2: hosts\.ex01\.windows\.ldap .*use one of: none, stall,/,
    },
    {
      what: 'a duration without meaning',
      text: 'hosts:\n  ex01: { faults: { bootMs: soon } }',
      says: /lab\.yaml:2: hosts\.ex01\.faults\.bootMs is "soon"/,
    },
    { what: 'no time', text: 'timeScale: 0', says: /lab\.yaml:1: timeScale is 0/ },
    { what: 'broken YAML', text: 'hosts:\n  a: [', says: /lab\.yaml:\d+: .*correct the YAML/ },
  ])('with $what is refused with file, line and field', async ({ text, says }) => {
    await expect(load(text)).rejects.toMatchObject({
      name: 'Failure',
      code: 'bad-request',
      message: expect.stringMatching(says),
    });
  });

  it('that is not there is named', async () => {
    await expect(loadScenario(join(folder, 'none.yaml'))).rejects.toThrow('none.yaml');
  });

  it('is what the examples have', async () => {
    const scenario = await loadScenario(join(__dirname, '../../examples/lab.yaml'));
    expect(Object.keys(scenario.hosts).length).toBeGreaterThan(0);
  });
});
