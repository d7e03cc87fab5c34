import { reason } from '../../../contracts/reason';
import { decide, type RolloutPlan, type RolloutState } from '../../../domain/rollout';
import { simulate, type World } from '../../../domain/simulator';
import { minute, names, planOf, requestOf } from './scenario';

const hosts = names(5000, 'exchange-frankfurt-');
const sets = Array.from({ length: 500 }, (_, set) => ({
  name: `dag${set}`,
  maxUnavailable: 3,
  hosts: hosts.slice(set * 10, set * 10 + 10),
}));
const plan: RolloutPlan = {
  ...planOf(hosts, { serial: [1, 100, 2000], maxConcurrency: 1000, maxErrors: 5000 }),
  sets,
};

const worldWhereEachSays = (words: (host: string) => string): World => ({
  assess: (host) => ({
    state: 'affected',
    applicable: 'yes',
    health: 'healthy',
    reason: reason('burst', words(host), { events: 17 }),
  }),
  attempt: (host) => ({
    durationMs: 20 * minute,
    outcome: 'fixed',
    reason: reason('verified', words(host), { reboots: 1 }),
  }),
});

const bytesOf = (state: RolloutState): number => Buffer.byteLength(JSON.stringify(state));
const uuid = '0198a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b';

/** The simulator's run ids are short; the server's are 36 characters. */
const withRealRunIds = (state: RolloutState): RolloutState => ({
  ...state,
  hosts: state.hosts.map((host) => (host.runId === undefined ? host : { ...host, runId: uuid })),
});

describe('a plan of 5,000 hosts', () => {
  it.each([
    {
      what: 'the same reason',
      words: () => 'installed, rebooted and verified',
      begins: /^installed, rebooted and verified$/,
      limit: 1_000_000,
    },
    {
      what: 'a long reason of its own',
      words: (host: string) => `${host}: ${'a long story of its own, '.repeat(30)}`,
      begins: /^exchange-frank.*…$/,
      limit: 1_350_000,
    },
  ])(
    'whose hosts each give $what ends with a state below $limit bytes',
    ({ words, begins, limit }) => {
      const trace = simulate(plan, worldWhereEachSays(words), { keepSteps: false });
      expect(trace.state.result).toBe('completed');
      expect(trace.events).toBeGreaterThan(10_000);
      expect(bytesOf(withRealRunIds(trace.state))).toBeLessThan(limit);
      const kept = trace.state.reasons[trace.state.hosts[0]?.reason ?? -1];
      expect(kept).toMatchObject({ code: 'verified', message: expect.stringMatching(begins) });
    },
  );

  test('500 requests of many words stay below 330 KB', () => {
    let { state } = simulate(
      planOf(1),
      worldWhereEachSays(() => 'held'),
      { maxEvents: 2 },
    );
    for (let update = 0; update < 500; update += 1) {
      const request = { ...requestOf('pause'), reason: 'x'.repeat(5000), author: 'y'.repeat(5000) };
      state = decide(state, { type: 'operator', request, updateId: `${uuid}${update}` }, 0).state;
    }
    expect(bytesOf(state)).toBeLessThan(330_000);
  });
});
