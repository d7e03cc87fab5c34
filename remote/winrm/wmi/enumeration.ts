import { Failure } from '../../../contracts/failures';
import type { WmiRow, WmiShape } from '../../wmi';
import { buildEnumerate, buildPull, buildRelease } from '../wire/wmi-requests';
import { classOf, parseEnumerateResponse, parsePullResponse } from '../wire/wmi-responses';
import type { ItemPage } from '../wire/wmi-responses';
import type { Question } from './question';
import { decodeRow } from './row';

export interface EnumerationWanted<S extends WmiShape> {
  readonly resourceUri: string;
  readonly wql: string;
  readonly shape: S;
  readonly maxRows: number;
  /** How long the host may hold a Pull; past it the Pull is sent again. */
  readonly pullMs: number;
}

/**
 * All rows of a query. An enumeration that is not read to its end is released, whatever the reason: an open one counts
 * against the operations of the user until the host's EnumerationTimeoutms.
 *
 * @throws Failure `unexpected-output` when there are more rows than wanted, or one does not fit the shape
 */
export async function enumerateRows<S extends WmiShape>(
  question: Question,
  wanted: EnumerationWanted<S>,
): Promise<WmiRow<S>[]> {
  const { resourceUri, shape, maxRows } = wanted;
  const rows: WmiRow<S>[] = [];
  // One more than wanted tells that there are more.
  const room = (): number => Math.max(1, Math.min(maxBatchItems, maxRows + 1 - rows.length));
  let page: ItemPage = await question.request(
    (header) => buildEnumerate(header, { ...wanted, maxElements: room() }),
    parseEnumerateResponse,
  );
  let context = contextAfter(page, null);
  try {
    for (;;) {
      for (const item of page.items) {
        if (rows.length === maxRows) throw tooMany(question, maxRows);
        rows.push(decodeRow(item, classOf(item), shape, question));
      }
      if (context === null) return rows;
      // oxlint-disable-next-line no-await-in-loop -- the context of each page is in the one before
      page = await pull(question, { resourceUri, context }, room(), wanted.pullMs);
      context = contextAfter(page, context);
    }
  } catch (error) {
    const position = context === null ? null : { resourceUri, context };
    if (position !== null) await question.dismiss((header) => buildRelease(header, position));
    throw error;
  }
}

/** MaxBatchItems, by default: more items than this no answer has. */
const maxBatchItems = 32_000;

const contextAfter = (page: ItemPage, before: string | null): string | null =>
  page.isLast ? null : (page.context ?? before);

/** A time-out only says that there is no item yet (DSP0226 8.4); the context goes on to hold. */
async function pull(
  question: Question,
  position: { readonly resourceUri: string; readonly context: string },
  maxElements: number,
  pullMs: number,
): Promise<ItemPage> {
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- asks again after the host had nothing
    const page = await question.poll(
      (header) => buildPull(header, position, maxElements),
      parsePullResponse,
      pullMs,
    );
    if (page !== null) return page;
    if (question.remainingMs() === 0) throw new Error('the host had no item until the deadline');
  }
}

function tooMany({ target, doing }: Question, maxRows: number): Failure {
  const what = `${target.url} answered ${doing} with more than ${maxRows} rows`;
  return new Failure('unexpected-output', what, {
    facts: { host: target.host, maxRows },
    advice: 'narrow the query',
  });
}
