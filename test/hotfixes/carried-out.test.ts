import type { BootIdentity, HostFacts } from '../../contracts/facts';
import type { Hotfix } from '../../contracts/hotfix';
import type { Verdict } from '../../contracts/outcome';
import type { FallbackResult } from '../../contracts/steps';
import {
  afterApply,
  afterInspect,
  afterRemovalProof,
  afterRemove,
  afterVerify,
  beforeInstall,
  beforeRemoval,
  endOfMitigation,
  judgeWorkaround,
  mayMitigate,
} from '../../domain/host';
import { judgeFallback, judgeRemoval, judgeVerification } from '../../domain/hotfix';
import { untilDone } from '../activities/run-step';
import { affectedHosts } from './affected-hosts';
import { startHosts, type LabHosts } from './lab-hosts';
import { shipped, type ShippedId, shippedIds } from './shipped';

const policy = { reboot: { timeoutMs: 20_000, maxReboots: 1, maxOwn: 2 } };

interface Looked {
  readonly facts: HostFacts;
  readonly verdict: Verdict;
}

/** What the host workflow does with a host, one step after the other, with the same decisions between them. */
describe('what a shipped definition has done to a host of the lab', () => {
  let hosts: LabHosts;
  const toFix = (id: ShippedId): string => `fix-${id}`;
  const toMitigate = (id: ShippedId): string => `mitigate-${id}`;
  beforeAll(async () => {
    hosts = await startHosts(
      shippedIds.flatMap((id) => [
        { name: toFix(id), windows: affectedHosts[id] },
        { name: toMitigate(id), windows: affectedHosts[id] },
      ]),
    );
  });
  afterAll(() => hosts.close());

  const look = async (name: string, hotfix: Hotfix): Promise<Looked> =>
    (await untilDone(hosts.activities.verify, { ...hosts.target(name), hotfix })).result;
  const count = (name: string, effect: Parameters<LabHosts['effects']>[1]): number =>
    hosts.effects(name, effect).length;
  const bootOf = ({ facts: { boot } }: Looked): BootIdentity => {
    if (!boot.known) throw new Error(boot.why);
    return boot.value;
  };
  const rebootOf = async (name: string, expected: BootIdentity) => {
    const target = hosts.target(name);
    await untilDone(hosts.activities.reboot, { ...target, expected, comment: 'CHG1' });
    const wait = { ...target, expected, timeoutMs: 20_000, settleMs: 0, maxOwn: 2 };
    return (await untilDone(hosts.activities.waitBack, wait)).result;
  };

  const install = async (name: string, id: ShippedId) => {
    const [hotfix, pkg] = [shipped(id), await hosts.packageOf(id)];
    const own = { ...hosts.target(name), hotfix };
    const before = await look(name, hotfix);
    expect(beforeInstall(before.facts, { pendingReboot: 'refuse' })).toMatchObject({ next: 'go' });
    const staged = (await untilDone(hosts.activities.stage, { ...own, package: pkg })).result;
    const toInspect = { ...own, package: pkg, staged };
    const inspected = (await untilDone(hosts.activities.inspect, toInspect)).result;
    const then = afterInspect(inspected, before, hotfix);
    if (then.next !== 'apply') throw new Error(JSON.stringify(then));
    const { cabinets, identities } = then;
    const applying = { ...own, staged, cabinets, identities, attempt: 'a1' };
    const applied = (await untilDone(hosts.activities.apply, applying)).result;
    expect(applied).toMatchObject({ how: 'installed', package: { state: 'install-pending' } });
    expect(afterApply(applied, { applies: 1, reboots: 0 }, hotfix, policy)).toMatchObject({
      next: 'reboot',
      applyAgain: false,
    });
    expect(await rebootOf(name, bootOf(before))).toMatchObject({ back: true, reboots: 1 });
    const after = await look(name, hotfix);
    const judged = judgeVerification({
      before: before.facts,
      after: after.facts,
      hotfix,
      rebootedAt: null,
    });
    return { hotfix, before, after, folder: staged.folder, end: afterVerify(judged) };
  };

  const versionsIn = ({ facts: { fileVersions } }: Looked): (string | null)[] =>
    fileVersions.known ? Object.values(fileVersions.value) : [];

  it.each(shippedIds)('%s is installed once, rebooted once and proved fixed', async (id) => {
    const name = toFix(id);
    const { hotfix, before, after, folder, end } = await install(name, id);
    expect(before.verdict.state).toBe('affected');
    expect(end).toMatchObject({ outcome: 'fixed' });
    expect(after.verdict).toMatchObject({ state: 'already-fixed', health: 'healthy' });
    const wanted = hotfix.verification.files.map(({ atLeast }) => atLeast);
    expect(wanted).not.toEqual([]);
    expect(versionsIn(after)).toEqual(wanted);
    expect(versionsIn(before)).not.toEqual(wanted);

    const since = after.facts.hostTime.known ? after.facts.hostTime.value : '';
    const watching = { ...hosts.target(name), hotfix, since };
    expect((await untilDone(hosts.activities.watch, watching)).result.symptoms).toBe(0);
    await untilDone(hosts.activities.cleanUp, { ...hosts.target(name), hotfix, folder });
    for (const effect of [
      'install-started',
      'shutdown-accepted',
      'booted',
      'task-created',
      'task-deleted',
    ] as const) {
      expect([effect, count(name, effect)]).toEqual([effect, 1]);
    }
  });

  it('MS17-010 is taken away again: the package is gone and the old driver is back', async () => {
    const [name, hotfix] = [toFix('KB4012212'), shipped('KB4012212')];
    const fixed = await look(name, hotfix);
    expect(fixed.verdict.state).toBe('already-fixed');
    const start = beforeRemoval(fixed.facts);
    if ('cause' in start) throw new Error(start.reason.message);
    const { identities, boot } = start;
    expect(identities).toEqual([expect.stringMatching(/^Package_for_KB4012212~/)]);
    const removing = { ...hosts.target(name), hotfix, identities, attempt: 'b1' };
    const removed = (await untilDone(hosts.activities.remove, removing)).result;
    expect(afterRemove(removed, { reboots: 0 }, hotfix, policy)).toMatchObject({
      next: 'reboot',
      removeAgain: false,
    });
    expect(await rebootOf(name, boot)).toMatchObject({ back: true, reboots: 1 });
    const after = await look(name, hotfix);
    const judged = judgeRemoval({ before: fixed.facts, after: after.facts, hotfix });
    expect(afterRemovalProof(judged)).toMatchObject({ outcome: 'rolled-back' });
    expect(after.verdict).toMatchObject({ state: 'affected', health: 'healthy' });
    expect(versionsIn(after)).toEqual(['6.1.7601.17514']);
    expect([count(name, 'removal-started'), count(name, 'booted')]).toEqual([1, 2]);
  });

  interface Mitigated {
    readonly name: string;
    readonly before: Looked;
    readonly result: FallbackResult;
    readonly after: Looked;
    readonly end: ReturnType<typeof endOfMitigation>;
    /** All services of the host that ran before and do not run now, whoever they belong to. */
    readonly lost: readonly string[];
  }

  const runningOn = async (name: string): Promise<string[]> => {
    const list = await hosts.ask(name, `wmic service where "State='Running'" get Name /value <nul`);
    return [...list.matchAll(/^Name=(\S+)/gm)].map(([, service = '']) => service);
  };

  const mitigate = async (id: ShippedId): Promise<Mitigated> => {
    const [name, hotfix] = [toMitigate(id), shipped(id)];
    const before = await look(name, hotfix);
    const ran = await runningOn(name);
    expect(ran).toContain('LanmanServer');
    expect(before.verdict.state).toBe('affected');
    const permission = mayMitigate(before.facts);
    if (!permission.may) throw new Error(permission.reason.message);
    const falling = {
      ...hosts.target(name),
      hotfix,
      before: permission.before,
      observeMs: 100,
    };
    const { result } = await untilDone(hosts.activities.fallback, falling);
    const after = await look(name, hotfix);
    const judged = judgeFallback(result, hotfix);
    const end = endOfMitigation(
      hotfix.symptom === null ? judgeWorkaround(judged, after.verdict) : judged,
    );
    const runs = new Set(await runningOn(name));
    return { name, before, result, after, end, lost: ran.filter((one) => !runs.has(one)) };
  };
  const doneIn = ({ done = [] }: FallbackResult): string => done.map(({ what }) => what).join('; ');
  const servicesOf = (
    name: string,
    effect: 'service-stopped' | 'service-started' | 'service-configured',
  ): unknown[] => hosts.effects(name, effect).map(({ detail }) => detail['service']);
  const expectMitigated = (
    { result, end, after, name, lost }: Mitigated,
    stopped: readonly string[] = [],
  ): void => {
    expect(lost).toEqual(stopped);
    expect(result).toMatchObject({ problems: [], symptomSince: false });
    expect(end).toMatchObject({ outcome: 'mitigated' });
    expect(after.verdict.health).toBe('healthy');
    expect([count(name, 'install-started'), count(name, 'shutdown-accepted')]).toEqual([0, 0]);
  };
  const areNew = (services: FallbackResult['services']): boolean =>
    services.every(
      ({ processBefore, processAfter }) => processAfter > 0 && processAfter !== processBefore,
    );

  it('KB3004383: all of Exchange that ran runs in new processes, and the log stays quiet', async () => {
    const mitigated = await mitigate('KB3004383');
    expectMitigated(mitigated);
    const { result, before, name } = mitigated;
    const ran = before.facts.services.known
      ? before.facts.services.value.filter(({ state }) => state === 'running')
      : [];
    const names = result.services.map((one) => one.name);
    expect(names).toEqual(expect.arrayContaining(ran.map((one) => one.name)));
    expect(areNew(result.services)).toBe(true);
    // Nothing of Exchange runs without its root, which goes last and comes first.
    expect(servicesOf(name, 'service-stopped').at(-1)).toBe('MSExchangeADTopology');
    expect(servicesOf(name, 'service-started')[0]).toBe('MSExchangeADTopology');
    expect(hosts.effects(name, 'pool-recycled').map(({ detail }) => detail['pool'])).toEqual(
      expect.arrayContaining(['DefaultAppPool', 'MSExchangeOWAAppPool']),
    );
  });

  it('KB3041832: the pools of RPC over HTTP are recycled, no others, and the processor is free', async () => {
    const mitigated = await mitigate('KB3041832');
    expectMitigated(mitigated);
    const { result, after, name } = mitigated;
    const pools = ['MSExchangeRpcProxyAppPool', 'MSExchangeRpcProxyFrontEndAppPool'];
    expect(result.appPools.map((pool) => pool.name).toSorted()).toEqual(pools);
    for (const { workersBefore, workersAfter } of result.appPools) {
      expect(workersAfter).toHaveLength(1);
      expect(workersBefore).not.toContain(workersAfter[0]);
    }
    expect(count(name, 'pool-recycled')).toBe(pools.length);
    expect(count(name, 'service-stopped')).toBe(0);
    expect(after.verdict.state).toBe('suspect');
  });

  it('MS17-010: SMB 1 is switched off and the Server service restarted', async () => {
    const mitigated = await mitigate('KB4012212');
    expectMitigated(mitigated);
    const { result, after, name } = mitigated;
    const key = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\LanmanServer\\Parameters';
    expect(await hosts.ask(name, `reg query "${key}" /v SMB1`)).toMatch(/SMB1\s+REG_DWORD\s+0x0\s/);
    // Exchange's information store and what else needs the Server service goes before it and comes back after it.
    expect(result.services.map((service) => service.name)).toEqual(
      expect.arrayContaining(['LanmanServer', 'MSExchangeIS']),
    );
    expect(servicesOf(name, 'service-stopped').at(-1)).toBe('LanmanServer');
    expect(servicesOf(name, 'service-started')[0]).toBe('LanmanServer');
    expect(after.verdict.state).toBe('suspect');
  });

  it('SIGRed: the size of answers is limited first, then the DNS server restarted', async () => {
    const mitigated = await mitigate('KB4565539');
    expectMitigated(mitigated);
    const { result, after, name } = mitigated;
    const key = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\DNS\\Parameters';
    expect(await hosts.ask(name, `reg query "${key}" /v TcpReceivePacketSize`)).toMatch(
      /TcpReceivePacketSize\s+REG_DWORD\s+0xff00\s/,
    );
    expect(result.services.map((service) => service.name)).toEqual(['DNS']);
    expect(areNew(result.services)).toBe(true);
    const order = hosts.effects(name, 'registry-written', 'service-stopped', 'service-started');
    expect(order.map(({ effect }) => effect)).toEqual([
      'registry-written',
      'service-stopped',
      'service-started',
    ]);
    expect(after.verdict.state).toBe('suspect');
  });

  it('PrintNightmare: the spooler is stopped for good, which is no lost service', async () => {
    const mitigated = await mitigate('KB5004951');
    expectMitigated(mitigated, ['Spooler']);
    const { result, after, name } = mitigated;
    const config = await hosts.ask(name, 'sc qc Spooler & sc query Spooler');
    expect(config).toMatch(/START_TYPE\s+: 4\s+DISABLED/);
    expect(config).toMatch(/STATE\s+: 1\s+STOPPED/);
    expect(servicesOf(name, 'service-configured')).toEqual(['Spooler']);
    expect(servicesOf(name, 'service-started')).toEqual([]);
    expect(result.services).toEqual([]);
    expect(doneIn(result)).toContain('disabled Spooler');
    expect(after.verdict.state).toBe('suspect');
    expect(after.verdict.reasons.map(({ code }) => code)).not.toContain('services-down');
  });

  it('PrintNightmare: a host with the workaround takes the fix, and its spooler stays off', async () => {
    const name = toMitigate('KB5004951');
    const { before, after, end } = await install(name, 'KB5004951');
    expect(before.verdict.state).toBe('suspect');
    expect(end).toMatchObject({ outcome: 'fixed' });
    expect(after.verdict).toMatchObject({ state: 'already-fixed', health: 'healthy' });
    expect(await runningOn(name)).not.toContain('Spooler');
  });
});
