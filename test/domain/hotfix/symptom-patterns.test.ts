import type { EventRecord } from '../../../contracts/facts';
import type { Hotfix, SymptomPattern } from '../../../contracts/hotfix';
import { known, unknown } from '../../../contracts/reason';
import { judge } from '../../../domain/hotfix';
import { evaluate, examine } from '../../../domain/hotfix/evaluate';
import { before, burst, dcs, factsOf, hours, kb3004383, minutes, symptomOf } from './host-facts';

/** Another LDAP application: an event without code, servers and level, three times in ten minutes. */
const pattern: SymptomPattern = {
  log: 'Directory Service',
  provider: 'Contoso LDAP',
  event: { eventId: 17, code: null, serverField: null, process: null },
  servers: null,
  domainControllers: [],
  logPeriodMs: 0,
  burstMs: 10 * minutes,
  lookbackMs: 24 * hours,
  minimumEvents: 3,
  minimumServers: 2,
  minimumProcesses: 2,
  logging: null,
};
const withPattern = (change: Partial<SymptomPattern>): Hotfix => ({
  ...kb3004383,
  symptom: { ...pattern, ...change },
});
let recordId = 1000;
const event = (age: number, data: readonly string[] = []): EventRecord => ({
  recordId: (recordId += 1),
  at: before(age),
  eventId: 17,
  data,
});
const named = {
  event: { ...pattern.event, serverField: 0, process: { nameField: 1, pidField: 2 } },
  minimumEvents: 1,
};
const ageOf = (...ages: readonly number[]): readonly EventRecord[] =>
  ages.map((age) => event(age * minutes));

interface Row {
  readonly when: string;
  readonly hotfix?: Hotfix;
  readonly events: readonly EventRecord[];
  readonly answer: string;
  readonly reason: string;
}

test.each<Row>([
  {
    when: 'there are enough within a burst',
    events: ageOf(9, 5, 1),
    answer: 'yes',
    reason: 'burst',
  },
  { when: 'exactly one burst apart', events: ageOf(11, 5, 1), answer: 'yes', reason: 'burst' },
  { when: 'spread out', events: ageOf(12, 5, 1), answer: 'no', reason: 'too-few-events' },
  { when: 'too few', events: ageOf(2, 1), answer: 'no', reason: 'too-few-events' },
  { when: 'there are none', events: [], answer: 'no', reason: 'no-symptom' },
  {
    when: 'one event arrived three times',
    events: Array<EventRecord>(3).fill(event(minutes)),
    answer: 'no',
    reason: 'too-few-events',
  },
  {
    when: 'the provider keeps quiet for longer than the burst lasts',
    hotfix: withPattern({ logPeriodMs: 15 * minutes }),
    events: ageOf(14, 5, 1),
    answer: 'yes',
    reason: 'burst',
  },
  {
    when: 'two servers are named though nobody lists them',
    hotfix: withPattern(named),
    events: [event(1, ['a', 'app', '1']), event(2, ['b', 'app', '1'])],
    answer: 'yes',
    reason: 'burst',
  },
  {
    when: 'one server is named by one process',
    hotfix: withPattern(named),
    events: [event(1, ['a', 'app', '1']), event(2, ['a', 'app', '1'])],
    answer: 'no',
    reason: 'too-few-sources',
  },
  {
    when: 'one server is named by two processes',
    hotfix: withPattern(named),
    events: [event(1, ['a', 'app', '1']), event(2, ['a', 'app', '2'])],
    answer: 'yes',
    reason: 'burst',
  },
  {
    when: 'the operator lists servers though no event does',
    hotfix: withPattern({ ...named, domainControllers: ['A.', 'c'] }),
    events: [event(1, ['a', 'app', '1']), event(2, ['b', 'app', '2'])],
    answer: 'no',
    reason: 'some-servers-only',
  },
  {
    when: 'all listed servers are lost but with too few events',
    hotfix: withPattern({ ...named, minimumEvents: 4, domainControllers: ['a', 'b'] }),
    events: [event(1, ['a', 'app', '1']), event(2, ['b', 'app', '2'])],
    answer: 'no',
    reason: 'too-few-events',
  },
])('a burst, when $when: $answer ($reason)', (row) => {
  const { hotfix = withPattern({}), events } = row;
  const facts = factsOf({ events, servers: [], facts: { loggingLevel: unknown('not asked') } });
  const step = evaluate({ kind: 'events', coverage: 'all' }, examine(facts, hotfix));
  expect([step.answer, step.reasons[0]?.code]).toEqual([row.answer, row.reason]);
  const some = evaluate({ kind: 'events', coverage: 'some' }, examine(facts, hotfix));
  expect(some.answer).toBe(events.length === 0 ? 'no' : 'yes');
});

describe('the symptom of KB3004383', () => {
  const answersOf = (facts: Parameters<typeof factsOf>[0]): readonly string[] =>
    (['all', 'some'] as const).map(
      (coverage) =>
        evaluate({ kind: 'events', coverage }, examine(factsOf(facts), kb3004383)).answer,
    );
  const short = { oldestRecordAt: before(3 * hours) };
  test.each([
    ['is a burst', { events: burst() }, ['yes', 'yes']],
    ['is for some servers', { events: burst().slice(1) }, ['no', 'yes']],
    [
      'is for some servers in a short log',
      { events: burst().slice(1), log: short },
      ['unknown', 'yes'],
    ],
    ['has no list to be judged by', { events: burst(), servers: [] }, ['unknown', 'yes']],
    [
      'is perhaps not all',
      { events: burst().slice(1), log: { complete: false } },
      ['unknown', 'yes'],
    ],
    ['is not there', {}, ['no', 'no']],
    ['is not there, in a short log', { log: short }, ['unknown', 'unknown']],
    ['was not answered', { facts: { events: unknown('x') } }, ['unknown', 'unknown']],
    ['has no time', { facts: { hostTime: known('?') } }, ['unknown', 'unknown']],
  ] as const)('that %s', (_, facts, answers) => {
    expect(answersOf(facts)).toEqual(answers);
  });

  test('counts the usable servers of either site in the evidence', () => {
    const { reasons } = judge(factsOf({ events: burst() }), kb3004383);
    expect(reasons[0]?.facts).toMatchObject({ usableInSite: 3, usableOutOfSite: 0 });
  });

  test('may be enough for a rule of its own, also when the host did not send everything', () => {
    const rule = { kind: 'events', coverage: 'some' } as const;
    const hotfix = { ...kb3004383, affected: { rule, suspect: null } };
    const facts = factsOf({ events: burst().slice(1), log: { complete: false } });
    expect(judge(facts, hotfix).state).toBe('affected');
  });

  test('an event that is older than the lookback decides nothing, even when it cannot be read', () => {
    const { lookbackMs } = symptomOf(kb3004383);
    const old = { recordId: 1, at: before(lookbackMs + 1000), eventId: 2070, data: [dcs[0]] };
    expect(judge(factsOf({ events: [old] }), kb3004383).state).toBe('not-affected');
  });
});
