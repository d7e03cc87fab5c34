import type { EventFormat, EventSelection, MachineEventLogs } from '../../machine';
import type { Host } from '../host';
import { eventTree, renderedEventTree } from '../tools/wevtutil/event-tree';
import { renderXml } from '../tools/wevtutil/xml-node';
import { matchesQuery } from '../tools/wevtutil/xpath/evaluate';
import { narrow } from '../tools/wevtutil/xpath/narrow';
import { parseQuery } from '../tools/wevtutil/xpath/parse';
import { type Expression, InvalidQuery } from '../tools/wevtutil/xpath/syntax';

/** The event logs as the forwarder of events reads them. */
export function createMachineEventLogs(host: Host): MachineEventLogs {
  return {
    select(name, selected, suppressed) {
      const query = combine(selected, suppressed);
      if (query === null) return 'invalid-query';
      const channel = host.logs.channel(name);
      return channel === null ? 'no-such-channel' : createSelection(host, channel, query);
    },
  };
}

/** Null when one of them is no query. */
function combine(selected: readonly string[], suppressed: readonly string[]): Expression | null {
  const wanted = anyOf(selected);
  if (wanted === null || suppressed.length === 0) return wanted;
  const unwanted = anyOf(suppressed);
  return unwanted && { kind: 'and', parts: [wanted, { kind: 'not', part: unwanted }] };
}

function anyOf(queries: readonly string[]): Expression | null {
  const parts = queries.flatMap((one) => readQuery(one) ?? []);
  return parts.length === 0 || parts.length < queries.length ? null : { kind: 'or', parts };
}

function readQuery(xpath: string): Expression | null {
  try {
    return parseQuery(xpath.trim() || '*');
  } catch (error) {
    if (error instanceof InvalidQuery) return null;
    throw error;
  }
}

const trees = { plain: eventTree, rendered: renderedEventTree } satisfies Record<
  EventFormat,
  typeof eventTree
>;

function createSelection(
  { windows, clock }: Host,
  { name, log }: NonNullable<ReturnType<Host['logs']['channel']>>,
  query: Expression,
): EventSelection {
  const origin = { channel: name, computer: windows.fqdn };
  return {
    channel: name,
    newestRecordId() {
      const { oldestRecordId, count } = log.status();
      return oldestRecordId === null ? 0 : oldestRecordId + count - 1;
    },
    read(after, limit, format) {
      const now = clock.now();
      const records = log.query({
        ...narrow(query, now),
        newestFirst: false,
        after,
        limit,
        matches: (record) =>
          record.recordId > after && matchesQuery(query, eventTree(record, origin), now),
      });
      return records.map((record) => ({
        recordId: record.recordId,
        at: record.at,
        xml: renderXml(trees[format](record, origin)),
      }));
    },
  };
}
