import { linesOf } from './decode';

/** One instance of `wmic … /value`: property to its text, trailing blanks removed. */
export type ValueBlock = { readonly [property: string]: string | undefined };

/**
 * Instances in what `wmic … get A,B /value` printed. Blank lines come in any number between properties, and instances
 * are not delimited, so that an instance ends where a property comes for the second time. A wmic that leaves `/value`
 * unheard, as Wine's does, prints its table: that is read as well.
 */
export function parseValueBlocks(text: string): ValueBlock[] {
  const lines = linesOf(text);
  const blocks: { [property: string]: string }[] = [];
  let current: { [property: string]: string } | null = null;
  for (const line of lines) {
    const match = /^([A-Za-z]\w*)=(.*)$/.exec(line);
    if (match === null) continue;
    const [, property = '', value = ''] = match;
    if (current === null || Object.hasOwn(current, property)) {
      current = emptyBlock();
      blocks.push(current);
    }
    current[property] = value.trim();
  }
  return blocks.length > 0 ? blocks : parseTable(lines);
}

/**
 * The same where there may be no instance, which wmic says in one localised line: null when the text is neither that nor
 * instances with the property asked for, so that a message nobody expects is not taken for "there is none".
 */
export function instancesOf(text: string, property: string): readonly ValueBlock[] | null {
  const blocks = parseValueBlocks(text);
  const said = linesOf(text).filter((line) => line.trim() !== '');
  const isList =
    blocks.length > 0
      ? blocks.every((block) => propertyOf(block, property) !== undefined)
      : said.length <= 1;
  return isList ? blocks : null;
}

/** Text of a property, whose name counts in any case of letters: classes and tables spell some differently. */
export function propertyOf(block: ValueBlock, name: string): string | undefined {
  const own = block[name];
  if (own !== undefined) return own;
  const wanted = name.toLowerCase();
  const spelled = Object.keys(block).find((one) => one.toLowerCase() === wanted);
  return spelled === undefined ? undefined : block[spelled];
}

const emptyBlock = (): { [property: string]: string } =>
  Object.create(null) as { [property: string]: string };

/**
 * ```
 * Name          ProcessId  State
 * Eventlog      812        Running
 * ```
 * Each column begins below its title and is as wide as its widest text and two blanks. Where a row does not keep to
 * that, nothing of the table is believed: its texts could be another column's.
 */
function parseTable(lines: readonly string[]): ValueBlock[] {
  const [title = '', ...rows] = lines.filter((line) => line.trim() !== '');
  if (!/^[A-Za-z]\w*( {2,}[A-Za-z]\w*)* *$/.test(title)) return [];
  const columns = [...title.matchAll(/\w+/g)].map(({ 0: name, index }) => ({ name, index }));
  const blocks = rows.map((row) => rowOf(row, columns));
  return blocks.includes(null) ? [] : (blocks as ValueBlock[]);
}

function rowOf(
  row: string,
  columns: readonly { readonly name: string; readonly index: number }[],
): ValueBlock | null {
  const block = emptyBlock();
  for (const [at, { name, index }] of columns.entries()) {
    const end = columns[at + 1]?.index;
    const cell = row.slice(index, end);
    if (end !== undefined && row.length > end && !cell.endsWith('  ')) return null;
    block[name] = cell.trim();
  }
  return block;
}

/**
 * A CIM date-time as ISO 8601 in UTC; null when it is none.
 *
 * ```
 * yyyymmddHHMMSS.mmmmmm±UUU    local time, minutes that it is ahead of UTC
 * ```
 */
export function isoOfCimDateTime(text: string): string | null {
  const pattern = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\.(\d{3})\d{3}([+-]\d{3})$/;
  const match = pattern.exec(text);
  if (match === null) return null;
  const iso = text.replace(pattern, '$1-$2-$3T$4:$5:$6.$7Z');
  const local = Date.parse(iso);
  return Number.isNaN(local) ? null : new Date(local - Number(match[8]) * 60_000).toISOString();
}

/** A whole number of at least 0 in decimal; null for anything else, also for an empty text. */
export function wholeNumber(text: string | undefined): number | null {
  if (text === undefined || !/^\d{1,15}$/.test(text)) return null;
  return Number(text);
}
