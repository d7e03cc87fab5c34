import { previewHash, rolloutId } from '../../../contracts/ids';
import { reason } from '../../../contracts/reason';
import type { Reason } from '../../../contracts/reason';
import type { RolloutStatus } from '../../../contracts/rollout';
import { decide, statusOf } from '../../../domain/rollout';
import type { RolloutPlan, RolloutState } from '../../../domain/rollout';
import { fitStatus } from '../../../domain/rollout/fit-status';
import { simulate } from '../../../domain/simulator';
import { minute, names, planOf, requestOf } from './scenario';

const payloadLimitBytes = 2 * 1024 * 1024;
const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
const uuid = '0198a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b';
const input = {
  rolloutId: rolloutId('big'),
  change: 'CHG0031337',
  previewHash: previewHash('a'.repeat(64)),
  requestedBy: 'ada',
  hotfix: { id: 'KB3004383' },
};
const plan: RolloutPlan = planOf(names(5000, 'exchange-frankfurt-'), {
  serial: [1, '100%'],
  maxConcurrency: 1000,
  maxErrors: 5000,
});

/** All 5,000 hosts were changed, each with a reason; the server's run ids are longer than the simulator's. */
function ended(reasonOf: (host: string) => Reason): RolloutState {
  const { state } = simulate(
    plan,
    {
      assess: () => ({
        state: 'affected',
        applicable: 'yes',
        health: 'healthy',
        reason: reason('burst', 'a burst'),
      }),
      attempt: (host) => ({
        durationMs: 20 * minute,
        outcome: 'fixed',
        reason: reasonOf(host),
      }),
    },
    { keepSteps: false },
  );
  return { ...state, hosts: state.hosts.map((host) => ({ ...host, runId: uuid })) };
}

/** As many requests as are kept, all of many words. */
function withRequests(state: RolloutState): RolloutState {
  const request = { ...requestOf('pause'), reason: 'x'.repeat(5000), author: 'y'.repeat(5000) };
  let open: RolloutState = { ...state, result: null };
  for (let update = 0; update < 500; update += 1) {
    const event = { type: 'operator', request, updateId: `${uuid}${update}` } as const;
    open = decide(open, event, 0).state;
  }
  return open;
}

const shared = reason(
  'verified',
  'The package is in, and the symptom has not come back. '.repeat(5),
  {
    reboots: 1,
  },
);
/** A rollout of that size takes seconds: each is played once. */
const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
};

const quoted = (host: string) => reason('verified', `"${host}\\ünd" `.repeat(40));

const endedAlike = once(() => ended(() => shared));
const endedEachItsOwn = once(() => ended(quoted));

describe('the status of 5,000 changed hosts fits into one payload', () => {
  it.each([
    { what: 'that share a long reason', state: endedAlike },
    { what: 'that share one, after 500 requests', state: () => withRequests(endedAlike()) },
    { what: 'that each give one of their own', state: endedEachItsOwn },
    { what: 'each its own, after 500 requests', state: () => withRequests(endedEachItsOwn()) },
  ])('$what', ({ state }) => {
    const status = statusOf(state(), input, 0);
    expect(bytesOf(status)).toBeLessThan(payloadLimitBytes - 100_000);
    expect(status.hosts).toHaveLength(5000);
    for (const host of status.hosts) {
      expect(host).toMatchObject({ outcome: 'fixed', runId: uuid, reason: { code: 'verified' } });
      expect(host.reason?.message).not.toBe('');
    }
  });
});

describe('a status', () => {
  const [whole, size] = (() => {
    const status = statusOf(endedAlike(), input, 0);
    const few: RolloutStatus = { ...status, hosts: status.hosts.slice(0, 3) };
    const hosts = few.hosts.map((host) => ({ ...host, reason: shared }));
    return [{ ...few, hosts }, bytesOf({ ...few, hosts })] as const;
  })();

  it('that fits stays as it is', () => {
    expect(fitStatus(whole, size)).toBe(whole);
  });

  it('loses the facts of its reasons first', () => {
    const { code, message } = shared;
    const fitted = fitStatus(whole, size - 1);
    for (const host of fitted.hosts) expect(host.reason).toEqual({ code, message });
  });

  it('then the ends of its sentences', () => {
    const fitted = fitStatus(whole, size - 300);
    expect(bytesOf(fitted)).toBeLessThanOrEqual(size - 300);
    expect(fitted.hosts[0]?.reason?.message).toMatch(/^The package is in, .*…$/);
  });

  it('never more than that', () => {
    const fitted = fitStatus(whole, 10);
    expect(fitted.hosts[0]).toEqual({
      ...whole.hosts[0],
      reason: { code: 'verified', message: '' },
    });
    expect({ ...fitted, hosts: [] }).toEqual({ ...whole, hosts: [] });
  });
});
