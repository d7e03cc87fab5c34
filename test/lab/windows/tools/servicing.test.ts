import { createCabinet, createHotfixPackage, readCabinet } from '../../../../lab/cabinet';
import { createTestMachine, type TestMachine, type TestMachineOptions } from '../test-machine';

const package6 = createHotfixPackage({ kb: 'KB3004383', payloadBytes: 1000 });
const other = createHotfixPackage({ kb: 'KB2862152', version: '6.1.9.0', payloadBytes: 1000 });
const cabinetOf = (msu: Buffer): Buffer =>
  readCabinet(msu).find(({ name }) => /KB\d+.*\.cab$/.test(name))?.bytes ?? Buffer.alloc(0);
const identity = 'Package_for_KB3004383~31bf3856ad364e35~amd64~~6.1.1.0';
const add = 'dism /online /add-package /packagepath:C:\\p.cab /quiet /norestart';

function machineWithPackage(options: TestMachineOptions = {}): TestMachine {
  const machine = createTestMachine(options);
  machine.write('C:\\p.msu', package6);
  machine.write('C:\\p.cab', cabinetOf(package6));
  machine.write('C:\\other.cab', cabinetOf(other));
  return machine;
}

describe('dism', () => {
  it.each([
    { line: 'dism /online /get-frobs', code: 87, text: 'The get-frobs option is unknown.' },
    { line: 'dism /get-packages', code: 87, text: 'Error: 87' },
    { line: 'dism /online /add-package', code: 87, text: 'requires the packagepath option' },
    { line: 'dism /online /add-package /packagepath:C:\\nope.cab', code: 2, text: 'Error: 2' },
    { line: 'dism /online /add-package /packagepath:C:\\nope\\x.cab', code: 3, text: 'Error: 3' },
    { line: 'dism /online /add-package /packagepath:C:\\p.msu', code: 50, text: 'Error: 50' },
    {
      line: 'dism /online /add-package /packagepath:C:\\bad.cab',
      code: 0x800f0805,
      text: 'Error: 0x800f0805',
    },
    {
      line: 'dism /online /add-package /packagepath:C:\\empty.cab',
      code: 0x800f0805,
      text: 'not valid Windows package',
    },
    {
      line: 'dism /online /get-packageinfo /packagename:Package_for_KB1',
      code: 0x800f0805,
      text: 'Error: 0x800f0805',
    },
    {
      line: 'dism /online /remove-package /packagename:Package_for_KB1',
      code: 0x800f0805,
      text: 'Error: 0x800f0805',
    },
    {
      line: 'DISM.EXE -English -Get-Packages -Online',
      code: 0,
      text: 'Package Identity : Package_for_KB976902~',
    },
    { line: 'dism /get-packages /format:table /online', code: 0, text: ' | Installed | ' },
    {
      line: 'dism /online /get-packageinfo "/PackagePath:C:\\p.cab"',
      code: 0,
      text: `Package Identity : ${identity}\r\nApplicable : Yes\r\n`,
    },
  ])('$line ends with $code', async ({ line, code, text }) => {
    const machine = machineWithPackage();
    machine.write('C:\\bad.cab', 'MSCF and no more');
    machine.write(
      'C:\\empty.cab',
      createCabinet([{ name: 'readme.txt', bytes: Buffer.from('x') }]),
    );
    const ran = await machine.run(line);
    expect(ran).toMatchObject({ code, stderr: '' });
    expect(ran.stdout).toContain(text);
  });

  it('installs in the time it takes, and the package is active only across a reboot', async () => {
    const { run, start, advance, ledger } = machineWithPackage();
    const running = start(add);
    await advance(19_000);
    expect(ledger.entries.at(-1)?.effect).not.toBe('install-ended');
    await advance(2000);
    expect((await running).code).toBe(3010);
    const version = `wmic datafile where "name='C:\\\\Windows\\\\SysWOW64\\\\Appidapi.dll'" get Version /value <nul`;
    const qfe = `wmic qfe where "HotFixID='KB3004383'" get HotFixID /value <nul`;
    const state = `dism /online /english /get-packageinfo /packagename:${identity}`;
    const pending =
      'reg query "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing\\RebootPending"';
    expect((await run(state)).stdout).toContain('State : Install Pending');
    expect((await run(version)).stdout).toContain('Version=6.1.7601.17514');
    expect((await run(qfe)).stdout).toBe('');
    expect((await run(pending)).code).toBe(0);
    await run('shutdown /r /t 0');
    await advance(60_000);
    expect((await run(state)).stdout).toContain('State : Installed');
    expect((await run(version)).stdout).toContain('Version=6.1.7601.22823');
    expect((await run(qfe)).stdout).toContain('HotFixID=KB3004383');
    expect((await run(pending)).code).toBe(1);
    const setup = (await run('wevtutil qe Setup')).stdout;
    expect([...setup.matchAll(/<EventID>(\d)/g)].map((match) => match[1])).toEqual(['1', '4', '2']);
    expect(setup).toContain('<IntendedPackageState>5112</IntendedPackageState>');
    expect(
      ledger.entries
        .filter(({ effect }) => effect.startsWith('install'))
        .map(({ effect, detail }) => [effect, detail['exitCode']]),
    ).toEqual([
      ['install-started', undefined],
      ['install-ended', 3010],
    ]);
  });

  it.each([
    { why: 'the system has no service pack', options: { windows: { edition: '2008r2-rtm' } } },
    { why: 'it is another system', options: { windows: { edition: '2012r2' } } },
    { why: 'it is there already', options: { windows: { hotfix: 'installed' } } },
  ] as const)('calls a package not applicable when $why', async ({ options }) => {
    const { run, effects } = machineWithPackage(options);
    expect((await run(add)).code).toBe(0x800f081e);
    expect(effects().slice(-2)).not.toContain('registry-written');
  });

  it('refuses more while something waits for a reboot, and while it is busy', async () => {
    const pending = machineWithPackage({ windows: { hotfix: 'install-pending' } });
    expect(
      (await pending.run('dism /online /add-package /packagepath:C:\\other.cab /quiet /norestart'))
        .code,
    ).toBe(0x800f0806);
    const busy = machineWithPackage({ windows: { servicingBusyMs: 60_000 } });
    expect((await busy.run(add)).code).toBe(0x800f0902);
    await busy.advance(60_000);
    expect((await busy.runThrough(add)).code).toBe(3010);
  });

  it('shows an installer at work to whoever looks', async () => {
    const { run, start, advance } = machineWithPackage();
    const running = start(add);
    await advance(1000);
    expect((await run(`wmic process where "Name='dism.exe'" get Name /value <nul`)).stdout).toMatch(
      /Name=dism\.exe/i,
    );
    expect(
      (
        await run(
          'reg query "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing\\Interface" /v ServicingInProgress',
        )
      ).stdout,
    ).toContain('0x2');
    expect((await run(add)).code).toBe(0x800f0902);
    await advance(30_000);
    expect((await running).code).toBe(3010);
  });

  it.each([
    { installExitCode: -2146498270, code: 0x800f0922 },
    { installExitCode: 0x80073712, code: 0x80073712 },
    { installExitCode: 112, code: 112 },
  ])(
    'ends with $installExitCode when told, and installs nothing',
    async ({ installExitCode, code }) => {
      const { run, runThrough, ledger } = machineWithPackage({ faults: { installExitCode } });
      expect((await runThrough(add)).code).toBe(code);
      expect((await run(`dism /online /get-packageinfo /packagename:${identity}`)).code).toBe(
        0x800f0805,
      );
      expect(
        ledger.entries.find(({ effect }) => effect === 'install-ended')?.detail['exitCode'],
      ).toBe(code);
    },
  );

  it('leaves nothing behind when it is cut off', async () => {
    const { run, start, advance } = machineWithPackage();
    void start(add);
    await advance(5000);
    await run('shutdown /r /t 0');
    await advance(60_000);
    expect((await run(`dism /online /get-packageinfo /packagename:${identity}`)).code).toBe(
      0x800f0805,
    );
    expect((await run('wmic qfe get HotFixID /value <nul')).stdout).not.toContain('KB3004383');
  });

  it('takes a package away across a reboot', async () => {
    const { run, runThrough, advance, effects } = machineWithPackage({
      windows: { hotfix: 'installed' },
    });
    expect(
      (await runThrough(`dism /online /remove-package /packagename:${identity} /quiet /norestart`))
        .code,
    ).toBe(3010);
    expect((await run('dism /online /get-packages')).stdout).toContain('State : Uninstall Pending');
    await run('shutdown /r /t 0');
    await advance(60_000);
    expect((await run('dism /online /get-packages')).stdout).not.toContain('KB3004383');
    expect(effects()).toContain('package-removed');
  });

  it('asks for the restart without /norestart, and does it with /quiet', async () => {
    const asks = machineWithPackage();
    expect(
      (await asks.runThrough('dism /online /add-package /packagepath:C:\\p.cab')).stdout,
    ).toMatch(/restart the computer now\? \(Y\/N\) $/);
    expect(asks.effects()).not.toContain('shutdown-accepted');
    const quiet = machineWithPackage();
    expect(
      (await quiet.runThrough('dism /online /add-package /packagepath:C:\\p.cab /quiet')).code,
    ).toBe(1641);
    expect(quiet.effects()).toContain('shutdown-accepted');
  });
});

describe('wusa', () => {
  it('is refused in a session and works in a task of the system', async () => {
    const { run, runThrough, advance } = machineWithPackage();
    expect((await runThrough('wusa C:\\p.msu /quiet /norestart')).code).toBe(5);
    await run(
      'schtasks /create /tn W /tr "wusa.exe C:\\p.msu /quiet /norestart" /ru SYSTEM /sc once /st 00:00 & schtasks /run /tn W',
    );
    await advance(60_000);
    expect((await run('schtasks /query /tn W /fo csv /nh /v')).stdout).toContain('"3010"');
    expect((await run('dism /online /get-packages')).stdout).toContain('Install Pending');
  });

  it.each([
    {
      what: 'a package that is there',
      windows: { hotfix: 'installed' },
      line: 'C:\\p.msu',
      result: 2_359_302,
    },
    {
      what: 'a package of another system',
      windows: { edition: '2012r2' },
      line: 'C:\\p.msu',
      result: 0x80240017 | 0,
    },
    { what: 'a file that is none', windows: {}, line: 'C:\\nope.msu', result: 2 },
    {
      what: 'a removal of what is not there',
      windows: {},
      line: '/uninstall /kb:3004383',
      result: 2_359_303,
    },
  ] as const)('answers $what by $result', async ({ windows, line, result }) => {
    const { run, advance } = machineWithPackage({ windows });
    await run(
      `schtasks /create /tn W /tr "wusa.exe ${line} /quiet /norestart" /ru SYSTEM /sc once /st 00:00 & schtasks /run /tn W`,
    );
    await advance(60_000);
    expect((await run('schtasks /query /tn W /fo csv /nh /v')).stdout).toContain(`"${result}"`);
  });
});
