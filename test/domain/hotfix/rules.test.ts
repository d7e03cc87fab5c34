import fc from 'fast-check';

import { currentHotfix } from '../../../contracts/earlier-hotfix';
import type { HostFacts, PackageState } from '../../../contracts/facts';
import type { Hotfix, Prerequisite } from '../../../contracts/hotfix';
import type { AffectedState, Verdict, VerdictStep } from '../../../contracts/outcome';
import { type Observation, type Predicate, observationKey } from '../../../contracts/predicate';
import { type Answer, known, unknown } from '../../../contracts/reason';
import { judge } from '../../../domain/hotfix';
import { bytesOf } from '../../../domain/host/evidence';
import {
  appidapi,
  burst,
  dcs,
  factsOf,
  hours,
  kb3004383,
  lost,
  os,
  service,
  symptomOf,
} from './host-facts';

type Told = VerdictStep['answer'];

/** A question of which the answer is chosen by its name. */
const asks = (name: string): Predicate => ({ kind: 'service', name, is: 'present' });
const answering = (answers: { readonly [name: string]: Told }): Partial<HostFacts> => ({
  observations: Object.fromEntries(
    Object.entries(answers).map(([name, told]): [string, Answer<Observation>] => [
      observationKey({ kind: 'service', name, is: 'present' }),
      told === 'unknown'
        ? unknown('wmic failed')
        : known({ kind: 'service', service: told === 'yes' ? service(name) : null }),
    ]),
  ),
});
const rules: Hotfix = {
  ...kb3004383,
  symptom: null,
  affected: { rule: asks('rule'), suspect: asks('suspect') },
};
const quiet: Partial<HostFacts> = { events: unknown('x'), loggingLevel: unknown('x') };

describe('a rule without events', () => {
  interface Row {
    readonly rule: Told;
    readonly suspect: Told;
    readonly state: AffectedState;
    readonly unsureOfFix?: AffectedState;
  }
  const rows: readonly Row[] = [
    { rule: 'yes', suspect: 'no', state: 'affected', unsureOfFix: 'unknown' },
    { rule: 'yes', suspect: 'unknown', state: 'affected', unsureOfFix: 'unknown' },
    { rule: 'no', suspect: 'yes', state: 'suspect', unsureOfFix: 'unknown' },
    { rule: 'unknown', suspect: 'yes', state: 'suspect', unsureOfFix: 'unknown' },
    { rule: 'no', suspect: 'no', state: 'not-affected' },
    { rule: 'no', suspect: 'unknown', state: 'not-affected' },
    { rule: 'unknown', suspect: 'no', state: 'unknown' },
    { rule: 'unknown', suspect: 'unknown', state: 'unknown' },
  ];
  test.each(rows)(
    'rule $rule, suspicion $suspect: $state',
    ({ rule, suspect, state, unsureOfFix = state }) => {
      const told = answering({ rule, suspect });
      const stateOf = (facts: Partial<HostFacts>, found?: PackageState): AffectedState =>
        judge(
          factsOf({ ...(found && { package: found }), facts: { ...quiet, ...told, ...facts } }),
          rules,
        ).state;
      expect(stateOf({})).toBe(state);
      expect(stateOf({}, 'installed')).toBe('already-fixed');
      expect(stateOf({}, 'install-pending')).toBe('affected');
      expect(stateOf({ package: unknown('x'), fileVersions: unknown('y') })).toBe(unsureOfFix);
    },
  );

  test('names first what decided', () => {
    const reasonOf = (rule: Told, suspect: Told): string | undefined =>
      judge(factsOf({ facts: { ...quiet, ...answering({ rule, suspect }) } }), rules).reasons[0]
        ?.message;
    expect(reasonOf('yes', 'no')).toContain('service rule is running');
    expect(reasonOf('no', 'yes')).toContain('service suspect is running');
    expect(reasonOf('no', 'no')).toContain('service rule is not installed');
    expect(reasonOf('unknown', 'no')).toContain('wmic failed');
  });

  test('without a suspicion, nobody is suspect', () => {
    const hotfix = { ...rules, affected: { rule: asks('rule'), suspect: null } };
    const stateOf = (rule: Told): AffectedState =>
      judge(factsOf({ facts: { ...quiet, ...answering({ rule }) } }), hotfix).state;
    expect(['yes', 'no', 'unknown'].map((rule) => stateOf(rule as Told))).toEqual([
      'affected',
      'not-affected',
      'unknown',
    ]);
  });
});

describe('where a hotfix applies', () => {
  const need = (name: string, kb: string): Prerequisite => ({ name, kb, when: asks(name) });
  const hotfix: Hotfix = {
    ...rules,
    applicability: {
      ...rules.applicability,
      when: asks('product'),
      prerequisites: [need('servicing stack', 'KB4490628'), need('SHA-2 support', 'KB4474419')],
    },
  };
  const all = {
    product: 'yes',
    'servicing stack': 'yes',
    'SHA-2 support': 'yes',
    rule: 'yes',
  } as const;
  const verdictOf = (change: { readonly [name: string]: Told }): Verdict =>
    judge(factsOf({ facts: { ...quiet, ...answering({ ...all, ...change }) } }), hotfix);

  test.each<[string, { readonly [name: string]: Told }, AffectedState, string, number]>([
    ['all is there', {}, 'affected', 'service-state', 6],
    ['the product is not there', { product: 'no' }, 'not-applicable', 'not-for-this-host', 2],
    ['the product is not known', { product: 'unknown' }, 'unknown', 'applicability-unknown', 2],
    [
      'a prerequisite is missing',
      { 'SHA-2 support': 'no' },
      'not-applicable',
      'prerequisite-missing',
      4,
    ],
    [
      'a prerequisite is not known',
      { 'SHA-2 support': 'unknown' },
      'unknown',
      'prerequisite-unknown',
      4,
    ],
    [
      'one is missing and one not known',
      { 'servicing stack': 'unknown', 'SHA-2 support': 'no' },
      'not-applicable',
      'prerequisite-missing',
      4,
    ],
  ])('when %s', (_, change, state, code, steps) => {
    const verdict = verdictOf(change);
    expect(verdict).toMatchObject({ state, reasons: [{ code }, ...verdict.reasons.slice(1)] });
    expect(verdict.steps).toHaveLength(steps);
    const applicable = { 'not-applicable': 'no', unknown: 'unknown', affected: 'yes' };
    expect(verdict.applicable).toBe(applicable[state as keyof typeof applicable]);
  });

  test('every missing prerequisite is named with what to install', () => {
    const { reasons } = verdictOf({ 'servicing stack': 'no', 'SHA-2 support': 'no' });
    expect(reasons.map(({ message }) => message)).toEqual([
      expect.stringContaining('lacks servicing stack: install KB4490628 first'),
      expect.stringContaining('lacks SHA-2 support: install KB4474419 first'),
    ]);
  });

  test('on another Windows nothing else is asked', () => {
    const facts = factsOf({ facts: { ...quiet, os: known({ ...os, version: '6.3.9600' }) } });
    const verdict = judge(facts, hotfix);
    expect(verdict.reasons[0]?.code).toBe('other-windows-version');
    expect(verdict.steps).toHaveLength(1);
  });

  test('the KB of a service pack is named by a definition that knows it', () => {
    const rtm = factsOf({ facts: { os: known({ ...os, version: '6.1.7600', servicePack: 0 }) } });
    const messageOf = (more: { readonly servicePackKb?: string }): string | undefined => {
      const { applicability } = hotfix;
      const { servicePackKb: _, ...plain } = applicability.os;
      const asked = { ...applicability, os: { ...plain, ...more } };
      return judge(rtm, { ...hotfix, applicability: asked }).reasons[0]?.message;
    };
    expect(messageOf({ servicePackKb: 'KB976932' })).toContain('Install KB976932 first');
    expect(messageOf({})).not.toContain('KB');
  });

  test('a host that has the fix already lacks nothing', () => {
    const lacking = need('SHA-2 support', 'KB4474419');
    const { applicability } = hotfix;
    const asked = {
      ...hotfix,
      applicability: { ...applicability, when: null, prerequisites: [lacking] },
    };
    const installed = { package: known({ state: 'installed' as const, identity: 'x' }) };
    const verdict = judge(factsOf({ facts: { ...quiet, ...installed } }), asked);
    expect(verdict.state).toBe('already-fixed');
    expect(judge(factsOf({ facts: quiet }), asked).state).not.toBe('already-fixed');
  });
});

describe('the way to a verdict', () => {
  test('is told in the order in which was asked', () => {
    const { steps = [] } = judge(factsOf({ events: burst().slice(1) }), kb3004383);
    expect(steps.map(({ question, answer }) => `${question}: ${answer}`)).toEqual([
      'the host runs Windows 6.1.7601 with Service Pack 1 (x64) as server or domain-controller: yes',
      'KB3004383 is in force: no',
      'event 2070 of MSExchange ADAccess with error 0x55 was logged for every server that the host can use within 20 min, in the last 14 days: no',
      'event 2070 of MSExchange ADAccess with error 0x55 was logged in the last 14 days: yes',
    ]);
    expect(steps[2]?.reasons[0]?.code).toBe('some-servers-only');
  });

  test('shows the parts of a combination instead of its reasons', () => {
    const rule: Predicate = { kind: 'all', of: [asks('a'), { kind: 'any', of: [asks('b')] }] };
    const facts = factsOf({ facts: { ...quiet, ...answering({ a: 'yes', b: 'no' }) } });
    const { steps } = judge(facts, { ...rules, affected: { rule, suspect: null } });
    expect(steps?.at(-1)).toMatchObject({
      question: 'all of these hold',
      answer: 'no',
      reasons: [],
      of: [{ answer: 'yes' }, { answer: 'no', of: [{ answer: 'no' }] }],
    });
  });

  test('shows what goes with the problem and never lets it decide', () => {
    const hotfix: Hotfix = {
      ...kb3004383,
      corroboration: [{ name: 'the mail store stands still', when: asks('store') }],
    };
    const verdicts = (['yes', 'no', 'unknown'] as const).map((store) =>
      judge(factsOf({ events: burst(), facts: answering({ store }) }), hotfix),
    );
    expect(verdicts.map(({ state }) => state)).toEqual(['affected', 'affected', 'affected']);
    expect(verdicts.map(({ corroboration }) => corroboration?.[0]?.answer)).toEqual([
      'yes',
      'no',
      'unknown',
    ]);
    expect(verdicts[0]?.corroboration?.[0]?.question).toBe('the mail store stands still');
  });

  test('stays small whatever a definition asks and a host answers', () => {
    const tree = fc.letrec<{ tree: Predicate }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 7 },
        fc.string({ minLength: 100, maxLength: 4000 }).map((command): Predicate => ({
          kind: 'command',
          command,
          timeoutMs: 1,
          yes: [0],
          no: [1],
        })),
        fc.record({
          kind: fc.constantFrom('all' as const, 'any' as const, 'none' as const),
          of: fc.array(tie('tree'), { minLength: 1, maxLength: 12 }),
        }),
      ),
    })).tree;
    fc.assert(
      fc.property(tree, tree, (when, rule) => {
        const hotfix: Hotfix = {
          ...rules,
          applicability: {
            ...rules.applicability,
            prerequisites: Array.from({ length: 20 }, () => ({
              name: 'n'.repeat(100),
              kb: 'KB4474419',
              when: asks('needed'),
            })),
          },
          affected: { rule: { kind: 'any', of: [rule, when] }, suspect: when },
          corroboration: Array.from({ length: 20 }, () => ({ name: 'é'.repeat(200), when })),
        };
        const facts = factsOf({ facts: { ...quiet, ...answering({ needed: 'yes' }) } });
        const { steps, corroboration, reasons } = judge(facts, hotfix);
        expect(bytesOf(steps)).toBeLessThanOrEqual(4096);
        expect(bytesOf(corroboration)).toBeLessThanOrEqual(3072);
        expect(bytesOf(reasons)).toBeLessThanOrEqual(12_000);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a definition of an earlier release', () => {
  const symptom = symptomOf(kb3004383);
  const { applicability, verification, fallback, install, id, title } = kb3004383;
  const { log, provider, servers, logging, domainControllers } = symptom;
  const { burstMs, lookbackMs, minimumServers, minimumProcesses } = symptom;
  const earlier = {
    id,
    title,
    install,
    applicability: { os: applicability.os },
    affected: {
      kind: 'event-burst',
      log,
      provider,
      servers,
      logging,
      domainControllers,
      burstMs,
      lookbackMs,
      minimumServers,
      minimumProcesses,
      symptom: {
        eventId: 2070,
        codeField: 3,
        code: '55',
        otherProblems: symptom.event.code?.otherProblems,
        serverField: 2,
        processField: 0,
        pidField: 1,
      },
    },
    verification: { files: verification.files, settleMs: 1 },
    fallback: {
      services: fallback.services,
      watchdogs: fallback.watchdogs,
      root: fallback.root,
      appPools: fallback.appPools,
      observeMs: 1,
    },
  };

  test('gives the verdicts that the present one gives', () => {
    const old = currentHotfix(earlier) as Hotfix;
    const situations = [
      factsOf({ events: burst() }),
      factsOf({ events: burst().slice(1) }),
      factsOf({ events: burst(), servers: [] }),
      factsOf({ events: burst().slice(1), log: { complete: false } }),
      factsOf({ events: dcs.map((dc) => lost(dc, hours, { code: '51' })) }),
      factsOf({ facts: { loggingLevel: known(0) } }),
      factsOf({ package: 'superseded' }),
      factsOf({ facts: { fileVersions: known({ [appidapi]: '6.1.7601.23000' }) } }),
    ];
    const verdictsOf = (hotfix: Hotfix): readonly Partial<Verdict>[] =>
      situations.map((facts) => ({ ...judge(facts, hotfix), corroboration: [] }));
    expect(verdictsOf(old)).toEqual(verdictsOf(kb3004383));
    expect(new Set(verdictsOf(old).map(({ state }) => state)).size).toBe(5);
  });
});
