import { fieldName } from '../../contracts/parsed.schema';
import type { Plan } from '../../contracts/plan';
import { parsePlan } from '../../contracts/plan.schema';

const minimal = { change: 'CHG1', hotfix: 'KB3004383', hosts: { all: true } };
const window = { schedule: '0 22 * * 6', scheduleTimezone: 'Europe/Berlin', duration: '6h' };

function planOf(more: object): Plan {
  const parsed = parsePlan({ ...minimal, ...more });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.value;
}

const problemsOf = (more: object): string[] => {
  const parsed = parsePlan({ ...minimal, ...more });
  return parsed.ok
    ? []
    : parsed.problems.map(
        ({ path, message, advice }) => `${fieldName(path)} ${message}; ${advice}`,
      );
};

describe('a plan', () => {
  test('that asks for approvals asks for one, within a week, of whoever is asserted', () => {
    expect(planOf({ approvals: {} }).approvals).toEqual({
      minApprovals: 1,
      ttlMs: 7 * 86_400_000,
      identity: 'asserted',
    });
  });

  test('may ask for several people whose login was proved', () => {
    const approvals = { minApprovals: 2, ttl: '36h', identity: 'authenticated' };
    expect(planOf({ approvals }).approvals).toEqual({
      minApprovals: 2,
      ttlMs: 36 * 3_600_000,
      identity: 'authenticated',
    });
  });

  test('with a window has a floor of half an hour for each host, or its own', () => {
    expect(planOf({ window }).policy).toMatchObject({ hostDurationMs: 1_800_000 });
    expect(planOf({ window, hostDuration: '50m' }).policy.hostDurationMs).toBe(3_000_000);
    expect(planOf({ window }).policy).not.toHaveProperty('stageAhead');
    expect(planOf({ window, stageAhead: true }).policy.stageAhead).toBe(true);
  });

  test('without windows and blackouts has neither calendar nor floor', () => {
    const plan = planOf({ blackoutWindows: {}, gates: [], notify: [], order: [] });
    expect(plan.calendar).toBeNull();
    expect(plan.policy).not.toHaveProperty('hostDurationMs');
  });

  test('has windows and blackouts in one calendar', () => {
    const blackoutWindows = { 'year-end': { start: '2026-12-20', end: '2027-01-06' } };
    expect(planOf({ window, blackoutWindows }).calendar).toMatchObject({
      windows: [{ name: 'window', timeZone: 'Europe/Berlin', durationMs: 21_600_000 }],
      blackouts: [{ name: 'year-end', kind: 'span', timeZone: 'Europe/Berlin' }],
    });
  });

  test('says in either way how many of a set may be down', () => {
    const availabilitySets = { dag1: { maxUnavailable: 2 }, dcs: { minAvailable: 3 } };
    expect(planOf({ availabilitySets }).availabilitySets).toEqual(availabilitySets);
  });

  test('orders its hosts', () => {
    const order = [
      {
        hosts: { labels: { role: 'dc' } },
        notWhile: { labels: { role: 'exchange' } },
        within: 'site',
      },
      { hosts: { names: ['last'] }, after: 'others' },
      { hosts: { names: ['b'] }, after: { names: ['a'] } },
    ];
    expect(planOf({ order }).order).toEqual([
      {
        hosts: { kind: 'labels', labels: { role: 'dc' } },
        after: null,
        notWhile: { kind: 'labels', labels: { role: 'exchange' } },
        within: 'site',
      },
      {
        hosts: { kind: 'names', names: ['last'] },
        after: 'all-others',
        notWhile: null,
        within: null,
      },
      {
        hosts: { kind: 'names', names: ['b'] },
        after: { kind: 'names', names: ['a'] },
        notWhile: null,
        within: null,
      },
    ]);
  });

  test('has hooks that run on a management host, and one that only asks', () => {
    const hooks = {
      priorState: { command: 'state.cmd {host}', on: 'mgmt01', timeout: '1m' },
      drain: { command: 'drain.cmd {host} {state}', on: 'mgmt01' },
    };
    expect(planOf({ hooks }).hostPolicy.hooks).toEqual({
      priorState: { command: 'state.cmd {host}', on: 'mgmt01', timeoutMs: 60_000 },
      drain: { command: 'drain.cmd {host} {state}', on: 'mgmt01', timeoutMs: 600_000 },
      restore: null,
    });
    expect(planOf({}).hostPolicy.hooks).toEqual({ drain: null, restore: null });
  });

  test('has gates, and channels for its notices', () => {
    const plan = planOf({
      gates: [{ name: 'mail', after: 'host', http: { url: 'https://x.test/' } }],
      notify: [{ webhook: 'https://hooks.test/rollout' }],
    });
    expect(plan.gates).toMatchObject([{ name: 'mail', check: { kind: 'http' } }]);
    expect(plan.notify).toMatchObject([{ name: 'webhook-1', kind: 'webhook' }]);
  });
});

const names = { names: ['a'] };

test.each([
  [{ approvals: true }, /^approvals is true; make it a block/],
  [{ approvals: { minApprovals: 0 } }, /^approvals\.minApprovals is 0; write .* from 1 to 10/],
  [{ approvals: { minApprovals: 11 } }, /^approvals\.minApprovals is 11/],
  [{ approvals: { minApproval: 2 } }, /^approvals\.minApproval is not a known field; did you mean/],
  [{ approvals: { ttl: 7 } }, /^approvals\.ttl is 7, which has no unit/],
  [{ approvals: { identity: 'proved' } }, /^approvals\.identity is "proved"; use one of: asserted/],
  [{ hostDuration: '0s' }, /^hostDuration is "0s"; make it at least 1s/],
  [{ stageAhead: 'yes' }, /^stageAhead is "yes"; make it true or false/],
  [{ stageAhead: true }, /^stageAhead needs a window to be ahead of; add window:/],
  [
    { availabilitySets: { dag1: {} } },
    /^availabilitySets\.dag1 gives no limit; write \{ maxUnavailable: 1 \} or/,
  ],
  [
    { availabilitySets: { dag1: { maxUnavailable: 1, minAvailable: 2 } } },
    /^availabilitySets\.dag1 says both maxUnavailable and minAvailable; remove one/,
  ],
  [
    { availabilitySets: { dag1: { minAvailable: 0 } } },
    /^availabilitySets\.dag1\.minAvailable is 0; write a whole number from 1/,
  ],
  [{ order: names }, /^order is a block of fields; make it a list/],
  [{ order: [{ hosts: names }] }, /^order\[0\] orders nothing; add after: or notWhile:/],
  [{ order: [{ after: 'others' }] }, /^order\[0\]\.hosts is missing/],
  [{ order: [{ hosts: names, after: 'other' }] }, /^order\[0\]\.after is "other"; make it a block/],
  [
    { order: [{ hosts: names, after: { names: ['b'], name: ['b'] } }] },
    /^order\[0\]\.after\.name is not a known field; did you mean names\?/,
  ],
  [{ order: [{ hosts: names, after: {} }] }, /^order\[0\]\.after selects nothing/],
  [{ order: [{ hosts: names, notWhile: 'others' }] }, /^order\[0\]\.notWhile is "others"/],
  [
    { order: [{ hosts: names, after: names, before: names }] },
    /^order\[0\]\.before is not a known field/,
  ],
  [{ hooks: { drain: { command: 'a', on: '../x' } } }, /^hooks\.drain\.on is "\.\.\/x"/],
  [{ hooks: { prior: { command: 'a' } } }, /^hooks\.prior is not a known field/],
  [{ window: { ...window, duration: '0s' } }, /^window\.duration is "0s"/],
  [{ gates: [{ name: 'a', before: 'wave' }] }, /^gates\[0\] asks nothing/],
  [{ notify: [{}] }, /^notify\[0\]/],
])('a plan with %j is refused with one clear problem', (more, expected) => {
  expect(problemsOf(more)).toEqual([expect.stringMatching(expected)]);
});
