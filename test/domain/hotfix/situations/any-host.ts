import fc from 'fast-check';

import type { EventRecord, HostFacts, PackageState } from '../../../../contracts/facts';
import { known, unknown } from '../../../../contracts/reason';
import { before, days, factsOf, hours, lost, minutes, row, serverEvent } from '../host-facts';

/** Hosts with everything that the table has, mixed. */

export const listed = ['dc1', 'dc2', 'dc3', 'dc4'].map((name) => `${name}.contoso.test`);
const unlisted = 'old.contoso.test';
export const otherCodes = ['51', '34', '33', '52', '5B', '70', '85', '155'];

/** Whole seconds, mostly within one hour, so that bursts come about. */
const age = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 2 * 3600, max: 2 * 3600 + 40 * 60 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 16 * 24 * 3600 }) },
);

const symptomOf = (codes: fc.Arbitrary<string>): fc.Arbitrary<EventRecord> =>
  fc
    .record({
      server: fc.constantFrom(...listed, ...listed, unlisted),
      ageSeconds: age,
      code: codes,
      pid: fc.integer({ min: 1, max: 3 }),
      process: fc.constantFrom('w3wp.exe (OWA)', 'STORE.EXE'),
    })
    .map(({ server, ageSeconds, ...rest }) => lost(server, ageSeconds * 1000, rest));

export const ours = symptomOf(fc.constant('55'));
export const others = symptomOf(fc.constantFrom(...otherCodes));
export const symptoms = fc.array(
  fc.oneof({ weight: 4, arbitrary: ours }, { weight: 1, arbitrary: others }),
  { maxLength: 10 },
);

/** Usable in turn, one to four of them; now and then there is no list, or it is out of site. */
export const usable = fc.integer({ min: 1, max: 4 }).map((count) => listed.slice(0, count));
export const serverLists = fc.oneof(
  {
    weight: 8,
    arbitrary: usable.map((names) => [
      serverEvent(
        listed.map((name) => row(name, { enabled: names.includes(name) ? 1 : 0 })),
        { outOfSite: [row('far.contoso.test')] },
      ),
      serverEvent([row(listed[0] ?? '')], { recordId: 5, ageMs: 9 * hours }),
    ]),
  },
  {
    weight: 2,
    arbitrary: usable.map((names) => [
      serverEvent([], { outOfSite: names.map((name) => row(name)) }),
    ]),
  },
  { weight: 1, arbitrary: fc.constant([]) },
);

/** What the host keeps back. */
export const doubts = fc.record({
  complete: fc.boolean(),
  oldestRecordAt: fc.constantFrom(before(30 * days), before(3 * hours), null),
  loggingLevel: fc.constantFrom(known(1), known(0), unknown('reg was denied')),
});

const packages = fc.constantFrom<PackageState[]>(
  'absent',
  'absent',
  'installed',
  'install-pending',
);

export const hosts: fc.Arbitrary<HostFacts> = fc
  .record({
    events: symptoms,
    servers: serverLists,
    doubts: fc.option(doubts, { freq: 3, nil: null }),
    package: packages,
  })
  .map(({ events, servers, doubts: kept, package: state }) => {
    const facts = factsOf({ events, servers, package: state });
    return kept === null ? facts : withDoubts(facts, kept);
  });

interface Doubts {
  readonly complete: boolean;
  readonly oldestRecordAt: string | null;
  readonly loggingLevel: HostFacts['loggingLevel'];
}

export const withDoubts = (
  facts: HostFacts,
  { complete, oldestRecordAt, loggingLevel }: Doubts,
): HostFacts => ({ ...withLog(facts, { complete, oldestRecordAt }), loggingLevel });

type Log = Extract<HostFacts['events'], { readonly known: true }>['value'];

export const logOf = ({ events }: HostFacts): Log => {
  if (!events.known) throw new Error('these hosts always answer');
  return events.value;
};

export const withLog = (facts: HostFacts, change: Partial<Log>): HostFacts => ({
  ...facts,
  events: known({ ...logOf(facts), ...change }),
});

export const withSymptoms = (
  facts: HostFacts,
  change: (symptoms: readonly EventRecord[]) => readonly EventRecord[],
): HostFacts => withLog(facts, { symptoms: change(logOf(facts).symptoms) });

export const burstMs = 20 * minutes;
