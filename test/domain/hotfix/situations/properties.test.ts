import fc from 'fast-check';

import type { EventRecord, HostFacts } from '../../../../contracts/facts';
import type { Hotfix } from '../../../../contracts/hotfix';
import type { AffectedState } from '../../../../contracts/outcome';
import { known } from '../../../../contracts/reason';
import { judge } from '../../../../domain/hotfix';
import { parseEvents } from '../../../../remote/windows/event-xml';
import { factsOf, kb3004383, row, serverEvent } from '../host-facts';
import {
  burstMs,
  doubts,
  hosts,
  logOf,
  others,
  ours,
  symptoms,
  usable,
  withDoubts,
  withLog,
  withSymptoms,
} from './any-host';
import { eventsText } from './event-text';

/** All that a verdict says to a program. */
const verdictOf = (facts: HostFacts, hotfix: Hotfix = kb3004383) => {
  const { state, reasons, currentlyStalling } = judge(facts, hotfix);
  return { state, codes: reasons.map(({ code }) => code), currentlyStalling };
};
const stateOf = (facts: HostFacts) => judge(facts, kb3004383).state;

/** The definition with a minimum of events, so that one that counts twice would show. */
const manyEvents = fc.constantFrom(1, 3, 4).map((minimumEvents): Hotfix => ({
  ...kb3004383,
  symptom: kb3004383.symptom && { ...kb3004383.symptom, minimumEvents },
}));

const inAnyOrder = <T>(items: readonly T[]): fc.Arbitrary<T[]> =>
  fc.shuffledSubarray([...items], { minLength: items.length });

test('the order of events and lists never changes a verdict', () => {
  const shuffled = hosts.chain((facts) => {
    const log = logOf(facts);
    return fc
      .record({ symptoms: inAnyOrder(log.symptoms), servers: inAnyOrder(log.servers) })
      .map((change) => [facts, withLog(facts, change)] as const);
  });
  fc.assert(
    fc.property(shuffled, ([facts, other]) => {
      expect(verdictOf(other)).toEqual(verdictOf(facts));
    }),
    { numRuns: 100 },
  );
});

test('events that came twice never change a verdict', () => {
  const doubled = hosts.chain((facts) =>
    fc
      .record({
        again: fc.subarray([...logOf(facts).symptoms]),
        lists: fc.subarray([...logOf(facts).servers]),
      })
      .map(({ again, lists }) => {
        const { symptoms: once, servers } = logOf(facts);
        const change = { symptoms: [...once, ...again], servers: [...lists, ...servers] };
        return [facts, withLog(facts, change)] as const;
      }),
  );
  fc.assert(
    fc.property(doubled, manyEvents, ([facts, twice], hotfix) => {
      expect(verdictOf(twice, hotfix)).toEqual(verdictOf(facts, hotfix));
    }),
    { numRuns: 150 },
  );
});

test('other events with the same values never change a verdict', () => {
  const neighbours = fc.array(
    fc
      .tuple(ours, fc.constantFrom(2084, 2102, 2115, 2127, 2389, 1))
      .map(([event, eventId]) => ({ ...event, eventId })),
  );
  fc.assert(
    fc.property(hosts, neighbours, (facts, more) => {
      const beside = withSymptoms(facts, (all) => [...more, ...all]);
      expect(verdictOf(beside)).toEqual(verdictOf(facts));
    }),
    { numRuns: 100 },
  );
});

test('other errors never change a state', () => {
  fc.assert(
    fc.property(hosts, fc.array(others), (facts, more) => {
      expect(stateOf(withSymptoms(facts, (all) => [...more, ...all]))).toBe(stateOf(facts));
    }),
    { numRuns: 100 },
  );
});

test('the language of the texts never changes a verdict', () => {
  const said = fc.record({
    text: fc.oneof(fc.string(), fc.constantFrom('Fehler 0x51\r\n(0x55)', '(タイムアウト)')),
    name: fc.string(),
  });
  fc.assert(
    fc.property(hosts, said, (facts, { text, name }) => {
      const translated = withSymptoms(facts, (all) =>
        all.map((event) => ({ ...event, data: event.data.with(4, text).with(5, name) })),
      );
      expect(verdictOf(translated)).toEqual(verdictOf(facts));
    }),
    { numRuns: 100 },
  );
});

test('the rendering of an event in its XML never changes a verdict', () => {
  const renderings = fc.record({
    provider: fc.constant('MSExchange ADAccess'),
    isModern: fc.boolean(),
    isIndented: fc.boolean(),
    rendered: fc.record({
      culture: fc.constantFrom('de-DE', 'ja-JP', 'tr-TR'),
      message: fc.constantFrom('Fehler <0x51> & mehr\r\n', '接続が失われました', "l'erreur"),
      level: fc.constantFrom('Informationen', '情報'),
      task: fc.constantFrom('Topologie', 'トポロジ'),
    }),
  });
  fc.assert(
    fc.property(hosts, renderings, (facts, rendering) => {
      const { events, damaged } = parseEvents(eventsText(logOf(facts).symptoms, rendering));
      expect(damaged).toBe(false);
      expect(verdictOf(withLog(facts, { symptoms: events }))).toEqual(verdictOf(facts));
    }),
    { numRuns: 100 },
  );
});

/** Fixed is fixed, whatever is logged; a doubt is cleared by a whole burst, never by one more event into the opposite. */
const noLess: { readonly [state in AffectedState]: RegExp } = {
  'not-affected': /^(not-affected|suspect|affected|unknown)$/,
  suspect: /^(suspect|affected)$/,
  affected: /^affected$/,
  unknown: /^(unknown|suspect|affected)$/,
  'already-fixed': /^already-fixed$/,
  'not-applicable': /^not-applicable$/,
};

test('one more DC lost with 0x55 never makes a host less affected', () => {
  fc.assert(
    fc.property(hosts, ours, (facts, more) => {
      const was = stateOf(facts);
      const is = stateOf(withSymptoms(facts, (all) => [more, ...all]));
      expect({ was, is }).toEqual({ was, is: expect.stringMatching(noLess[was]) });
    }),
    { numRuns: 300 },
  );
});

test('what a host keeps back makes a verdict unknown, never another one', () => {
  fc.assert(
    fc.property(hosts, doubts, (facts, kept) => {
      const open = withDoubts(facts, {
        complete: true,
        oldestRecordAt: '2015-01-01T00:00:00.000Z',
        loggingLevel: known(1),
      });
      expect([stateOf(open), 'unknown']).toContain(stateOf(withDoubts(facts, kept)));
    }),
    { numRuns: 150 },
  );
});

test('a shift of all times, and of the time of the host with them, changes nothing', () => {
  const moved = (shiftMs: number) => (time: string) =>
    new Date(Date.parse(time) + shiftMs).toISOString();
  fc.assert(
    fc.property(hosts, fc.integer({ min: -5e9, max: 5e9 }), (facts, shift) => {
      const move = moved(shift * 1000);
      const at = (event: EventRecord) => ({ ...event, at: move(event.at) });
      const { symptoms: all, servers, oldestRecordAt } = logOf(facts);
      const shifted: HostFacts = {
        ...withLog(facts, {
          symptoms: all.map(at),
          servers: servers.map(at),
          oldestRecordAt: oldestRecordAt === null ? null : move(oldestRecordAt),
        }),
        hostTime: facts.hostTime.known ? known(move(facts.hostTime.value)) : facts.hostTime,
      };
      expect(verdictOf(shifted)).toEqual(verdictOf(facts));
    }),
    { numRuns: 100 },
  );
});

test('other names and numbers for the same processes change nothing', () => {
  fc.assert(
    fc.property(hosts, fc.integer({ min: 1, max: 9000 }), fc.boolean(), (facts, by, isSwapped) => {
      const renamed = withSymptoms(facts, (all) =>
        all.map((event) => {
          const [name = '', pid = ''] = event.data;
          const process = isSwapped ? `edgetransport ${name.length}.exe` : `my ${name}`;
          return { ...event, data: event.data.with(0, process).with(1, String(Number(pid) + by)) };
        }),
      );
      expect(verdictOf(renamed)).toEqual(verdictOf(facts));
    }),
    { numRuns: 100 },
  );
});

test('a host that tells everything is affected exactly when some 20 minutes show every usable DC', () => {
  fc.assert(
    fc.property(symptoms, usable, (events, names) => {
      const facts = factsOf({ events, servers: [serverEvent(names.map((name) => row(name)))] });
      expect(stateOf(facts)).toBe(plainly(events, names, facts));
    }),
    { numRuns: 300 },
  );
});

/** The rule in its simplest form: from each event on, everything within 20 minutes. */
function plainly(events: readonly EventRecord[], names: readonly string[], facts: HostFacts) {
  const hostMs = facts.hostTime.known ? Date.parse(facts.hostTime.value) : 0;
  const seen = events
    .filter(({ data, at }) => data[3] === '55' && hostMs - Date.parse(at) <= 14 * 86_400_000)
    .map(({ data, at }) => ({
      dc: data[2] ?? '',
      by: `${data[0]} ${data[1]}`,
      ms: Date.parse(at),
    }));
  const isBurst = seen.some(({ ms }) => {
    const window = seen.filter((one) => one.ms >= ms && one.ms - ms <= burstMs);
    const dcs = new Set(window.map(({ dc }) => dc));
    const processes = new Set(window.map(({ by }) => by));
    return names.every((name) => dcs.has(name)) && (dcs.size >= 2 || processes.size >= 2);
  });
  if (isBurst) return 'affected';
  return seen.length > 0 ? 'suspect' : 'not-affected';
}
