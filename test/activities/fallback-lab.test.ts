import type { FallbackInput, FallbackResult } from '../../contracts/steps';
import type { LabScene } from './lab-scene';
import { hotfix, startScene } from './lab-scene';
import { untilDone } from './run-step';

/** The same restart on real sessions; what can go wrong in it is in fallback.test.ts. */
describe('the fallback on a host of the lab', () => {
  let scene: LabScene | null = null;
  const start = async (...given: Parameters<typeof startScene>): Promise<LabScene> =>
    (scene = await startScene(...given));
  afterEach(async () => {
    await scene?.close();
    scene = null;
  });

  const inputFor = async ({ activities, target }: LabScene): Promise<FallbackInput> => {
    const { result } = await untilDone(activities.check, { ...target, hotfix });
    const { services, appPools } = result.facts;
    if (!services.known || !appPools.known) throw new Error('the host was not told');
    const limits = { stopTimeoutMs: 3000, startTimeoutMs: 10_000 };
    return {
      ...target,
      hotfix: { ...hotfix, fallback: { ...hotfix.fallback, ...limits } },
      observeMs: 40,
      before: { services: services.value, appPools: appPools.value },
    };
  };
  const fallOn = async (on: LabScene, input: FallbackInput): Promise<FallbackResult> =>
    (await untilDone(on.activities.fallback, input)).result;
  const effects = (on: LabScene, effect: string): string[] =>
    on.lab.ledger
      .filter((entry) => entry.effect === effect)
      .map(({ detail }) => String(detail['service'] ?? detail['name']));

  it('recycles the pools of Exchange 2010 that are its own, DefaultAppPool with RPC in it', async () => {
    const on = await start('ssh', { windows: { exchange: '2010' } });
    const result = await fallOn(on, await inputFor(on));
    expect(result).toMatchObject({ problems: [], symptomSince: false });
    const pools = result.appPools.map(({ name }) => name);
    expect(pools).toContain('DefaultAppPool');
    expect(on.count('pool-recycled')).toBe(pools.length);
    expect(on.count('service-stopped')).toBe(result.services.length);
  });

  it('names a service that is stuck, ends it when it may, and leaves stopped what was stopped', async () => {
    const on = await start('winrm', {
      windows: {
        exchange: '2013',
        services: {
          MSExchangeExtra: {
            state: 'running',
            startMode: 'manual',
            dependsOn: ['MSExchangeADTopology'],
          },
          MSExchangeIdle: {
            state: 'stopped',
            startMode: 'manual',
            dependsOn: ['MSExchangeADTopology'],
          },
        },
      },
      faults: { stopStuck: ['MSExchangeTransport'] },
    });
    const input = await inputFor(on);
    const refused = await fallOn(on, input);
    expect(refused.problems.join('; ')).toMatch(
      /^MSExchangeTransport did not stop in time: it is stuck in stopping, process \d+; MSExchangeADTopology was not stopped/,
    );
    const stopped = effects(on, 'service-stopped');
    expect(stopped.slice(0, 2).toSorted()).toEqual(['MSExchangeHM', 'MSExchangeHMRecovery']);

    const ended = await fallOn(on, { ...input, endStuck: true });
    expect(ended.problems).toEqual([]);
    expect(on.count('process-ended')).toBe(1);
    const names = ended.services.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['MSExchangeExtra', 'MSExchangeTransport']));
    expect(names).not.toContain('MSExchangeIdle');
    expect(effects(on, 'service-started').slice(-2).toSorted()).toEqual([
      'MSExchangeHM',
      'MSExchangeHMRecovery',
    ]);
    expect(effects(on, 'service-started')).not.toContain('MSExchangeIdle');
  });

  it('sets and deletes values, restarts what reads them, and stops and disables, once each', async () => {
    const on = await start('ssh', { windows: { role: 'domain-controller', exchange: false } });
    const key = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\DNS\\Parameters';
    const value = 'TcpReceivePacketSize';
    const fallback = {
      ...hotfix.fallback,
      services: ['^DNS$'],
      root: null,
      watchdogs: [],
      actions: [
        { kind: 'set-registry', key, value, data: 0xff00 },
        { kind: 'restart-services' },
        { kind: 'stop-service', name: 'spooler', disable: true },
        { kind: 'run-command', command: 'cmd /c exit 3010', timeoutMs: 5000, done: [3010] },
        { kind: 'delete-registry', key, value: 'NotThere' },
        { kind: 'delete-registry', key: `${key}\\Neither`, value },
      ],
    } as const;
    const input: FallbackInput = {
      ...on.target,
      hotfix: { ...hotfix, symptom: null, fallback },
      observeMs: 40,
      before: {
        services: [{ name: 'DNS', state: 'running', startMode: 'auto', processId: 4 }],
        appPools: [],
      },
    };
    const result = await fallOn(on, input);
    expect(result).toMatchObject({ problems: [], symptomSince: false });
    expect(result.services.map(({ name }) => name)).toEqual(['DNS']);
    const again = await fallOn(on, {
      ...input,
      hotfix: {
        ...input.hotfix,
        fallback: {
          ...fallback,
          actions: fallback.actions.filter(({ kind }) => kind !== 'restart-services'),
        },
      },
    });
    expect(again.problems).toEqual([]);
    expect(effects(on, 'service-stopped')).toEqual(['DNS', 'Spooler']);
    expect(on.count('registry-written')).toBe(1);
    expect(on.count('service-configured')).toBe(1);
    expect(on.count('registry-deleted')).toBe(0);
  });
});
