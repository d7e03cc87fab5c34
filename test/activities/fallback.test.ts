import fc from 'fast-check';

import { createFallback } from '../../activities/fallback';
import type { FallbackAction, Hotfix } from '../../contracts/hotfix';
import type { FallbackInput } from '../../contracts/steps';
import { limitSessions } from '../../remote/session-limits';
import { sampleHotfix } from '../remote/windows/sample-hotfix';
import type { FallbackHost, ModelService } from './fallback-host';
import { fallbackHost, running } from './fallback-host';
import { credential, dependenciesOn, preview, target, untilDone } from './run-step';

const root = 'MSExchangeADTopology';
const underRoot: ModelService = { needs: [root] };
/** As an Exchange 2013 has them: managed availability needs nothing of the others, and starts whatever is down. */
const exchange = {
  FMS: {},
  [root]: { needs: ['Netlogon'] },
  Netlogon: {},
  MSExchangeIS: underRoot,
  MSExchangeTransport: { needs: ['FMS', root] },
  MSExchangeTransportLogSearch: { needs: ['MSExchangeTransport'] },
  MSExchangeMonitoring: { ...underRoot, mode: 'Manual' },
  MSExchangePop3: { ...underRoot, mode: 'Manual', state: 'Stopped' },
  MSExchangeUM: { ...underRoot, mode: 'Disabled', state: 'Stopped' },
  MSExchangeHM: { isWatchdog: true },
  msexchangehmrecovery: {},
  Archiver: underRoot,
} as const satisfies { readonly [name: string]: ModelService };

const pools = {
  MSExchangeOWAAppPool: { workers: [3001], applications: ['Default Web Site/owa'] },
  DefaultAppPool: { workers: [3002], applications: ['Default Web Site/', 'Default Web Site/Rpc'] },
  Intranet: { workers: [3003], applications: ['Intranet/'] },
};

const exchangeHost = (
  changes: { readonly [name: string]: ModelService } = {},
  poolChanges: Parameters<typeof fallbackHost>[1] = {},
): FallbackHost =>
  fallbackHost(
    Object.fromEntries(
      Object.entries({ ...exchange, ...changes }).map(([name, given]) => [
        name,
        { ...(exchange as { readonly [name: string]: ModelService })[name], ...given },
      ]),
    ),
    { ...pools, ...poolChanges },
  );

const withFallback = (changes: Partial<Hotfix['fallback']>): Hotfix => ({
  ...sampleHotfix,
  fallback: {
    ...sampleHotfix.fallback,
    watchdogs: ['MSExchangeHMRecovery', 'MSExchangeHM'],
    appPools: ['MSExchange.*AppPool'],
    applications: ['.*/(rpc|oab)'],
    stopTimeoutMs: 20_000,
    startTimeoutMs: 20_000,
    ...changes,
  },
});

const inputOf = (
  host: FallbackHost,
  {
    fallback = {},
    ...changes
  }: Partial<FallbackInput> & { fallback?: Partial<Hotfix['fallback']> } = {},
): FallbackInput => ({
  ...target,
  hotfix: withFallback(fallback),
  observeMs: 8,
  before: {
    services: [...host.services]
      .filter(([name]) => /^msexchange/i.test(name))
      .map(([name, { pid, state, mode }]) => ({
        name,
        state: state === 'Running' ? ('running' as const) : ('stopped' as const),
        startMode: mode.toLowerCase() as 'auto' | 'manual' | 'disabled',
        processId: pid,
      })),
    appPools: [{ name: 'MSExchangeOWAAppPool', state: 'started', workers: [3001] }],
  },
  ...changes,
});

const fallOn = async (host: FallbackHost, input = inputOf(host)) =>
  (await untilDone(createFallback(dependenciesOn(host)), input)).result;

const stops = (host: FallbackHost): string[] => host.did.filter((did) => did.startsWith('stop '));
const starts = (host: FallbackHost): string[] => host.did.filter((did) => did.startsWith('start '));
const at = (list: readonly string[], entry: string): number => {
  expect(list).toContain(entry);
  return list.indexOf(entry);
};

describe('a restart of services', () => {
  it('restarts exactly what ran, each once, and proves it by new processes', async () => {
    const host = exchangeHost();
    const ran = running(host);
    const result = await fallOn(host);
    expect(result).toMatchObject({ problems: [], symptomSince: false });
    expect(running(host)).toEqual(ran);
    const restarted = result.services.map(({ name }) => name).toSorted();
    const untouched = ['FMS', 'Netlogon'];
    expect(restarted).toEqual(ran.filter((name) => !untouched.includes(name)).toSorted());
    for (const { processBefore, processAfter } of result.services) {
      expect(processAfter).toBeGreaterThan(0);
      expect(processAfter).not.toBe(processBefore);
    }
    expect(stops(host)).toHaveLength(restarted.length);
    expect(starts(host)).toHaveLength(restarted.length);
    expect(host.services.get('MSExchangePop3')).toMatchObject({ state: 'Stopped' });
    expect(host.services.get('MSExchangeUM')).toMatchObject({ state: 'Stopped', mode: 'Disabled' });
  });

  it('stops watchdogs first, whatever their case, and starts them last: they start nothing meanwhile', async () => {
    const host = exchangeHost();
    await fallOn(host);
    expect(stops(host).slice(0, 2).toSorted()).toEqual([
      'stop MSExchangeHM',
      'stop msexchangehmrecovery',
    ]);
    expect(starts(host).slice(-2).toSorted()).toEqual([
      'start MSExchangeHM',
      'start msexchangehmrecovery',
    ]);
    expect(host.did.filter((did) => did.startsWith('watchdog'))).toEqual([]);
  });

  it('takes a watchdog that does not run for what it is', async () => {
    const host = exchangeHost({
      MSExchangeHM: { state: 'Stopped', mode: 'Disabled' },
      msexchangehmrecovery: { state: 'Stopped' },
    });
    const result = await fallOn(host);
    expect(result.problems).toEqual([]);
    expect(running(host)).not.toContain('MSExchangeHM');
    expect(running(host)).not.toContain('msexchangehmrecovery');
  });

  it('stops a watchdog that did not run before but does now, and brings it back', async () => {
    const host = exchangeHost();
    const input = inputOf(host);
    const services = input.before.services.map((one) =>
      one.name === 'MSExchangeHM' ? { ...one, state: 'stopped' as const, processId: 0 } : one,
    );
    const before = { ...input.before, services };
    const result = await fallOn(host, { ...input, before });
    expect(result.problems).toEqual([]);
    expect(stops(host).slice(0, 2)).toContain('stop MSExchangeHM');
    expect(running(host)).toContain('MSExchangeHM');
  });

  it('stops whatever needs another before it, and starts automatic ones before manual ones', async () => {
    const host = exchangeHost();
    await fallOn(host);
    const order = stops(host);
    expect(at(order, 'stop MSExchangeTransportLogSearch')).toBeLessThan(
      at(order, 'stop MSExchangeTransport'),
    );
    expect(at(order, `stop ${root}`)).toBe(order.length - 1);
    const back = starts(host);
    expect(at(back, `start ${root}`)).toBe(0);
    expect(at(back, 'start MSExchangeTransport')).toBeLessThan(
      at(back, 'start MSExchangeTransportLogSearch'),
    );
    expect(at(back, 'start MSExchangeMonitoring')).toBeGreaterThan(
      at(back, 'start MSExchangeTransportLogSearch'),
    );
  });

  it('finds dependents on a host whose sc speaks Spanish', async () => {
    const host = exchangeHost();
    host.rowTitle = 'NOMBRE_SERVICIO';
    expect((await fallOn(host)).problems).toEqual([]);
    expect(stops(host)).toContain('stop Archiver');
    expect(running(host)).toContain('Archiver');
  });

  it('starts what ran before and has ended since', async () => {
    const host = exchangeHost();
    const input = inputOf(host);
    Object.assign(host.services.get('MSExchangeIS') ?? {}, { state: 'Stopped', pid: 0 });
    expect((await fallOn(host, input)).problems).toEqual([]);
    expect(running(host)).toContain('MSExchangeIS');
  });

  it('leaves alone what runs although it is disabled, with what that needs, and says so', async () => {
    const host = exchangeHost({ MSExchangeIS: { mode: 'Disabled' } });
    const result = await fallOn(host);
    expect(result.problems.toSorted()).toEqual([
      expect.stringMatching(
        /^MSExchangeADTopology was not restarted: MSExchangeIS, which needs it/,
      ),
      expect.stringMatching(/^MSExchangeIS was not restarted: it runs although it is disabled/),
    ]);
    expect(stops(host)).not.toContain('stop MSExchangeIS');
    expect(running(host)).toEqual(expect.arrayContaining(['MSExchangeIS', root, 'Archiver']));
  });

  it('believes a service of a shared process that was seen stopped, and says how it is known', async () => {
    const host = exchangeHost({
      MSExchangeIS: { process: 'netsvcs' },
      Winmgmt: { process: 'netsvcs' },
    });
    const result = await fallOn(host);
    expect(result.problems).toEqual([]);
    const is = result.services.find(({ name }) => name === 'MSExchangeIS');
    expect(is?.processAfter).toBe(is?.processBefore);
    expect(result.done?.map(({ what }) => what)).toContainEqual(
      expect.stringMatching(/^saw MSExchangeIS stopped and running again .* shares with Winmgmt$/),
    );
  });

  it('tells the order of what was done, with times', async () => {
    const { done = [] } = await fallOn(exchangeHost());
    const words = done.map(({ what }) => what.split(' ')[0]);
    expect(words[0]).toBe('recorded');
    expect(words.indexOf('stopped')).toBeLessThan(words.indexOf('started'));
    expect(words.indexOf('started')).toBeLessThan(words.indexOf('recycled'));
    const times = done.map((entry) => entry.at);
    expect(times.toSorted()).toEqual(times);
  });
});

describe('a service that will not', () => {
  it.each([
    { how: { startRefused: 1053 }, problem: /^MSExchangeIS did not start: sc ended with 1053$/ },
    { how: { stopRefused: 1052 }, problem: /^MSExchangeIS did not stop: sc ended with 1052$/ },
    { how: { stuck: true }, problem: /MSExchangeIS did not stop in time: .* process 10\d\d$/ },
  ])('is named ($how), and what was stopped runs again', async ({ how, problem }) => {
    const host = exchangeHost({ MSExchangeIS: how });
    const result = await fallOn(host);
    expect(result.problems[0]).toMatch(problem);
    expect(running(host)).toEqual(
      expect.arrayContaining([root, 'MSExchangeTransport', 'Archiver', 'MSExchangeHM']),
    );
  });

  it('does not make the ones it needs wait for it in vain', async () => {
    const host = exchangeHost({ MSExchangeIS: { stuck: true } });
    const result = await fallOn(host);
    expect(result.problems).toContain(
      `${root} was not stopped: MSExchangeIS, which needs it, did not stop`,
    );
    expect(result.durationMs).toBeLessThan(120_000);
    expect(host.did.filter((did) => did.startsWith('end'))).toEqual([]);
  });

  it('is ended when the plan allows it, and all of it is restarted', async () => {
    const host = exchangeHost({ MSExchangeIS: { stuck: true } });
    const { pid } = host.services.get('MSExchangeIS') ?? { pid: 0 };
    const result = await fallOn(host, inputOf(host, { endStuck: true }));
    expect(result.problems).toEqual([]);
    expect(host.did).toContain(`end ${pid}`);
    expect(running(host)).toEqual(expect.arrayContaining(['MSExchangeIS', root]));
    expect(result.done?.map(({ what }) => what)).toContain(
      `had process ${pid} of MSExchangeIS, which was stuck in stopping, ended by force`,
    );
  });

  it('is not ended where others live in its process', async () => {
    const host = exchangeHost({
      MSExchangeIS: { stuck: true, process: 'netsvcs' },
      Winmgmt: { process: 'netsvcs' },
    });
    const result = await fallOn(host, inputOf(host, { endStuck: true }));
    expect(result.problems[0]).toMatch(/^MSExchangeIS did not stop in time/);
    expect(running(host)).toContain('Winmgmt');
  });

  it('is told once for all that need it when it does not start', async () => {
    const host = exchangeHost({ [root]: { startRefused: 1053 } });
    const { problems } = await fallOn(host);
    expect(problems).toHaveLength(2);
    expect(problems[0]).toMatch(/^MSExchangeADTopology did not start: sc ended with 1053/);
    expect(problems[1]).toMatch(
      /MSExchangeIS.* not started: MSExchangeADTopology, which they need, does not run/,
    );
    // What does not need it runs again.
    expect(running(host)).toContain('msexchangehmrecovery');
  });
});

describe('the recycling of pools', () => {
  it('finds them by what lives in them, and leaves those of others alone', async () => {
    const host = exchangeHost();
    const { appPools } = await fallOn(host);
    expect(appPools.map(({ name }) => name)).toEqual(['MSExchangeOWAAppPool', 'DefaultAppPool']);
    for (const { workersBefore, workersAfter } of appPools) {
      expect(workersAfter).not.toEqual(workersBefore);
    }
    expect(host.pools.get('Intranet')?.workers).toEqual([3003]);
  });

  it('leaves DefaultAppPool alone where nothing of ours lives in it', async () => {
    const applications = ['Default Web Site/'];
    const host = exchangeHost({}, { DefaultAppPool: { workers: [3002], applications } });
    const { appPools } = await fallOn(host);
    expect(appPools.map(({ name }) => name)).toEqual(['MSExchangeOWAAppPool']);
  });

  it.each([
    { drainLimit: '00:01:30', drains: 150, ok: true },
    { drainLimit: '00:05:00', drains: 360, ok: true },
    { drainLimit: 'nonsense', drains: 150, ok: true },
    { drainLimit: '00:01:30', drains: 100_000, ok: false },
  ])('waits beyond the $drainLimit that a pool gives its workers', async (pool) => {
    const { ok, ...drains } = pool;
    const host = exchangeHost({}, { MSExchangeOWAAppPool: { workers: [3001], ...drains } });
    const fallback = { actions: [{ kind: 'recycle-pools' }] as const };
    const { problems } = await fallOn(host, inputOf(host, { fallback }));
    expect(problems).toEqual(ok ? [] : ['pool MSExchangeOWAAppPool still has worker 3001']);
  });
});

const key = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\DNS\\Parameters';
const setPacketSize: FallbackAction = {
  kind: 'set-registry',
  key,
  value: 'TcpReceivePacketSize',
  data: 0xff00,
};
const dnsActions = {
  services: ['DNS'],
  root: null,
  watchdogs: [],
  actions: [setPacketSize, { kind: 'restart-services' }],
} as const;
const dnsHost = (): FallbackHost => {
  const host = fallbackHost({ DNS: {}, Spooler: {}, Fax: { needs: ['Spooler'], mode: 'Manual' } });
  host.registry.set(key.replace('HKLM', 'HKEY_LOCAL_MACHINE'), new Map());
  return host;
};
const sayings = (result: { readonly done?: readonly { readonly what: string }[] }): string[] =>
  (result.done ?? []).map(({ what }) => what);
const carryOutOn = (host: FallbackHost, ...actions: readonly FallbackAction[]) =>
  fallOn(host, inputOf(host, { fallback: { ...dnsActions, actions } }));

describe('the other actions', () => {
  it('come in the order of the definition: a value first, then the restart that reads it', async () => {
    const host = dnsHost();
    const result = await fallOn(host, inputOf(host, { fallback: dnsActions }));
    expect(result.problems).toEqual([]);
    expect(host.did).toEqual(['set TcpReceivePacketSize', 'stop DNS', 'start DNS']);
    expect(sayings(result)[0]).toMatch(
      /value TcpReceivePacketSize to 65280; it was not there before$/,
    );
  });

  it('restart all the same when a value cannot be written', async () => {
    const host = dnsHost();
    const text = 'has %windir% and "quotes"';
    const bad: FallbackAction = { ...setPacketSize, data: text };
    const result = await carryOutOn(host, bad, { kind: 'restart-services' });
    expect(result.problems).toEqual([expect.stringMatching(/^set-registry failed: /)]);
    expect(host.did).toEqual(['stop DNS', 'start DNS']);
  });

  it('change nothing that is as it is to be', async () => {
    const host = dnsHost();
    const gone: FallbackAction = { kind: 'delete-registry', key, value: 'Gone' };
    await carryOutOn(host, setPacketSize);
    const { problems } = await carryOutOn(host, setPacketSize, gone);
    expect(problems).toEqual([]);
    expect(host.did).toEqual(['set TcpReceivePacketSize']);
  });

  it('delete a value and tell what it was', async () => {
    const host = dnsHost();
    const gone: FallbackAction = { kind: 'delete-registry', key, value: 'TcpReceivePacketSize' };
    const result = await carryOutOn(host, setPacketSize, gone);
    expect(result.problems).toEqual([]);
    expect(host.did).toEqual(['set TcpReceivePacketSize', 'delete TcpReceivePacketSize']);
    expect(sayings(result).at(-1)).toMatch(/it was 65280$/);
  });

  it('stop a service with what needs it, and keep it disabled', async () => {
    const host = dnsHost();
    const stop: FallbackAction = { kind: 'stop-service', name: 'spooler', disable: true };
    const { problems } = await carryOutOn(host, stop);
    expect(problems).toEqual([]);
    expect(host.did).toEqual(['config Spooler disabled', 'stop Fax', 'stop Spooler']);
    expect(host.services.get('Spooler')).toMatchObject({ state: 'Stopped', mode: 'Disabled' });
  });

  it('never start what one of them has stopped, with what needs it', async () => {
    const host = dnsHost();
    const stop: FallbackAction = { kind: 'stop-service', name: 'Spooler', disable: false };
    const input = inputOf(host, {
      fallback: {
        ...dnsActions,
        services: ['DNS', 'Spooler', 'Fax'],
        actions: [stop, { kind: 'restart-services' }],
      },
    });
    const services = ['DNS', 'Spooler', 'Fax'].map((name) => ({
      name,
      state: 'running' as const,
      startMode: 'auto' as const,
      processId: host.services.get(name)?.pid ?? 0,
    }));
    const result = await fallOn(host, { ...input, before: { ...input.before, services } });
    expect(result.problems).toEqual([]);
    expect(running(host)).toEqual(['DNS']);
  });

  it('bring back what was stopped for a service that will not stop', async () => {
    const host = dnsHost();
    Object.assign(host.services.get('Spooler') ?? {}, { stopRefused: 1052 });
    const stop: FallbackAction = { kind: 'stop-service', name: 'Spooler', disable: false };
    const { problems } = await carryOutOn(host, stop);
    expect(problems).toEqual(['Spooler did not stop: sc ended with 1052']);
    expect(running(host)).toContain('Fax');
  });

  it.each([
    { code: 0, done: [0], problems: [] },
    { code: 3010, done: [0, 3010], problems: [] },
    { code: 2147943400, done: [-2147023896], problems: [] },
    { code: 5, done: [0], problems: [expect.stringMatching(/ended with 5, it said: said so$/)] },
  ])('run a command and take $code for what $done say', async ({ code, done, problems }) => {
    const host = dnsHost();
    host.commands = { 'fix.cmd': code };
    const run = { kind: 'run-command', command: 'fix.cmd', timeoutMs: 1000, done } as const;
    const result = await carryOutOn(host, run);
    expect(result.problems).toEqual(problems);
    expect(sayings(result)).toEqual([`ran fix.cmd: exit code ${code}`]);
  });
});

describe('the symptom', () => {
  it.each([
    { when: 'at once', recordId: 1001, afterMs: 0, seen: true },
    { when: 'late', recordId: 1001, afterMs: 40_000, seen: false },
    { when: 'before', recordId: 999, afterMs: 0, seen: false },
  ])('counts when it is logged again ($when)', async ({ recordId, afterMs, seen }) => {
    const host = exchangeHost();
    host.symptoms = [{ recordId, from: host.now + afterMs + (afterMs === 0 ? 0 : 1e9) }];
    expect((await fallOn(host)).symptomSince).toBe(seen);
  });

  it('is not known to be gone when the log was cleared meanwhile', async () => {
    const host = exchangeHost();
    const open = host.openSession.bind(host);
    host.openSession = async () => {
      const session = await open();
      const run: typeof session.run = (line, options) => {
        const answer = session.run(line, options);
        if (line.includes('EventRecordID >')) host.newestRecord = 3;
        return answer;
      };
      return { ...session, run };
    };
    expect((await fallOn(host)).symptomSince).toBeNull();
  });

  it('is not watched for where there is none', async () => {
    const host = dnsHost();
    const input = inputOf(host, { fallback: dnsActions });
    const hotfix = { ...input.hotfix, symptom: null };
    const { symptomSince } = await fallOn(host, { ...input, hotfix });
    expect(symptomSince).toBe(false);
    expect(host.lines.some((line) => line.includes('wevtutil'))).toBe(false);
  });
});

describe('a fallback that is cut', () => {
  const everything: readonly FallbackAction[] = [
    setPacketSize,
    { kind: 'restart-services' },
    { kind: 'stop-service', name: 'Archiver', disable: true },
    { kind: 'recycle-pools' },
  ];

  it('goes on where it was, whichever command the worker or the connection is lost at', async () => {
    const whole = exchangeHost();
    await fallOn(whole, inputOf(whole, { fallback: { actions: everything } }));
    expect(whole.asked).toBeGreaterThan(20);
    // Before a command is after the one before it.
    for (let cutAt = 1; cutAt <= whole.asked; cutAt += 1) {
      const host = exchangeHost();
      host.cut = { at: cutAt, by: cutAt % 2 === 0 ? 'worker' : 'connection' };
      const result = await fallOn(host, inputOf(host, { fallback: { actions: everything } }));
      const told = { cutAt, problems: result.problems, did: host.did.toSorted() };
      expect(told).toEqual({ cutAt, problems: [], did: whole.did.toSorted() });
    }
  });

  it('still knows what was stopped on purpose, with what needed it', async () => {
    const actions = [
      { kind: 'stop-service', name: 'Spooler', disable: false },
      { kind: 'restart-services' },
    ] as const;
    for (let cutAt = 1; cutAt <= 14; cutAt += 1) {
      const host = dnsHost();
      host.cut = { at: cutAt, by: 'worker' };
      const input = inputOf(host, {
        fallback: { ...dnsActions, services: ['DNS', 'Spooler', 'Fax'], actions },
      });
      const services = ['DNS', 'Spooler', 'Fax'].map((name) => ({
        name,
        state: 'running' as const,
        startMode: 'auto' as const,
        processId: host.services.get(name)?.pid ?? 0,
      }));
      await fallOn(host, { ...input, before: { ...input.before, services } });
      expect({ cutAt, runs: running(host) }).toEqual({ cutAt, runs: ['DNS'] });
    }
  });

  it('gives its session to others while it waits, and opens another', async () => {
    const host = exchangeHost();
    const sessions = limitSessions(() => host.openSession(), { perWorker: 1, perSite: null });
    const deps = dependenciesOn(host, {
      openSession: sessions.open,
      isSessionWanted: sessions.isWanted,
    });
    const falling = untilDone(createFallback(deps), inputOf(host));
    while (stops(host).length === 0) await new Promise((resolve) => setImmediate(resolve));
    const [{ connection }] = preview.content.hosts as [(typeof preview.content.hosts)[number]];
    const other = await sessions.open(connection, credential);
    await other.close();
    expect((await falling).result.problems).toEqual([]);
    expect(sessions.figures()).toEqual({ taken: 0, waiting: 0, peak: 1 });
  });

  it('goes on from what an earlier release has left', async () => {
    const host = exchangeHost();
    const input = inputOf(host);
    const old = input.before.services.filter(({ state }) => state === 'running');
    const services = {
      processes: Object.fromEntries([
        ...old.map(({ name, processId }) => [name.toLowerCase(), processId]),
        ['archiver', host.services.get('Archiver')?.pid],
      ]) as { [name: string]: number },
      dependents: ['Archiver'],
    };
    const result = await fallOnWith(host, input, { services, pools: input.before.appPools });
    expect(result.problems).toEqual([]);
    expect(starts(host)).toHaveLength(old.length + 1);
  });
});

async function fallOnWith(host: FallbackHost, input: FallbackInput, heartbeatDetails: unknown) {
  return (await untilDone(createFallback(dependenciesOn(host)), input, heartbeatDetails)).result;
}

describe('any host', () => {
  const names = ['A', 'B', 'C', 'D', 'E', 'F', 'G'];
  /** A service needs only ones before it in the list: Windows allows no circles. */
  const anyService = (index: number) =>
    fc.record({
      mode: fc.constantFrom('Auto' as const, 'Manual' as const),
      state: fc.constantFrom('Running' as const, 'Running' as const, 'Stopped' as const),
      needs: fc.subarray(names.slice(0, index)),
    });

  it('runs again what ran, and nothing else, whatever needs what', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(...names.map((_, index) => anyService(index))),
        fc.subarray(names),
        fc.option(fc.constantFrom(...names), { nil: null }),
        fc.subarray(names, { maxLength: 2 }),
        async (services, ours, rootName, watchdogs) => {
          const state = consistent(services);
          const host = fallbackHost(
            Object.fromEntries(names.map((name, i) => [name, state[i] ?? {}])),
          );
          const ran = running(host);
          const fallback = {
            services: ours,
            root: rootName,
            watchdogs,
            actions: [{ kind: 'restart-services' }] as const,
          };
          const result = await fallOn(host, inputOf(host, { fallback }));
          expect({ problems: result.problems, runs: running(host) }).toEqual({
            problems: [],
            runs: ran,
          });
          const wanted = ran.filter((name) => [...ours, rootName, ...watchdogs].includes(name));
          expect(result.services.map(({ name }) => name)).toEqual(expect.arrayContaining(wanted));
          expect(new Set(host.did).size).toBe(host.did.length);
        },
      ),
      { numRuns: 30 },
    );
  });
});

/** What needs a stopped service does not run. */
function consistent(services: readonly Pick<Required<ModelService>, 'mode' | 'state' | 'needs'>[]) {
  const stopped = new Set<string>();
  return services.map((one, index) => {
    const isDown = one.state === 'Stopped' || one.needs.some((name) => stopped.has(name));
    if (isDown) stopped.add('ABCDEFG'[index] ?? '');
    return { ...one, state: isDown ? ('Stopped' as const) : ('Running' as const) };
  });
}
