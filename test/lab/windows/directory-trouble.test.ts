import { createTestMachine, type TestMachine, type TestMachineOptions } from './test-machine';

const minute = 60_000;

interface Trouble {
  readonly id: number;
  readonly process: string;
  readonly pid: string;
  readonly controller: string;
  readonly error: string;
}

async function events(
  { run }: TestMachine,
  eventId: number,
  withinMs = 24 * 60 * minute,
): Promise<Trouble[]> {
  const { stdout } = await run(
    `wevtutil qe Application "/q:*[System[Provider[@Name='MSExchange ADAccess'] and (EventID=${eventId}) and TimeCreated[timediff(@SystemTime) <= ${withinMs}]]]" /f:XML`,
  );
  return [...stdout.matchAll(/<EventRecordID>(\d+)<.*?<EventData>([\s\S]*?)<\/EventData>/g)].map(
    (match) => {
      const data = [...(match[2] ?? '').matchAll(/<Data>([\s\S]*?)<\/Data>/g)].map(
        (one) => one[1] ?? '',
      );
      const [process = '', pid = '', controller = '', error = ''] = data;
      return { id: Number(match[1]), process, pid, controller, error };
    },
  );
}

const machineWith = (
  windows: TestMachineOptions['windows'],
  faults: TestMachineOptions['faults'] = {},
): TestMachine => createTestMachine(windows === undefined ? { faults } : { windows, faults });

describe('events of lost domain controllers', () => {
  it.each([
    { ldap: 'none', errors: [], controllers: 0 },
    { ldap: 'stall', errors: ['55'], controllers: 3 },
    { ldap: 'stall-one-dc', errors: ['55'], controllers: 1 },
    { ldap: 'server-down', errors: ['51'], controllers: 3 },
    { ldap: 'unavailable', errors: ['34'], controllers: 3 },
  ] as const)(
    '$ldap shows $errors for $controllers controllers',
    async ({ ldap, errors, controllers }) => {
      const found = await events(machineWith({ ldap }), 2070);
      expect([...new Set(found.map(({ error }) => error))]).toEqual(errors);
      expect(new Set(found.map(({ controller }) => controller)).size).toBe(controllers);
    },
  );

  it('come from several processes, at most once in 900 s for each and each controller', async () => {
    const found = await events(machineWith({ ldap: 'stall', ldapSinceMs: 60 * minute }), 2070);
    expect(new Set(found.map(({ process }) => process)).size).toBeGreaterThanOrEqual(2);
    const perPair = new Map<string, number>();
    for (const { process, controller } of found) {
      perPair.set(`${process} ${controller}`, (perPair.get(`${process} ${controller}`) ?? 0) + 1);
    }
    // Four beats of fifteen minutes in the hour.
    expect([...perPair.values()]).toEqual(Array.from({ length: perPair.size }, () => 4));
  });

  it('lists the controllers every quarter of an hour, rows with tabs and line ends', async () => {
    const machine = machineWith({ domainControllers: ['a.contoso.test', 'b.contoso.test'] });
    const lists = await events(machine, 2080, 60 * minute - 1);
    expect(lists).toHaveLength(4);
    expect(lists[0]?.controller).toBe(
      'a.contoso.test\tCDG 1 7 7 1 1 1 1 7 1\r\nb.contoso.test\tCDG 1 7 7 1 0 1 1 7 1',
    );
  });

  it('are not logged at level 0', async () => {
    const machine = machineWith({ ldap: 'stall', topologyLevel: 0 });
    expect(await events(machine, 2070)).toEqual([]);
    expect(await events(machine, 2080)).toEqual([]);
  });

  it('are logged where nobody has set a level, which is Low then', async () => {
    const machine = machineWith({ ldap: 'stall', topologyLevel: null });
    expect((await events(machine, 2070)).length).toBeGreaterThan(0);
  });

  it('begin when the level is raised in the registry, and end when it is lowered', async () => {
    const machine = machineWith({ ldap: 'stall', topologyLevel: 0 });
    const key = '"HKLM\\SYSTEM\\CurrentControlSet\\Services\\MSExchange ADAccess\\Diagnostics"';
    await machine.run(`reg add ${key} /v "3 Topology" /t REG_DWORD /d 1 /f`);
    await machine.advance(minute);
    const found = await events(machine, 2070);
    expect(new Set(found.map(({ controller }) => controller)).size).toBe(3);
    await machine.run(`reg add ${key} /v "3 Topology" /t REG_DWORD /d 0 /f`);
    await machine.advance(60 * minute);
    expect(await events(machine, 2070)).toHaveLength(found.length);
  });

  it('keep their record ids from one query to the next', async () => {
    const machine = machineWith({ ldap: 'stall' });
    const before = await events(machine, 2070);
    await machine.advance(20 * minute);
    await machine.run('net stop MSExchangeMonitoring');
    const after = await events(machine, 2070);
    expect(after.slice(0, before.length).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect(after.length).toBeGreaterThan(before.length);
  });

  it('end for a process that is restarted, hotfix or not', async () => {
    const machine = machineWith({ ldap: 'stall' });
    await machine.runThrough('net stop MSExchangeRPC & net start MSExchangeRPC');
    await machine.advance(30 * minute);
    const recent = await events(machine, 2070, 29 * minute);
    expect(recent.length).toBeGreaterThan(0);
    expect(recent.map(({ process }) => process)).not.toContain(
      'Microsoft.Exchange.RpcClientAccess.Service.exe',
    );
  });

  it('are gone after a reboot', async () => {
    const machine = machineWith({ ldap: 'stall' });
    await machine.run('shutdown /r /t 0');
    await machine.advance(60 * minute);
    expect(await events(machine, 2070, 58 * minute)).toEqual([]);
    expect((await events(machine, 2080, 58 * minute)).length).toBeGreaterThanOrEqual(3);
  });

  it.each([
    { windows: { ldap: 'stall' }, faults: { symptomStays: true } },
    { windows: { ldap: 'server-down' }, faults: {} },
    { windows: { ldap: 'stall-one-dc' }, faults: {} },
  ] as const)(
    'go on after a reboot with $windows.ldap and $faults',
    async ({ windows, faults }) => {
      const machine = machineWith(windows, faults);
      const old = await events(machine, 2070);
      await machine.run('shutdown /r /t 0');
      await machine.advance(44_000);
      const found = (await events(machine, 2070)).slice(old.length);
      expect(found.length).toBeGreaterThan(0);
      expect(old.map(({ pid }) => pid)).not.toContain(found[0]?.pid);
    },
  );

  it('are on no machine without Exchange', async () => {
    const machine = machineWith({ ldap: 'stall', exchange: false });
    expect(await events(machine, 2070)).toEqual([]);
  });
});

describe('logs', () => {
  it('reach as far back as they say', async () => {
    const machine = machineWith({ logReachMs: 30 * minute });
    const { stdout } = await machine.run('wevtutil qe Application /rd:false /c:1');
    expect(stdout).toContain("SystemTime='2015-03-11T07:30:00.000000000Z'");
  });

  it('number their records without gaps', async () => {
    const machine = machineWith({ ldap: 'stall', logReachMs: 3 * 60 * minute });
    await machine.runThrough('net stop MSExchangeIS & net start MSExchangeIS');
    const { stdout } = await machine.run('wevtutil qe Application');
    const ids = [...stdout.matchAll(/<EventRecordID>(\d+)/g)].map((match) => Number(match[1]));
    expect(ids.length).toBeGreaterThan(80);
    expect(ids).toEqual(ids.map((_id, index) => (ids[0] ?? 0) + index));
    const information = (await machine.run('wevtutil gli Application')).stdout;
    expect(information).toContain(`numberOfLogRecords: ${ids.length}\r\n`);
    expect(information).toContain(`oldestRecordNumber: ${ids[0]}\r\n`);
  });

  it('begin anew when they are cleared, and count on', async () => {
    const machine = machineWith({ ldap: 'stall' });
    const newest = (await events(machine, 2070)).at(-1)?.id ?? 0;
    await machine.run('wevtutil cl Application');
    expect(await events(machine, 2070)).toEqual([]);
    await machine.advance(16 * minute);
    expect((await events(machine, 2070))[0]?.id).toBeGreaterThan(newest);
    const { stdout } = await machine.run('wevtutil qe System "/q:*[System[(EventID=104)]]"');
    expect(stdout).toContain('<Channel>Application</Channel>');
  });

  it('follow the clock of the host, not of the machine the lab runs on', async () => {
    const machine = machineWith({ clockOffsetMs: -3_600_000 });
    const { stdout } = await machine.run('wmic os get LocalDateTime /value <nul');
    expect(stdout).toContain('LocalDateTime=20150311070000.250');
  });
});
