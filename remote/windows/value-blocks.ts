import { linesOf } from './decode';

/** One instance of `wmic … /value`: property to its text, trailing blanks removed. */
export type ValueBlock = { readonly [property: string]: string | undefined };

/**
 * Instances in what `wmic … get A,B /value` printed. Blank lines come in any number between properties, and instances
 * are not delimited, so that an instance ends where a property comes for the second time.
 */
export function parseValueBlocks(text: string): ValueBlock[] {
  const blocks: { [property: string]: string }[] = [];
  let current: { [property: string]: string } | null = null;
  for (const line of linesOf(text)) {
    const match = /^([A-Za-z]\w*)=(.*)$/.exec(line);
    if (match === null) continue;
    const [, property = '', value = ''] = match;
    if (current === null || Object.hasOwn(current, property)) {
      current = Object.create(null) as { [property: string]: string };
      blocks.push(current);
    }
    current[property] = value.trim();
  }
  return blocks;
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
