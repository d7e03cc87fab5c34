import fc from 'fast-check';

import type { EventRecord } from '../../../contracts/facts';
import type { AffectedState } from '../../../contracts/outcome';
import { judge, trimFacts } from '../../../domain/hotfix';
import {
  dcs,
  factsOf,
  hours,
  kb3004383,
  lost,
  minutes,
  row,
  serverEvent,
  threeServers,
} from './host-facts';

const stateOf = (
  events: readonly EventRecord[],
  servers: readonly EventRecord[] = [threeServers],
  complete = true,
): AffectedState => judge(factsOf({ events, servers, log: { complete } }), kb3004383).state;

let recordId = 1;
const symptom = (codes: readonly string[]): fc.Arbitrary<EventRecord> =>
  fc
    .record({
      server: fc.constantFrom(...dcs, 'dc9.contoso.test'),
      age: fc.oneof(fc.integer({ min: 0, max: 90 }), fc.integer({ min: 0, max: 16 * 24 * 60 })),
      code: fc.constantFrom(...codes),
      pid: fc.integer({ min: 1, max: 3 }),
      text: fc.string(),
    })
    .map(({ server, age, code, pid, text }) =>
      lost(server, age * minutes, { code, pid, text, recordId: (recordId += 1) }),
    );
const ours = symptom(['55']);
const others = symptom(['51', '34', '33', '5B', '155', '5']);
const events = fc.array(fc.oneof(ours, others), { maxLength: 12 });
const lists = fc.constantFrom(
  [threeServers],
  [],
  [serverEvent([row(dcs[0])])],
  [serverEvent([...dcs.map((dc) => row(dc)), 'garbage row'])],
);

/** How near a state is to a change. */
const rank = { 'not-affected': 0, unknown: 1, suspect: 2, affected: 3 } as const;
const rankOf = (state: AffectedState): number => rank[state as keyof typeof rank];

test('the order of the events changes nothing', () => {
  fc.assert(
    fc.property(events, lists, fc.infiniteStream(fc.nat()), (list, servers, keys) => {
      const shuffled = list
        .map((event) => ({ event, key: keys.next().value as number }))
        .toSorted((a, b) => a.key - b.key)
        .map(({ event }) => event);
      expect(stateOf(shuffled, servers)).toBe(stateOf(list, servers));
    }),
  );
});

test('events that arrive twice change nothing', () => {
  fc.assert(
    fc.property(events, lists, (list, servers) => {
      expect(stateOf([...list, ...list], servers)).toBe(stateOf(list, servers));
    }),
  );
});

test('other errors and other events never change the state', () => {
  fc.assert(
    fc.property(
      events,
      fc.array(others),
      fc.array(ours),
      lists,
      (list, noise, foreign, servers) => {
        const neighbours = foreign.map((event) => ({ ...event, eventId: 2115 }));
        expect(stateOf([...list, ...noise, ...neighbours], servers)).toBe(stateOf(list, servers));
      },
    ),
  );
});

test('the free text never changes the state', () => {
  fc.assert(
    fc.property(events, lists, fc.string(), (list, servers, text) => {
      const translated = list.map((event) => ({
        ...event,
        data: event.data.map((item, index) => (index === 4 ? text : item)),
      }));
      expect(stateOf(translated, servers)).toBe(stateOf(list, servers));
    }),
  );
});

test('one more 0x55 never makes a host less affected', () => {
  fc.assert(
    fc.property(events, ours, lists, fc.boolean(), (list, more, servers, complete) => {
      const less = rankOf(stateOf(list, servers, complete));
      expect(rankOf(stateOf([...list, more], servers, complete))).toBeGreaterThanOrEqual(less);
    }),
    { numRuns: 500 },
  );
});

test('no host is affected without a 0x55 for each of its servers', () => {
  fc.assert(
    fc.property(events, (list) => {
      if (stateOf(list) !== 'affected') return;
      const servers = list.filter(({ data }) => data[3] === '55').map(({ data }) => data[2]);
      expect(servers).toEqual(expect.arrayContaining([...dcs]));
    }),
    { numRuns: 500 },
  );
});

test('trimmed facts of an affected host still show that it is affected', () => {
  fc.assert(
    fc.property(events, (list) => {
      const facts = factsOf({ events: list });
      if (judge(facts, kb3004383).state !== 'affected') return;
      expect(judge(trimFacts(facts, kb3004383), kb3004383).state).toBe('affected');
    }),
    { numRuns: 500 },
  );
});

test('a burst is found among thousands of events', () => {
  const noise = Array.from({ length: 4000 }, (_, index) =>
    lost(dcs[index % 2] ?? '', 3 * hours + index * 1000),
  );
  expect(stateOf(noise)).toBe('suspect');
  expect(stateOf([...noise, lost(dcs[2], 3 * hours)])).toBe('affected');
});
