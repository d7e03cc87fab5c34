import fc from 'fast-check';
import type { AvailabilitySet } from '../../../contracts/fleet';
import { hostId, rolloutId, type HostId } from '../../../contracts/ids';
import type { Health, Outcome } from '../../../contracts/outcome';
import type { PackageState } from '../../../contracts/facts';
import type { CountOrPercent, RolloutAction, RolloutPolicy } from '../../../contracts/plan';
import { reason } from '../../../contracts/reason';
import type { RolloutPlan } from '../../../domain/rollout';
import type { Attempt, Script, SimulationOptions, World } from '../../../domain/simulator';
import { hour, minute, names, requestOf, type Seen } from './scenario';

/** A whole rollout that may happen: plan, world and what people ask for. */
export interface AnyRollout {
  readonly plan: RolloutPlan;
  readonly hosts: readonly AnyHost[];
  readonly script: Script;
}

export interface AnyHost {
  readonly looks: readonly Seen[];
  readonly attempts: readonly Attempt[];
  readonly takenUntilMs: number | null;
}

const countOrPercent = (max: number, min = 0): fc.Arbitrary<CountOrPercent> =>
  fc.oneof(
    fc.integer({ min, max }),
    fc.integer({ min: 0, max: 100 }).map((n): CountOrPercent => `${n}%`),
  );

const anyPolicy: fc.Arbitrary<RolloutPolicy> = fc.record(
  {
    scope: fc.constantFrom('affected' as const, 'applicable' as const),
    serial: fc.array(countOrPercent(6, 1), { minLength: 1, maxLength: 3 }),
    pause: fc.constantFrom(null, 'until-resumed' as const, { durationMs: 30 * minute }),
    maxConcurrency: fc.integer({ min: 1, max: 6 }),
    maxErrors: countOrPercent(5),
    maxConsecutiveErrors: fc.option(fc.integer({ min: 0, max: 3 })),
    maxUnassessed: fc.oneof(
      { weight: 3, arbitrary: fc.constant<CountOrPercent>('100%') },
      { weight: 1, arbitrary: countOrPercent(5) },
    ),
    countMitigated: fc.boolean(),
    onSuspect: fc.constantFrom('hold' as const, 'skip' as const, 'treat-as-affected' as const),
    holdTimeoutMs: fc.integer({ min: 1, max: 6 }).map((n) => n * hour),
    takenRetryMs: fc.integer({ min: 1, max: 20 }).map((n) => n * minute),
  },
  // fast-check makes objects without a prototype now and then; JSON never does.
  { noNullPrototype: true },
);

export const often = <T>(
  weight: number,
  value: T,
): { weight: number; arbitrary: fc.Arbitrary<T> } => ({
  weight,
  arbitrary: fc.constant(value),
});

const anySeen: fc.Arbitrary<Seen> = fc.record({
  state: fc.oneof(
    often<Seen['state']>(12, 'affected'),
    often<Seen['state']>(2, 'suspect'),
    often<Seen['state']>(1, 'not-affected'),
    often<Seen['state']>(1, 'already-fixed'),
    often<Seen['state']>(1, 'not-applicable'),
    often<Seen['state']>(1, 'unknown'),
    often<Seen['state']>(2, null),
  ),
  applicable: fc.constantFrom('yes' as const, 'yes' as const, 'no' as const, 'unknown' as const),
  health: fc.oneof(
    often<Health>(8, 'healthy'),
    often<Health>(1, 'unhealthy'),
    often<Health>(1, 'unknown'),
  ),
  package: fc.oneof(
    often<PackageState | null>(8, 'installed'),
    often<PackageState | null>(1, 'install-pending'),
    often<PackageState | null>(1, 'absent'),
    often<PackageState | null>(1, null),
  ),
});

const anyAction: fc.Arbitrary<RolloutAction> = fc.oneof(
  often<RolloutAction>(4, 'fix'),
  often<RolloutAction>(1, 'mitigate'),
  often<RolloutAction>(1, 'rollback'),
);

const anyOutcome: fc.Arbitrary<Outcome> = fc.oneof(
  often<Outcome>(8, 'fixed'),
  often<Outcome>(2, 'failed'),
  often<Outcome>(2, 'mitigated'),
  often<Outcome>(2, 'rolled-back'),
  often<Outcome>(1, 'unreachable'),
  often<Outcome>(1, 'not-affected'),
  often<Outcome>(1, 'undecided'),
);

const minutes = (most: number): fc.Arbitrary<number> =>
  fc.integer({ min: 0, max: most }).map((n) => n * minute);

const anyWatch: fc.Arbitrary<NonNullable<Attempt['watched']>> = fc
  .record({
    forMs: minutes(40),
    symptom: fc.option(
      fc.record({
        afterMs: minutes(40),
        workMs: minutes(20),
        outcome: fc.constantFrom<Outcome>('mitigated', 'mitigated', 'failed', 'rolled-back'),
        available: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
      }),
    ),
  })
  .map(({ forMs, symptom }) => (symptom === null ? { forMs } : { forMs, symptom }));

const anyAttempt: fc.Arbitrary<Attempt> = fc
  .record({
    durationMs: fc.integer({ min: 1, max: 60 }).map((n) => n * minute),
    outcome: anyOutcome,
    available: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
    watched: fc.option(anyWatch),
    cancel: fc.option(
      fc.record({
        afterMs: fc.integer({ min: 0, max: 10 }).map((n) => n * minute),
        outcome: fc.constantFrom<Outcome>('failed', 'mitigated', 'fixed'),
      }),
    ),
  })
  .map(({ cancel, watched, ...attempt }) => ({
    ...attempt,
    ...(cancel === null ? {} : { cancelled: cancel }),
    ...(watched === null ? {} : { watched }),
  }));

const anyHost: fc.Arbitrary<AnyHost> = fc.record({
  looks: fc.array(anySeen, { minLength: 1, maxLength: 3 }),
  attempts: fc.array(anyAttempt, { minLength: 1, maxLength: 3 }),
  takenUntilMs: fc.oneof(
    { weight: 6, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 600 }).map((n) => n * minute) },
  ),
});

const anySets = (hosts: readonly HostId[]): fc.Arbitrary<AvailabilitySet[]> =>
  fc
    .array(
      fc.record({
        members: fc.subarray([...hosts, hostId('outside')], { minLength: 1 }),
        maxUnavailable: fc.oneof(
          { weight: 1, arbitrary: fc.constant(0) },
          { weight: 8, arbitrary: fc.integer({ min: 1, max: 3 }) },
        ),
      }),
      { maxLength: 3 },
    )
    .map((sets) =>
      sets.map(({ members, maxUnavailable }, index) => ({
        name: `set${index + 1}`,
        maxUnavailable,
        hosts: members,
      })),
    );

const anyScript = (hosts: readonly HostId[]): fc.Arbitrary<Script> =>
  fc.array(
    fc
      .record({
        atMs: fc.integer({ min: 0, max: 600 }).map((n) => n * minute),
        operation: fc.constantFrom(
          ...(['pause', 'pause', 'resume', 'skip', 'skip', 'retry', 'retry', 'retry'] as const),
          ...(['retry', 'retry', 'skip', 'pause', 'resume', 'abort'] as const),
        ),
        host: fc.constantFrom(...hosts),
      })
      .map(({ atMs, operation, host }) => ({ atMs, request: requestOf(operation, host) })),
    { maxLength: 8 },
  );

export const anyPlan = (hosts: readonly HostId[]) =>
  fc.record({
    hosts: fc.constant(hosts),
    sets: anySets(hosts),
    policy: anyPolicy,
    action: anyAction,
  });

export const anyHosts = (count: number): fc.Arbitrary<AnyHost[]> =>
  fc.array(anyHost, { minLength: count, maxLength: count });

export const anyRollout: fc.Arbitrary<AnyRollout> = fc
  .integer({ min: 1, max: 16 })
  .chain((count) => {
    const hosts = names(count);
    return fc.record({ plan: anyPlan(hosts), hosts: anyHosts(count), script: anyScript(hosts) });
  });

export const worldOf = ({ plan, hosts }: AnyRollout): World => {
  const of = (id: HostId): AnyHost => {
    const host = hosts[plan.hosts.indexOf(id)];
    if (host === undefined) throw new Error(`no host ${id}`);
    return host;
  };
  const nth = <T>(list: readonly T[], number: number): T => {
    const item = list[Math.min(number, list.length) - 1];
    if (item === undefined) throw new Error('an empty list');
    return item;
  };
  return {
    assess: (id, round) => {
      const seen = nth(of(id).looks, round);
      return {
        state: seen.state,
        applicable: seen.applicable ?? 'yes',
        health: seen.health ?? 'healthy',
        package: seen.package ?? null,
        reason: reason('seen', `seen as ${seen.state ?? 'silent'}`),
      };
    },
    attempt: (id, attempt) => nth(of(id).attempts, attempt),
    taken: (id) => {
      const untilMs = of(id).takenUntilMs;
      return untilMs === null ? undefined : { untilMs, by: rolloutId('CHG-other') };
    },
  };
};

/** Every pause ends; whatever else waits has a time-out. */
export const everyPauseEnds: SimulationOptions = { resumeAfterMs: 45 * minute };

/** A fixed seed bites the same way every time; a random one finds what nobody thought of, and prints itself. */
export const seeds = [
  { name: 'a fixed seed', parameters: { seed: 20_110_222, numRuns: 700 } },
  {
    name: 'a random seed',
    parameters: { seed: Math.trunc(Math.random() * 2 ** 31), numRuns: 500 },
  },
] as const;
