import fc from 'fast-check';

import type { EventRecord, HostFacts } from '../../../contracts/facts';
import type { Hotfix } from '../../../contracts/hotfix';
import { type Observable, type Observation, observationKey } from '../../../contracts/predicate';
import { type Answer, known, unknown } from '../../../contracts/reason';
import { judge, judgeVerification, trimFacts } from '../../../domain/hotfix';
import { evaluate, examine } from '../../../domain/hotfix/evaluate';
import {
  before,
  burst,
  days,
  dcs,
  factsOf,
  hours,
  kb3004383,
  lost,
  minutes,
  row,
  serverEvent,
  service,
  symptomOf,
} from './host-facts';

test('evidence of a host with thousands of events is small and keeps what decided', () => {
  const long = 'x'.repeat(2000);
  const noise = Array.from({ length: 3000 }, (_, index) =>
    lost(dcs[index % 3] ?? '', 5 * hours + index * minutes, {
      text: long,
      pid: index,
      code: index % 2 === 0 ? '55' : '51',
    }),
  );
  const services = Array.from({ length: 25 }, (_, index) => service(`MSExchangeService${index}`));
  const servers = Array.from({ length: 8 }, (_, index) =>
    serverEvent(
      dcs.map((dc) => row(dc)),
      { recordId: 100 - index },
    ),
  );
  const facts = factsOf({
    events: [...burst(), ...noise],
    servers,
    facts: { services: known(services) },
  });
  const trimmed = trimFacts(facts, kb3004383);
  const log = trimmed.events.known ? trimmed.events.value : null;
  expect(log?.symptoms.length).toBeLessThanOrEqual(12);
  expect(log?.servers.map(({ recordId }) => recordId)).toEqual([100]);
  expect(JSON.stringify(trimmed).length).toBeLessThan(6 * 1024);
  expect(judge(trimmed, kb3004383).state).toBe('affected');
  expect(trimmed.services).toEqual(facts.services);
});

test('the newest symptom is kept even when an older burst decided', () => {
  const late = lost(dcs[0], minutes);
  const processes = Array.from({ length: 40 }, (_, pid) =>
    lost(dcs[1], 2 * hours - minutes, { pid }),
  );
  const trimmed = trimFacts(factsOf({ events: [...burst(), ...processes, late] }), kb3004383);
  const kept = trimmed.events.known ? trimmed.events.value.symptoms : [];
  expect(kept.map(({ recordId }) => recordId)).toContain(late.recordId);
});

test('facts without events stay as they are', () => {
  const facts = factsOf({ facts: { events: unknown('wevtutil failed') } });
  expect(trimFacts(facts, kb3004383)).toEqual(facts);
});

describe('trimmed facts, judged again,', () => {
  let recordId = 1;
  const event = fc
    .record({
      server: fc.constantFrom(...dcs, 'dc9.contoso.test', '', 'x'.repeat(300)),
      age: fc.oneof(fc.integer({ min: -30, max: 60 }), fc.integer({ min: 0, max: 16 * 24 * 60 })),
      code: fc.constantFrom('55', '55', '55', '51', '34', 'none', ''),
      pid: fc.integer({ min: 1, max: 30 }),
      text: fc.string(),
      at: fc.constantFrom(...Array<string>(30).fill(''), 'no time'),
    })
    .map(({ server, age, at, ...rest }): EventRecord => {
      const record = lost(server, age * minutes, { ...rest, recordId: (recordId += 1) });
      return at === '' ? record : { ...record, at };
    });
  const lists = fc.constantFrom(
    [serverEvent(dcs.map((dc) => row(dc)))],
    [serverEvent([row(dcs[0])])],
    [serverEvent([...dcs.map((dc) => row(dc)), 'garbage row'])],
    [serverEvent([], { outOfSite: dcs.map((dc) => row(dc)) })],
    [
      serverEvent(
        Array.from({ length: 90 }, (_, n) => row(`dead${n}`, { enabled: 0 })).concat(row(dcs[1])),
      ),
    ],
    [],
  );
  const situations = fc
    .record({
      events: fc.array(event, { maxLength: 40 }),
      servers: lists,
      complete: fc.boolean(),
      oldestAge: fc.constantFrom(hours, 30 * days),
      level: fc.constantFrom(0, 1),
      services: fc.boolean(),
    })
    .map(({ events, servers, complete, oldestAge, level, services }) =>
      factsOf({
        events,
        servers,
        log: { complete, oldestRecordAt: before(oldestAge) },
        facts: {
          loggingLevel: known(level),
          ...(services ? {} : { services: known([]) }),
        },
      }),
    );
  const patterns = fc
    .record({
      minimumEvents: fc.constantFrom(1, 1, 4),
      minimumServers: fc.constantFrom(1, 2, 4),
      minimumProcesses: fc.constantFrom(1, 2, 4),
      domainControllers: fc.constantFrom([], [], ['dc9.contoso.test', dcs[0]]),
      servers: fc.constantFrom(symptomOf(kb3004383).servers, null),
    })
    .map((change): Hotfix => ({ ...kb3004383, symptom: { ...symptomOf(kb3004383), ...change } }));
  const told = (facts: HostFacts, hotfix: Hotfix): unknown => {
    const { state, currentlyStalling, health, applicable } = judge(facts, hotfix);
    const answers = (['all', 'some'] as const).map(
      (coverage) => evaluate({ kind: 'events', coverage }, examine(facts, hotfix)).answer,
    );
    return { state, currentlyStalling, health, applicable, answers };
  };

  test('give the same answers', () => {
    fc.assert(
      fc.property(situations, patterns, (facts, hotfix) => {
        const trimmed = trimFacts(facts, hotfix);
        expect(told(trimmed, hotfix)).toEqual(told(facts, hotfix));
      }),
      { numRuns: 300 },
    );
  });

  test('prove the same of a host that came back', () => {
    const reboots = fc.integer({ min: -20, max: 90 });
    fc.assert(
      fc.property(situations, reboots, (after, age) => {
        const verify = (facts: HostFacts): string =>
          judgeVerification({
            before: factsOf({ facts: { boot: known({ recordId: 1, lastBootUpTime: null }) } }),
            after: facts,
            hotfix: kb3004383,
            rebootedAt: before(age * minutes),
            asEarlier: true,
          }).result;
        const installed = {
          ...after,
          package: known({ state: 'installed' as const, identity: 'x' }),
        };
        expect(verify(trimFacts(installed, kb3004383))).toBe(verify(installed));
      }),
      { numRuns: 300 },
    );
  });

  test('still show a burst over a hundred servers', () => {
    const names = Array.from({ length: 99 }, (_, index) => `dc${index}.a-long-domain.contoso.test`);
    const facts = factsOf({
      events: names.flatMap((name) => [lost(name, hours), lost(name, hours - 2 * minutes)]),
      servers: [serverEvent(names.map((name) => row(name)))],
    });
    const trimmed = trimFacts(facts, kb3004383);
    expect(judge(trimmed, kb3004383).state).toBe('affected');
    expect(judge(trimmed, kb3004383).reasons[0]?.facts).toMatchObject({ usableServers: 99 });
    expect(JSON.stringify(trimmed).length).toBeLessThan(32 * 1024);
  });

  test('keep the answers that the definition asks for, and no more of them than it compares', () => {
    const key = 'HKLM\\SOFTWARE\\Contoso';
    const registry = (value: string, equals: string): Observable => ({
      kind: 'registry',
      key,
      value,
      test: { equals },
    });
    const command: Observable = { kind: 'command', command: 'x', timeoutMs: 1, yes: [0], no: [1] };
    const text = 'long '.repeat(100);
    const asked = [registry('same', text), registry('longer', text), command] as const;
    const answer = (data: string): Answer<Observation> =>
      known({ kind: 'registry', exists: true, type: 'REG_SZ', data });
    const observations = {
      [observationKey(asked[0])]: answer(text),
      [observationKey(asked[1])]: answer(`${text}${text.repeat(50)}`),
      [observationKey(asked[2])]: known({
        kind: 'command' as const,
        exitCode: 0,
        outputTail: text.repeat(50),
      }),
      [observationKey(registry('other', ''))]: answer(text),
    };
    const facts = factsOf({ facts: { observations } });
    for (const rule of asked) {
      const hotfix: Hotfix = {
        ...kb3004383,
        symptom: null,
        affected: { rule, suspect: null },
        corroboration: asked.map((when) => ({ name: 'x', when })),
      };
      const trimmed = trimFacts(facts, hotfix);
      expect(judge(trimmed, hotfix)).toMatchObject({ state: judge(facts, hotfix).state });
      expect(Object.keys(trimmed.observations ?? {})).toHaveLength(3);
      expect(JSON.stringify(trimmed.observations).length).toBeLessThan(2500);
    }
  });
});
