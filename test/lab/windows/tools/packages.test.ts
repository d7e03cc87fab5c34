import {
  createHotfixPackage,
  createPackageCabinet,
  type HotfixPackageOptions,
  readCabinet,
} from '../../../../lab/cabinet';
import { createTestMachine, type TestMachine, type TestMachineOptions } from '../test-machine';

const small = { payloadBytes: 100 } as const;
const smb: HotfixPackageOptions = {
  ...small,
  kb: 'KB4012212',
  files: [{ path: '%windir%\\System32\\drivers\\srv.sys', version: '6.1.7601.23689' }],
};
const identityOf = (kb: string, version = '6.1.1.0'): string =>
  `Package_for_${kb}~31bf3856ad364e35~amd64~~${version}`;

function machineWith(
  packages: { readonly [name: string]: HotfixPackageOptions },
  options: TestMachineOptions = {},
): TestMachine {
  const machine = createTestMachine(options);
  for (const [name, one] of Object.entries(packages)) {
    machine.write(`C:\\${name}.cab`, createPackageCabinet(one));
  }
  return machine;
}

async function reboot({ run, advance }: TestMachine): Promise<void> {
  await run('shutdown /r /t 0');
  await advance(60_000);
}

async function versionOf({ run }: TestMachine, path: string): Promise<string> {
  const name = path.replaceAll('\\', '\\\\');
  const { stdout } = await run(`wmic datafile where "name='${name}'" get Version /value <nul`);
  return /Version=(\S*)/.exec(stdout)?.[1] ?? 'no such file';
}

const add = (...names: readonly string[]): string =>
  `dism /online /add-package ${names.map((name) => `/packagepath:C:\\${name}.cab`).join(' ')} /quiet /norestart`;
const info = async ({ run }: TestMachine, name: string): Promise<{ [field: string]: string }> => {
  const { stdout } = await run(
    `dism /online /english /get-packageinfo /packagepath:C:\\${name}.cab`,
  );
  return Object.fromEntries(
    [...stdout.matchAll(/^(Applicable|State|Restart Required) : (.*?)\r$/gm)].map(
      ([, field = '', value = '']) => [field, value],
    ),
  );
};

const srv = 'C:\\Windows\\System32\\drivers\\srv.sys';

describe('what a package does to the machine', () => {
  it('follows from the component manifests in it: a newer file after the reboot, the old one when it is removed', async () => {
    const machine = machineWith({ smb });
    expect(await versionOf(machine, srv)).toBe('6.1.7601.17514');
    expect((await machine.runThrough(add('smb'))).code).toBe(3010);
    expect(await versionOf(machine, srv)).toBe('6.1.7601.17514');
    await reboot(machine);
    expect(await versionOf(machine, srv)).toBe('6.1.7601.23689');
    const remove = `dism /online /remove-package /packagename:${identityOf('KB4012212')} /quiet /norestart`;
    expect((await machine.runThrough(remove)).code).toBe(3010);
    expect(await versionOf(machine, srv)).toBe('6.1.7601.23689');
    await reboot(machine);
    expect(await versionOf(machine, srv)).toBe('6.1.7601.17514');
    expect(
      machine.ledger.entries
        .filter(({ effect }) => /install|remov/.test(effect))
        .map(({ effect }) => effect),
    ).toEqual([
      'install-started',
      'install-ended',
      'removal-started',
      'package-removed',
      'removal-ended',
    ]);
  });

  it('is there at once when it needs no restart, and gone at once', async () => {
    const machine = machineWith({ smb: { ...smb, restart: 'none' } });
    expect((await machine.runThrough(add('smb'))).code).toBe(0);
    expect(await versionOf(machine, srv)).toBe('6.1.7601.23689');
    expect(await info(machine, 'smb')).toMatchObject({
      State: 'Installed',
      'Restart Required': 'No',
    });
    const remove = `dism /online /remove-package /packagepath:C:\\smb.cab /quiet`;
    expect((await machine.runThrough(remove)).code).toBe(0);
    expect(await versionOf(machine, srv)).toBe('6.1.7601.17514');
  });

  it('knows both sides of a 64-bit Windows, and leaves files alone that are not there', async () => {
    const files = [
      'SysWOW64\\inetsrv\\W3dt.dll',
      'System32\\inetsrv\\Iiscore.dll',
      'System32\\dns.exe',
    ].map((path) => ({ path: `%windir%\\${path}`, version: '8.5.9600.17708' }));
    const machine = machineWith(
      { iis: { ...small, kb: 'KB3041832', os: '6.3', files } },
      { windows: { edition: '2012r2', exchange: '2013' } },
    );
    expect((await machine.runThrough(add('iis'))).code).toBe(3010);
    await reboot(machine);
    expect(await versionOf(machine, 'C:\\Windows\\SysWOW64\\inetsrv\\W3dt.dll')).toBe(
      '8.5.9600.17708',
    );
    expect(await versionOf(machine, 'C:\\Windows\\System32\\inetsrv\\W3dt.dll')).toBe(
      '8.5.9600.16384',
    );
    expect(await versionOf(machine, 'C:\\Windows\\System32\\inetsrv\\Iiscore.dll')).toBe(
      '8.5.9600.17708',
    );
    expect(await versionOf(machine, 'C:\\Windows\\System32\\dns.exe')).toBe('no such file');
  });

  it('replaces an older version of itself, which is in force again once the newer one is removed', async () => {
    const older = { ...smb, version: '6.1.1.0' };
    const newer = {
      ...smb,
      version: '6.1.1.2',
      files: [{ path: srv, version: '6.1.7601.24000' }],
      restart: 'none',
    } as const;
    const machine = machineWith({ older: { ...older, restart: 'none' }, newer });
    await machine.runThrough(add('older'));
    await machine.runThrough(add('newer'));
    expect(await info(machine, 'older')).toMatchObject({ State: 'Superseded', Applicable: 'No' });
    expect(await versionOf(machine, srv)).toBe('6.1.7601.24000');
    await machine.runThrough('dism /online /remove-package /packagepath:C:\\newer.cab /quiet');
    expect(await info(machine, 'older')).toMatchObject({ State: 'Installed', Applicable: 'Yes' });
    expect(await versionOf(machine, srv)).toBe('6.1.7601.23689');
  });
});

describe('dism /get-packageinfo of a file', () => {
  it('tells the state through install, reboot and removal, and changes nothing', async () => {
    const machine = machineWith({ smb });
    const states: string[] = [];
    const look = async (): Promise<void> => {
      const { State = '', Applicable = '' } = await info(machine, 'smb');
      states.push(`${State} ${Applicable}`);
    };
    await look();
    await machine.runThrough(add('smb'));
    await look();
    await reboot(machine);
    await look();
    await machine.runThrough(
      'dism /online /remove-package /packagepath:C:\\smb.cab /quiet /norestart',
    );
    await look();
    await reboot(machine);
    await look();
    expect(states).toEqual([
      'Not Present Yes',
      'Install Pending Yes',
      'Installed Yes',
      'Uninstall Pending Yes',
      'Not Present Yes',
    ]);
  });

  it.each<{ why: string; one: HotfixPackageOptions; options?: TestMachineOptions }>([
    { why: 'another architecture', one: { ...smb, architecture: 'x86' } },
    { why: 'another Windows', one: { ...smb, os: '6.3' } },
    { why: 'no service pack', one: smb, options: { windows: { edition: '2008r2-rtm' } } },
    { why: 'a package before it', one: { ...smb, prerequisites: ['Package_for_KB1'] } },
    {
      why: 'a later rollup that brought the file',
      one: smb,
      options: { windows: { files: { '%windir%\\System32\\drivers\\srv.sys': '6.1.7601.24384' } } },
    },
  ])('is not applicable for $why', async ({ one, options }) => {
    const machine = machineWith({ one }, options);
    expect(await info(machine, 'one')).toMatchObject({ Applicable: 'No', State: 'Not Present' });
    const ran = await machine.runThrough(add('one'));
    expect(ran.code).toBe(0x800f081e);
    expect(ran.stdout).toContain('Error: 0x800f081e');
  });

  it.each<{ state: 'superseded' | 'staged' | 'uninstall-pending'; shown: string; code: number }>([
    { state: 'superseded', shown: 'Superseded', code: 0x800f081e },
    { state: 'staged', shown: 'Staged', code: 3010 },
    { state: 'uninstall-pending', shown: 'Uninstall Pending', code: 0x800f0806 },
  ])('shows $state as a scenario gives it', async ({ state, shown, code }) => {
    const machine = machineWith({ smb }, { windows: { packages: { KB4012212: state } } });
    expect(await info(machine, 'smb')).toMatchObject({ State: shown });
    expect((await machine.runThrough(add('smb'))).code).toBe(code);
  });
});

describe('what a package asks of the machine', () => {
  it('takes a prerequisite that is there', async () => {
    const one = { ...smb, prerequisites: ['Package_for_KB2999226'] };
    const machine = machineWith({ one });
    expect((await machine.runThrough(add('one'))).code).toBe(3010);
    const without = machineWith({ one }, { windows: { packages: { KB2999226: 'absent' } } });
    expect((await without.runThrough(add('one'))).code).toBe(0x800f081e);
  });

  it.each([
    {
      what: 'a newer servicing stack',
      one: { ...smb, servicingStack: '6.1.7601.24383' },
      cure: 'KB4490628',
      code: 0x800f0823,
    },
    {
      what: 'SHA-2 signatures',
      one: { ...smb, signature: 'sha256' },
      cure: 'KB4474419',
      code: 0x80092004,
    },
  ] as const)('$what: $code, until $cure is there', async ({ one, cure, code }) => {
    const machine = machineWith({ one });
    const ran = await machine.runThrough(add('one'));
    expect(ran.code).toBe(code);
    expect(ran.stdout).toContain(`Error: 0x${code.toString(16)}`);
    const cured = machineWith({ one }, { windows: { packages: { [cure]: 'installed' } } });
    expect((await cured.runThrough(add('one'))).code).toBe(3010);
  });
});

describe('several packages', () => {
  const second = { ...small, kb: 'KB3004384', files: [{ path: srv, version: '6.1.7601.20000' }] };

  it('of one .msu are cabinets of their own, in the order of its unattend file', async () => {
    const msu = createHotfixPackage({ ...smb, followedBy: [second] });
    const machine = createTestMachine();
    machine.write('C:\\p.msu', msu);
    await machine.run('mkdir C:\\x');
    expect((await machine.run('expand -F:* C:\\p.msu C:\\x')).code).toBe(0);
    const unattend = machine.read('C:\\x\\Windows6.1-KB4012212-x64.xml') ?? '';
    expect([...unattend.matchAll(/configsetroot%\\([^"]+)/g)].map(([, name]) => name)).toEqual([
      'Windows6.1-KB4012212-x64.CAB',
      'Windows6.1-KB3004384-x64.CAB',
    ]);
    const ran = await machine.runThrough(
      'dism /online /add-package /packagepath:C:\\x\\Windows6.1-KB4012212-x64.cab /packagepath:C:\\x\\Windows6.1-KB3004384-x64.cab /quiet /norestart',
    );
    expect(ran.code).toBe(3010);
    expect(ran.stdout).toContain('Processing 2 of 2 - Adding package Package_for_KB3004384~');
    await reboot(machine);
    expect(await versionOf(machine, srv)).toBe('6.1.7601.23689');
  });

  it('are installed together or not at all', async () => {
    const machine = machineWith({ smb, wrong: { ...second, os: '6.3' } });
    expect((await machine.runThrough(add('smb', 'wrong'))).code).toBe(0x800f081e);
    expect(await info(machine, 'smb')).toMatchObject({ State: 'Not Present' });
  });
});

describe('codes that a scenario wants', () => {
  it.each([
    { code: 0, text: 'The operation completed successfully.' },
    { code: 3010, text: 'The operation completed successfully.' },
    { code: 2_359_301, text: 'The operation completed successfully.' },
    { code: 1618, text: 'Error: 1618' },
    { code: 0x80070bc9, text: 'Error: 0x80070bc9' },
    { code: -2_146_498_511, text: 'Error: 0x800f0831' },
    { code: 0x80092004, text: 'Error: 0x80092004' },
  ])('dism /add-package ends with $code and installs nothing', async ({ code, text }) => {
    const machine = machineWith({ smb }, { faults: { installExitCode: code } });
    const ran = await machine.runThrough(add('smb'));
    expect(ran.code).toBe(code >>> 0);
    expect(ran.stdout).toContain(text);
    expect(await info(machine, 'smb')).toMatchObject({ State: 'Not Present' });
  });

  it('dism /remove-package ends with one and removes nothing', async () => {
    const machine = machineWith(
      { smb },
      { windows: { packages: { KB4012212: 'installed' } }, faults: { removeExitCode: 0x800f0825 } },
    );
    const ran = await machine.runThrough(
      'dism /online /remove-package /packagepath:C:\\smb.cab /quiet /norestart',
    );
    expect(ran.code).toBe(0x800f0825);
    expect(await info(machine, 'smb')).toMatchObject({ State: 'Installed' });
    expect(machine.effects()).not.toContain('package-removed');
  });
});

test('the same options give the same bytes, and the package of KB3004383 names its files', () => {
  const options = { kb: 'KB3004383', payloadBytes: 10 };
  expect(createHotfixPackage(options).equals(createHotfixPackage(options))).toBe(true);
  const [manifest, ...others] = readCabinet(createPackageCabinet(options)).filter(({ name }) =>
    /^wow64_.*\.manifest$/.test(name),
  );
  expect(others).toEqual([]);
  expect(manifest?.bytes.toString()).toContain(
    '<file name="Appidapi.dll" destinationPath="$(runtime.system32)\\"',
  );
});
