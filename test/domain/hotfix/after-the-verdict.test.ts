import type { PackageState, PendingReboot } from '../../../contracts/facts';
import { affectedStates } from '../../../contracts/outcome';
import type { AffectedState, Outcome, Verdict } from '../../../contracts/outcome';
import { known, reason, unknown } from '../../../contracts/reason';
import type { FallbackResult } from '../../../contracts/steps';
import {
  type ChangePolicy,
  compareVersions,
  judgeFallback,
  matcherOf,
  needsChange,
  pendingRebootPolicy,
  pendingRebootWarning,
} from '../../../domain/hotfix';
import { factsOf } from './host-facts';

const verdict = (state: AffectedState, applicable: Verdict['applicable'] = 'yes'): Verdict => ({
  state,
  applicable,
  reasons: [reason(`because-${state}`, 'Because.')],
  currentlyStalling: false,
  health: 'healthy',
});

describe('whether a host is changed', () => {
  interface Row {
    readonly state: AffectedState;
    readonly applicable?: Verdict['applicable'];
    readonly scope?: ChangePolicy['scope'];
    readonly treatAsAffected?: boolean;
    /** Null: it is changed. */
    readonly end: Outcome | null;
  }
  test.each<Row>([
    { state: 'affected', end: null },
    { state: 'suspect', end: 'undecided' },
    { state: 'unknown', end: 'undecided' },
    { state: 'not-affected', end: 'not-affected' },
    { state: 'already-fixed', end: 'already-fixed' },
    { state: 'not-applicable', applicable: 'no', end: 'not-applicable' },
    { state: 'suspect', treatAsAffected: true, end: null },
    { state: 'unknown', treatAsAffected: true, end: null },
    { state: 'unknown', applicable: 'unknown', treatAsAffected: true, end: 'undecided' },
    { state: 'not-affected', treatAsAffected: true, end: 'not-affected' },
    { state: 'already-fixed', treatAsAffected: true, end: 'already-fixed' },
    { state: 'not-affected', scope: 'applicable', end: null },
    { state: 'suspect', scope: 'applicable', end: null },
    { state: 'unknown', scope: 'applicable', end: null },
    { state: 'unknown', applicable: 'unknown', scope: 'applicable', end: 'undecided' },
    { state: 'already-fixed', scope: 'applicable', end: 'already-fixed' },
    { state: 'not-applicable', applicable: 'no', scope: 'applicable', end: 'not-applicable' },
  ])(
    '$state, scope $scope, treat as affected $treatAsAffected: ends $end (null is changed)',
    ({ state, end, scope = 'affected', treatAsAffected = false, applicable = 'yes' }) => {
      const decision = needsChange(verdict(state, applicable), { scope, treatAsAffected });
      expect(decision.change ? null : decision.outcome).toBe(end);
      expect(decision.reason.code).toBe(`because-${state}`);
    },
  );
});

describe('whether a host is rolled back', () => {
  test.each<{ state: PackageState | null; end: Outcome | null; code: string }>([
    { state: 'installed', end: null, code: 'to-be-removed' },
    { state: 'install-pending', end: null, code: 'to-be-removed' },
    { state: 'superseded', end: null, code: 'to-be-removed' },
    { state: 'uninstall-pending', end: null, code: 'to-be-removed' },
    { state: 'absent', end: 'not-applicable', code: 'nothing-to-remove' },
    { state: 'staged', end: 'not-applicable', code: 'nothing-to-remove' },
    { state: null, end: 'undecided', code: 'package-unknown' },
  ])('when its package is $state: $end (null is changed), whatever its verdict', (row) => {
    for (const state of affectedStates) {
      const decision = needsChange(verdict(state), {
        scope: 'affected',
        treatAsAffected: true,
        action: 'rollback',
        package: row.state,
      });
      expect(decision.change ? null : decision.outcome).toBe(row.end);
      expect(decision.reason.code).toBe(row.code);
    }
  });

  test('and never when nobody said in which state its package is', () => {
    const policy = { scope: 'applicable', treatAsAffected: true, action: 'rollback' } as const;
    expect(needsChange(verdict('affected'), policy)).toMatchObject({ outcome: 'undecided' });
  });

  test.each(affectedStates)('a host that is %s is mitigated if it would be fixed', (state) => {
    const policy = { scope: 'affected', treatAsAffected: false } as const;
    const fix = needsChange(verdict(state), policy);
    expect(needsChange(verdict(state), { ...policy, action: 'mitigate' })).toEqual(fix);
  });
});

describe('whether a reboot is pending', () => {
  const idle: PendingReboot = {
    servicing: false,
    windowsUpdate: false,
    fileRename: false,
    servicingInProgress: 0,
  };
  test.each([
    { pending: idle, code: null },
    { pending: { ...idle, fileRename: true }, code: null },
    { pending: { ...idle, servicing: true }, code: 'reboot-pending-servicing' },
    { pending: { ...idle, windowsUpdate: true }, code: 'reboot-pending-windows-update' },
    { pending: { ...idle, servicingInProgress: 1 }, code: 'reboot-pending-servicing' },
    { pending: { ...idle, servicingInProgress: 2 }, code: 'servicing-busy' },
  ])('$pending: $code', ({ pending, code }) => {
    const facts = factsOf({ facts: { pendingReboot: known(pending) } });
    expect(pendingRebootPolicy(facts)?.code ?? null).toBe(code);
    expect(pendingRebootWarning(facts) !== null).toBe(pending.fileRename);
  });

  test('a reboot that the hotfix itself waits for is no obstacle, working servicing is', () => {
    const facts = (servicingInProgress: number) =>
      factsOf({
        package: 'install-pending',
        facts: { pendingReboot: known({ ...idle, servicing: true, servicingInProgress }) },
      });
    expect(pendingRebootPolicy(facts(1))).toBeNull();
    expect(pendingRebootPolicy(facts(2))?.code).toBe('servicing-busy');
  });

  test('no answer is an obstacle', () => {
    const facts = factsOf({ facts: { pendingReboot: unknown('reg failed') } });
    expect(pendingRebootPolicy(facts)?.code).toBe('pending-reboot-unknown');
  });
});

describe('whether the fallback helped', () => {
  const result: FallbackResult = {
    services: [{ name: 'MSExchangeRPC', processBefore: 1, processAfter: 2 }],
    appPools: [],
    symptomSince: false,
    problems: [],
    durationMs: 1,
  };
  test.each([
    { change: {}, ok: true, codes: ['restarted', 'symptom-gone'] },
    { change: { symptomSince: true }, ok: false, codes: ['symptom-again'] },
    { change: { symptomSince: null }, ok: false, codes: ['symptom-unknown'] },
    {
      change: { problems: ['MSExchangeIS is stuck in stopping.'] },
      ok: false,
      codes: ['fallback-problem'],
    },
    {
      change: { problems: ['One.'], symptomSince: true },
      ok: false,
      codes: ['fallback-problem', 'symptom-again'],
    },
  ])('$change: $ok', ({ change, ok, codes }) => {
    const judged = judgeFallback({ ...result, ...change });
    expect({ ok: judged.ok, codes: judged.reasons.map(({ code }) => code) }).toEqual({ ok, codes });
  });
});

test.each([
  ['6.1.7601.22823', '6.1.7601.22823', 0],
  ['6.1.7601.9999', '6.1.7601.22823', -1],
  ['6.1.7601.23000', '6.1.7601.22823', 1],
  ['6.2', '6.1.7601.22823', 1],
  ['6.1', '6.1.0.0', 0],
  ['', '6.1', null],
  ['6.1.7601.22823 (win7)', '6.1', null],
])('version %s against %s: %p', (left, right, order) => {
  expect(compareVersions(left, right)).toBe(order);
});

test('patterns are for whole names and ignore case', () => {
  const matches = matcherOf(['MSExchange.*', '^wsbexchange$']);
  expect(['msexchangeIS', 'WSBEXCHANGE'].map(matches)).toEqual([true, true]);
  expect(['MyMSExchange', 'wsbexchange2'].map(matches)).toEqual([false, false]);
});
