import { startLab } from '../../../../lab';
import type { Lab, WindowsOptions } from '../../../../lab/types';
import { openWinRm } from '../../../../remote/winrm/client';
import type { Session } from '../../../../remote/session';
import type { EventSubscriptions, Wmi } from '../../../../remote/wmi';
import { connectionTo, failureOf } from '../scene';

const credential = { username: 'Administrator', password: 'Correct-Horse-1' };
const hostId = 'ex01';

interface World {
  readonly lab: Lab;
  readonly session: Session;
  readonly wmi: Wmi;
  readonly events: EventSubscriptions;
}

async function open(windows: WindowsOptions): Promise<World> {
  const host = { id: hostId, transport: { kind: 'winrm', scheme: 'http' }, credential } as const;
  const lab = await startLab({ hosts: [{ ...host, windows }], timeScale: 100 });
  const { port } = lab.endpoint(hostId);
  const session = await openWinRm(connectionTo(port), credential);
  if (session.wmi === undefined || session.events === undefined) throw new Error('no WMI');
  return { lab, session, wmi: session.wmi, events: session.events };
}

describe.each<{ edition: NonNullable<WindowsOptions['edition']> }>([
  { edition: '2008r2-sp1' },
  { edition: '2012r2' },
])('a host of $edition', ({ edition }) => {
  let world: World;

  beforeAll(async () => {
    world = await open({ edition, ldap: 'stall' });
  });

  afterAll(async () => {
    await world.session.close();
    await world.lab.close();
  });

  test('lists over WMI the services that sc lists', async () => {
    const rows = await world.wmi.wql('SELECT * FROM Win32_Service', {
      Name: 'string',
      ProcessId: 'uint32',
      Started: 'boolean',
    });
    const { stdout } = await world.session.run('sc queryex state= all');
    const listed = [...stdout.toString('utf8').matchAll(/^SERVICE_NAME: (\S+)/gm)];
    const sorted = (names: readonly (string | null | undefined)[]): string[] =>
      names.map((name) => (name ?? '').toLowerCase()).toSorted();
    expect(rows.length).toBeGreaterThan(40);
    expect(sorted(rows.map(({ Name }) => Name))).toEqual(sorted(listed.map(([, name]) => name)));
    expect(rows.every(({ ProcessId, Started }) => (ProcessId !== 0) === Started)).toBe(true);
    const terminal = rows.find(({ Name }) => Name === 'TermService');
    expect(terminal?.$class).toBe('Win32_TerminalService');
  });

  test('gives some properties of it, 64-bit numbers and times as what they are', async () => {
    const [os] = await world.wmi.wql(
      'SELECT Caption, LastBootUpTime, LocalDateTime, Version FROM Win32_OperatingSystem',
      {
        Caption: 'string',
        LastBootUpTime: 'datetime',
        LocalDateTime: 'datetime',
        Version: 'string',
      },
    );
    expect(os?.$class).toBeNull();
    expect(os?.Version).toMatch(/^6\.\d\.\d{4}$/);
    expect(Date.parse(os?.LastBootUpTime ?? '')).toBeLessThan(Date.parse(os?.LocalDateTime ?? ''));
    const [disk] = await world.wmi.wql(
      "SELECT FreeSpace FROM Win32_LogicalDisk WHERE DeviceID='C:'",
      { FreeSpace: 'uint64' },
    );
    expect(typeof disk?.FreeSpace).toBe('bigint');
  });

  test('has instances by their keys, the only one without, and none that is not there', async () => {
    const shape = { Name: 'string', State: 'string' } as const;
    expect(await world.wmi.get('Win32_Service', { Name: 'w32time' }, shape)).toMatchObject({
      State: expect.any(String),
      $class: 'Win32_Service',
    });
    expect(await world.wmi.get('Win32_OperatingSystem', {}, { Version: 'string' })).not.toBeNull();
    expect(await world.wmi.get('Win32_Service', { Name: 'no-such' }, shape)).toBeNull();
    const ofNoClass = world.wmi.get('Win32_NoSuchClass', { Name: 'x' }, shape);
    expect((await failureOf(ofNoClass)).code).toBe('wmi-refused');
    const withoutKeys = world.wmi.get('Win32_Service', {}, shape);
    expect((await failureOf(withoutKeys)).code).toBe('wmi-refused');
  });

  test.each([
    { what: 'no WQL', query: 'SELECT FROM WHERE', namespace: 'root/cimv2' },
    { what: 'no class', query: 'SELECT * FROM Win32_NoSuchClass', namespace: 'root/cimv2' },
    { what: 'no namespace', query: 'SELECT * FROM Win32_Service', namespace: 'root/nothing' },
  ])('refuses a query of $what with a code', async ({ query, namespace }) => {
    const failure = await failureOf(world.wmi.wql(query, {}, { namespace }));
    expect(failure).toMatchObject({
      code: 'wmi-refused',
      facts: { faultCode: expect.any(Number) },
    });
  });

  test('reads its registry by a method of a class', async () => {
    const call = {
      className: 'StdRegProv',
      method: 'EnumKey',
      parameters: { hDefKey: 2_147_483_650, sSubKeyName: 'SOFTWARE\\Microsoft' },
    };
    const shape = { ReturnValue: 'uint32', sNames: 'string[]' } as const;
    const namespace = 'root\\default';
    const row = await world.wmi.invoke(call, shape, { namespace });
    expect(row.ReturnValue).toBe(0);
    expect(row.sNames).toContain('Windows NT');
    const missing = { ...call, parameters: { ...call.parameters, sSubKeyName: 'SOFTWARE\\No' } };
    expect(await world.wmi.invoke(missing, shape, { namespace })).toMatchObject({
      ReturnValue: 2,
      sNames: null,
    });
  });

  test('starts a service by a method of its instance, once', async () => {
    const call = { className: 'Win32_Service', keys: { Name: 'W32Time' }, method: 'StartService' };
    const shape = { ReturnValue: 'uint32' } as const;
    const isUp = new Promise<void>((resolve) => {
      world.lab.onEffect(({ effect }) => {
        if (effect === 'service-started') resolve();
      });
    });
    expect((await world.wmi.invoke(call, shape)).ReturnValue).toBe(0);
    // The method answers while the start is still pending.
    await isUp;
    // 10: it is running already.
    expect((await world.wmi.invoke(call, shape)).ReturnValue).toBe(10);
    const started = world.lab.ledger.filter(({ effect }) => effect === 'service-started');
    expect(started.map((entry) => JSON.stringify(entry.detail))).toEqual([
      expect.stringMatching(/w32time/i),
    ]);
  });

  test('leaves no enumeration behind: more of them are begun than it holds at a time', async () => {
    for (let round = 0; round < 20; round += 1) {
      const reading = world.wmi.wql('SELECT * FROM Win32_Service', {}, { maxRows: 3 });
      // oxlint-disable-next-line no-await-in-loop -- one after another, as a session does
      expect((await failureOf(reading)).code).toBe('unexpected-output');
    }
    expect(await world.wmi.wql('SELECT Name FROM Win32_Process', {})).not.toHaveLength(0);
  });

  test('gives the events of a log up to the newest, as wevtutil gives them', async () => {
    const select = [
      "*[System[Provider[@Name='MSExchange ADAccess'] and (EventID=2080) and TimeCreated[timediff(@SystemTime) <= 259200000]]]",
    ];
    const { stdout: newest } = await world.session.run(
      'wevtutil qe Application /f:XML /rd:true /c:1',
    );
    const untilRecordId = Number(
      /<EventRecordID>(\d+)</.exec(newest.toString('utf8'))?.[1] ?? Number.NaN,
    );
    const reading = await world.events.read({ log: 'Application', select, untilRecordId });
    const { stdout } = await world.session.run(
      `wevtutil qe Application "/q:${select[0]}" /f:XML /c:5000`,
      { maxOutputBytes: 16 * 1024 * 1024 },
    );
    const ids = [...stdout.toString('utf8').matchAll(/<EventRecordID>(\d+)</g)].map(([, id]) =>
      Number(id),
    );
    expect(reading.complete).toBe(true);
    expect(ids.length).toBeGreaterThan(100);
    const wanted = reading.events.filter(({ eventId }) => eventId === 2080);
    expect(wanted.map(({ recordId }) => recordId)).toEqual(ids);
    expect(wanted.every(({ provider }) => provider === 'MSExchange ADAccess')).toBe(true);
    expect(reading.events.at(-1)?.recordId).toBe(untilRecordId);
  });

  test('gives its oldest event, and refuses a log that it has not', async () => {
    const query = { log: 'System', select: ['*'], untilRecordId: null };
    const { events, complete } = await world.events.read(query, { maxEvents: 1 });
    expect(events).toHaveLength(1);
    expect(complete).toBe(false);
    const elsewhere = world.events.read({ ...query, log: 'No Such Log' });
    expect((await failureOf(elsewhere)).code).toBe('wmi-refused');
  });
});
