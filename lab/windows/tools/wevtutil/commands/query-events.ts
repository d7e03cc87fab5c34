import type { EventRecord } from '../../../log/event-log';
import { type Arguments, booleanOption } from '../arguments';
import { eventText } from '../event-text';
import { type EventOrigin, eventTree, renderedEventTree } from '../event-tree';
import { badParameter, noSuchChannel, unsupported, WevtutilError } from '../usage-error';
import { matchesQuery } from '../xpath/evaluate';
import { narrow } from '../xpath/narrow';
import { parseQuery } from '../xpath/parse';
import { type Expression, InvalidQuery } from '../xpath/syntax';
import { renderXml } from '../xml-node';
import type { WevtutilCommand } from './command';

export const queryEvents: WevtutilCommand = {
  options: new Map([
    ['q', 'query'],
    ['f', 'format'],
    ['rd', 'reversedirection'],
    ['c', 'count'],
    ['e', 'element'],
    ['l', 'locale'],
    ['lf', 'logfile'],
    ['sq', 'structuredquery'],
    ['bm', 'bookmark'],
    ['sbm', 'savebookmark'],
  ]),
  operands: 1,
  run(given, { host }, print) {
    refuseFilesAndBookmarks(given);
    const [name = ''] = given.operands;
    const render = rendererFor(given);
    const limit = countOf(given);
    const newestFirst = booleanOption(given, 'reversedirection');
    const query = queryOf(given);
    const channel = host.logs.channel(name);
    if (channel === null) throw noSuchChannel('Failed to open event query.');
    const now = host.clock.now();
    const origin: EventOrigin = { channel: channel.name, computer: host.windows.fqdn };
    const records = channel.log.query({
      ...narrow(query, now),
      newestFirst,
      limit,
      matches: (record) => matchesQuery(query, eventTree(record, origin), now),
    });
    const root = given.options.get('element');
    if (root !== undefined) print(`<${root}>\r\n`);
    for (const [position, record] of records.entries()) print(render(record, origin, position));
    if (root !== undefined) print(`</${root}>\r\n`);
  },
};

type Render = (record: EventRecord, origin: EventOrigin, position: number) => string;

const formats: ReadonlyMap<string, Render> = new Map<string, Render>([
  ['xml', (record, origin) => `${renderXml(eventTree(record, origin))}\r\n`],
  ['renderedxml', (record, origin) => `${renderXml(renderedEventTree(record, origin))}\r\n`],
  ['text', (record, origin, position) => `${eventText(record, origin, position)}\r\n`],
]);

function rendererFor({ options }: Arguments): Render {
  const render = formats.get((options.get('format') ?? 'xml').toLowerCase());
  if (render === undefined) throw badParameter('Invalid value for option format.');
  return render;
}

function countOf({ options }: Arguments): number {
  const text = options.get('count');
  if (text === undefined) return Infinity;
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (count === 0) throw badParameter('Invalid value for option count.');
  return count;
}

function queryOf({ options }: Arguments): Expression {
  try {
    return parseQuery(options.get('query')?.trim() || '*');
  } catch (error) {
    if (!(error instanceof InvalidQuery)) throw error;
    throw new WevtutilError('Failed to open event query. The specified query is invalid.', 15_001);
  }
}

function refuseFilesAndBookmarks(given: Arguments): void {
  for (const name of ['logfile', 'structuredquery']) {
    if (booleanOption(given, name)) throw unsupported(`Option ${name} is not available here.`);
  }
  for (const name of ['bookmark', 'savebookmark']) {
    if (given.options.has(name)) throw unsupported(`Option ${name} is not available here.`);
  }
}
