import type { FallbackAction, Hotfix, SymptomPattern } from './hotfix';

/**
 * A definition as previews and histories have it from before rules were data: one kind of rule, the burst of an event,
 * and one fallback.
 */
interface EarlierHotfix extends Omit<
  Hotfix,
  'applicability' | 'symptom' | 'affected' | 'corroboration' | 'verification' | 'fallback'
> {
  readonly applicability: Pick<Hotfix['applicability'], 'os'>;
  readonly affected: Pick<
    SymptomPattern,
    | 'log'
    | 'provider'
    | 'domainControllers'
    | 'burstMs'
    | 'lookbackMs'
    | 'minimumServers'
    | 'minimumProcesses'
  > & {
    readonly kind: 'event-burst';
    readonly symptom: {
      readonly eventId: number;
      readonly codeField: number;
      readonly code: string;
      readonly otherProblems: { readonly [code: string]: string };
      readonly serverField: number;
      readonly processField: number;
      readonly pidField: number;
    };
    readonly servers: NonNullable<SymptomPattern['servers']>;
    readonly logging: NonNullable<SymptomPattern['logging']>;
  };
  readonly verification: Pick<Hotfix['verification'], 'files' | 'settleMs'>;
  readonly fallback: Pick<
    Hotfix['fallback'],
    'services' | 'watchdogs' | 'root' | 'appPools' | 'observeMs'
  >;
}

export const usualActions: readonly FallbackAction[] = [
  { kind: 'restart-services' },
  { kind: 'recycle-pools' },
];
/** How long services had to stop and start before a definition could say it. */
export const usualServiceTimeoutMs = 180_000;

/** A workflow that an earlier release began goes on with the definition that it was given: this makes it one of today's. */
export function currentHotfix<T>(given: T): T | Hotfix {
  return isEarlier(given) ? upgraded(given) : given;
}

function isEarlier(given: unknown): given is EarlierHotfix {
  const affected = (given as { affected?: { kind?: unknown } } | null)?.affected;
  return typeof affected === 'object' && affected.kind === 'event-burst';
}

function upgraded({
  applicability,
  affected,
  verification,
  fallback,
  ...same
}: EarlierHotfix): Hotfix {
  const { kind: _, symptom, ...pattern } = affected;
  const { eventId, code, codeField, otherProblems, serverField, processField, pidField } = symptom;
  return {
    ...same,
    applicability: { ...applicability, when: null, prerequisites: [] },
    symptom: {
      ...pattern,
      event: {
        eventId,
        code: { field: codeField, value: code, otherProblems },
        serverField,
        process: { nameField: processField, pidField },
      },
      logPeriodMs: 0,
      minimumEvents: 1,
    },
    affected: {
      rule: { kind: 'events', coverage: 'all' },
      suspect: { kind: 'events', coverage: 'some' },
    },
    corroboration: [],
    verification: { ...verification, quietForMs: 0 },
    fallback: {
      ...fallback,
      applications: [],
      actions: usualActions,
      stopTimeoutMs: usualServiceTimeoutMs,
      startTimeoutMs: usualServiceTimeoutMs,
    },
  };
}
