import { createFallback } from '../../activities/fallback';
import type { FallbackInput } from '../../contracts/steps';
import { sampleHotfix } from '../remote/windows/sample-hotfix';
import type { ModelHost } from './model-host';
import { modelHost } from './model-host';
import { dependenciesOn, target, untilDone } from './run-step';

const root = 'MSExchangeADTopology';
const names = [root, 'MSExchangeIS', 'MSExchangeTransport', 'MSExchangeHM'];

const exchangeHost = (changes: Partial<ModelHost> = {}): ModelHost =>
  modelHost({
    services: new Map(
      [...names, 'MSExchangePop3', 'Archiver'].map((name, index) => [
        name,
        name === 'MSExchangePop3'
          ? { pid: 0, state: 'Stopped' }
          : { pid: 900 + index, state: 'Running' },
      ]),
    ),
    dependents: ['MSExchangeIS', 'Archiver'],
    pools: new Map([
      ['MSExchangeOWAAppPool', [3001]],
      ['Intranet', [3002]],
    ]),
    ...changes,
  });

const inputOf = (host: ModelHost): FallbackInput => ({
  ...target,
  hotfix: sampleHotfix,
  observeMs: 8,
  before: {
    services: [...host.services]
      .filter(([name]) => name.startsWith('MSExchange'))
      .map(([name, { pid, state }]) => ({
        name,
        state: state === 'Running' ? ('running' as const) : ('stopped' as const),
        startMode: 'auto' as const,
        processId: pid,
      })),
    appPools: [{ name: 'MSExchangeOWAAppPool', state: 'started', workers: [3001] }],
  },
});

const fallOn = (host: ModelHost, input = inputOf(host)) =>
  untilDone(createFallback(dependenciesOn(host)), input);

describe('fallback', () => {
  it('restarts what ran, with what depends on it, and proves it by new processes', async () => {
    const host = exchangeHost();
    const { result } = await fallOn(host);
    expect(result).toMatchObject({ problems: [], symptomSince: false });
    expect(result.services.map(({ name }) => name).toSorted()).toEqual(
      ['Archiver', ...names].toSorted(),
    );
    for (const { processBefore, processAfter } of result.services) {
      expect(processAfter).toBeGreaterThan(0);
      expect(processAfter).not.toBe(processBefore);
    }
    expect(host.services.get('MSExchangePop3')).toMatchObject({ state: 'Stopped' });
    const [pool] = result.appPools;
    expect(pool).toMatchObject({ name: 'MSExchangeOWAAppPool', workersBefore: [3001] });
    expect(pool?.workersAfter).not.toContain(3001);
    expect(host.pools.get('Intranet')).toEqual([3002]);
  });

  it('starts the root before the others and the watchdogs last', async () => {
    const host = exchangeHost();
    const { result } = await fallOn(host);
    const order = result.services
      .toSorted((a, b) => a.processAfter - b.processAfter)
      .map(({ name }) => name);
    expect(order[0]).toBe(root);
    expect(order.at(-1)).toBe('MSExchangeHM');
  });

  it.each([
    { how: 'startRefused', problem: /MSExchangeIS did not start: sc ended with 1053/ },
    { how: 'stopRefused', problem: /MSExchangeIS did not stop: sc ended with 1051/ },
  ] as const)(
    'tells a service that will not ($how) and brings up the others',
    async ({ how, problem }) => {
      const host = exchangeHost();
      Object.assign(host.services.get('MSExchangeIS') ?? {}, { [how]: true });
      const { result } = await fallOn(host);
      expect(result.problems).toEqual([expect.stringMatching(problem)]);
      expect(host.services.get('MSExchangeTransport')?.state).toBe('Running');
    },
  );

  it('tells that the symptom came back', async () => {
    const host = exchangeHost({ symptomRecords: [1001] });
    expect((await fallOn(host)).result.symptomSince).toBe(true);
  });

  it('takes no event of the time before it for the symptom', async () => {
    const host = exchangeHost({ symptomRecords: [999] });
    expect((await fallOn(host)).result.symptomSince).toBe(false);
  });

  it.each([3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 18])(
    'restarts nothing twice when the worker dies after command %d',
    async (at) => {
      const host = exchangeHost({ cut: { at, when: 'after', by: 'worker' } });
      const { result } = await fallOn(host);
      expect(result.problems).toEqual([]);
      expect([...host.services.values()].filter(({ state }) => state === 'Running')).toHaveLength(
        5,
      );
    },
  );
});
