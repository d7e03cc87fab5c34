import fc from 'fast-check';

import type { EventRecord } from '../../../../contracts/facts';
import { judge } from '../../../../domain/hotfix';
import type { EventRecord as LoggedEvent } from '../../../../lab/windows/log/event-log';
import { eventTree } from '../../../../lab/windows/tools/wevtutil/event-tree';
import { matchesQuery } from '../../../../lab/windows/tools/wevtutil/xpath/evaluate';
import { parseQuery } from '../../../../lab/windows/tools/wevtutil/xpath/parse';
import { symptomXPath } from '../../../../remote/windows/probe-events';
import { factsOf, hostTime, kb3004383 } from '../host-facts';
import { others, ours, serverLists } from './any-host';

const { symptom } = kb3004383;
if (symptom === null) throw new Error('the shipped definition has no symptom');
const query = parseQuery(symptomXPath(symptom));
const now = Date.parse(hostTime);

interface InLog {
  readonly event: EventRecord;
  readonly provider: string;
}

/** Whether the query that a host is asked selects this one, as the lab reads XPath. */
function isSelected({ event, provider }: InLog): boolean {
  const logged: LoggedEvent = {
    recordId: event.recordId,
    at: Date.parse(event.at),
    provider,
    eventId: event.eventId,
    qualifiers: 16_388,
    level: 4,
    task: 3,
    keywords: '0x80000000000000',
    data: { kind: 'positional', values: event.data },
    message: '',
  };
  return matchesQuery(query, eventTree(logged, { channel: 'Application', computer: 'EX01' }), now);
}

const by = (provider: fc.Arbitrary<string>, eventId: fc.Arbitrary<number>) =>
  fc.array(
    fc
      .record({ event: fc.oneof(ours, others), provider, eventId })
      .map(({ event, eventId: id, ...rest }): InLog => ({
        event: { ...event, eventId: id },
        ...rest,
      })),
    { maxLength: 8 },
  );
const byTheProvider = by(fc.constant('MSExchange ADAccess'), fc.constant(2070));
const byOthers = by(
  fc.constantFrom('MSExchangeDSAccess', 'MSExchange ADAccess 2', 'ADAccess', "MSExchange's"),
  fc.constantFrom(2070, 2080, 2115),
);
const otherIds = by(fc.constant('MSExchange ADAccess'), fc.constantFrom(2080, 2115, 2084, 207));

test('what other providers log, and what this one logs otherwise, never changes a verdict', () => {
  fc.assert(
    fc.property(
      byTheProvider,
      byOthers,
      otherIds,
      serverLists,
      (own, foreign, neighbours, servers) => {
        const verdictOn = (log: readonly InLog[]) => {
          const events = log.filter(isSelected).map(({ event }) => event);
          return judge(factsOf({ events, servers }), kb3004383);
        };
        expect(verdictOn([...foreign, ...own, ...neighbours])).toEqual(verdictOn(own));
      },
    ),
    { numRuns: 100 },
  );
});

test('what the provider logs of this problem is asked for, as far back as the lookback', () => {
  fc.assert(
    fc.property(byTheProvider, (own) => {
      for (const one of own) {
        expect(isSelected(one)).toBe(now - Date.parse(one.event.at) <= 14 * 86_400_000);
      }
    }),
    { numRuns: 100 },
  );
});
