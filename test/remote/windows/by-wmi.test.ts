import type { HostFacts } from '../../../contracts/facts';
import type { WinRmConnection } from '../../../contracts/fleet';
import { startLab } from '../../../lab';
import type { Lab, LabFaults, WindowsOptions } from '../../../lab/types';
import type { Session } from '../../../remote/session';
import { openWinRm } from '../../../remote/winrm/client';
import { lookAtBoot } from '../../../remote/windows/boot';
import { probe } from '../../../remote/windows/probe';
import { lookAtServices } from '../../../remote/windows/services';
import { loadHotfix } from '../../../clients/input';
import type { Hotfix } from '../../../contracts/hotfix';
import { join } from 'node:path';

const credential = { username: 'CONTOSO\\hotfix', password: 'asked in two ways' };

let lab: Lab;
let session: Session;
let hotfix: Hotfix;

beforeAll(async () => {
  hotfix = (await loadHotfix('KB3004383', join(__dirname, '../../../hotfixes'))).value;
});

afterEach(async () => {
  await session.close();
  await lab.close();
});

async function open(windows: WindowsOptions = {}, faults: LabFaults = {}): Promise<void> {
  const transport = { kind: 'winrm', scheme: 'http', allowUnencrypted: false } as const;
  lab = await startLab({ hosts: [{ id: 'ex01', transport, credential, windows, faults }] });
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
  session = await openWinRm(connection, credential);
}

/** What both ways can tell; the clock goes on between two looks. */
const comparable = ({ clockSkewMs, ...facts }: HostFacts) => ({
  ...facts,
  clockSkewMs: Math.round((clockSkewMs ?? NaN) / 600_000),
  ...notComparable,
});

const notComparable = { hostTime: null, package: null, appPools: null, asked: null };

describe('a host that gives the account no shell', () => {
  it.each<WindowsOptions>([
    { ldap: 'stall' },
    { ldap: 'none' },
    { ldap: 'server-down', topologyLevel: null },
    { ldap: 'stall-one-dc', topologyLevel: 0, codePage: 850, clockOffsetMs: -86_400_000 },
    { ldap: 'stall', hotfix: 'install-pending' },
    { hotfix: 'installed', edition: '2012r2' },
    { exchange: false, role: 'domain-controller' },
  ])('tells by WMI what its tools would tell: %j', async (windows) => {
    await open(windows);
    const byTools = await probe(session, hotfix, Date.now);
    expect(byTools.asked).toMatchObject({ by: 'shell', events: 'subscription' });
    await session.close();
    await lab.close();
    await open(windows, { shellsRefused: true });
    const byWmi = await probe(session, hotfix, Date.now);
    expect(byWmi.asked).toEqual({
      by: 'wmi',
      events: 'subscription',
      channel: { method: 'ntlm', isSealed: true, tls: null },
    });
    const [toolTimes, wmiTimes] = [agesIn(byTools), agesIn(byWmi)];
    expect(withoutTimes(comparable(byWmi))).toEqual(withoutTimes(comparable(byTools)));
    // Two labs began at two moments, and a busy machine takes its time: what happened is about as long ago in both.
    expect(wmiTimes).toHaveLength(toolTimes.length);
    for (const [at, age] of wmiTimes.entries()) {
      expect(Math.abs(age - (toolTimes[at] ?? NaN))).toBeLessThan(10 * 60_000);
    }
    expect(byWmi.package).toMatchObject({ known: false, why: expect.stringContaining('shell') });
    expect(byWmi.appPools).toMatchObject({ known: false, why: expect.stringContaining('shell') });
  });

  it('says of every command why it cannot be run', async () => {
    await open({}, { shellsRefused: true });
    await expect(session.run('ver')).rejects.toMatchObject({
      code: 'rights-missing',
      facts: { faultCode: 2150859180 },
      advice: expect.stringContaining('AllowRemoteShellAccess'),
    });
  });
});

describe('questions that need no shell', () => {
  it('which boot the host is in: the same as its tools say', async () => {
    await open();
    const run = jest.spyOn(session, 'run');
    const byWmi = await lookAtBoot(session);
    expect(byWmi).toMatchObject({ asked: 'wmi', boot: { known: true }, servicingInProgress: 0 });
    expect(run).not.toHaveBeenCalled();
    const { wmi: _, ...withoutWmi } = session;
    expect(await lookAtBoot(withoutWmi)).toEqual({ ...byWmi, asked: 'shell' });
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('which services there are: the same as its tools say', async () => {
    await open({ stoppedServices: ['MSExchangeIS'] });
    const run = jest.spyOn(session, 'run');
    const byWmi = await lookAtServices(session, {});
    expect(byWmi.get('msexchangeis')).toMatchObject({ state: 'stopped', processId: 0 });
    expect(run).not.toHaveBeenCalled();
    const { wmi: _, ...withoutWmi } = session;
    expect(await lookAtServices(withoutWmi, {})).toEqual(byWmi);
    expect(run).toHaveBeenCalledTimes(1);
  });
});

const isTime = (key: string, value: unknown): value is string =>
  ['at', 'oldestRecordAt', 'lastBootUpTime'].includes(key) && typeof value === 'string';

const withoutTimes = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, one: unknown) => (isTime(key, one) ? 'time' : one)));

/** How long before the look everything was that has a time, in milliseconds and in its order. */
function agesIn(facts: HostFacts): number[] {
  const { hostTime } = facts;
  if (!hostTime.known) throw new Error('the host told no time');
  const ages: number[] = [];
  JSON.stringify(facts, (key, one: unknown) => {
    if (isTime(key, one)) ages.push(Date.parse(hostTime.value) - Date.parse(one));
    return one;
  });
  return ages;
}
