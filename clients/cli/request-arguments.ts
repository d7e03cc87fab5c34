import { InvalidArgumentError } from 'commander';
import { duration } from '../../contracts/fields.schema';
import { parseWith } from '../../contracts/parsed.schema';
import type { CountOrPercent } from '../../contracts/plan';

/** Parsers of what operators ask for; each refusal says what to write instead. */

// oxlint-disable-next-line no-control-regex -- they are what is refused
const oneLine = /^[^\u0000-\u001f\u007f]+$/;

/** Why somebody asks: an auditor reads it later. */
export function asReason(text: string): string {
  const reason = text.trim();
  if (reason !== '') return reason;
  throw new InvalidArgumentError('It is empty: say why, it is kept with the rollout.');
}

/** As many characters as a rollout keeps of a name. */
const longestName = 64;

export function asName(text: string): string {
  const name = text.trim();
  if (name.length <= longestName && oneLine.test(name)) return name;
  throw new InvalidArgumentError(
    `${JSON.stringify(text)} is no name: write one line of 1 to ${String(longestName)} characters.`,
  );
}

/** Shorter pieces could be guessed, or be another's by chance. */
const shortestHash = 12;

/** A hash or the beginning of one; whose it is shows the status. */
export function asHash(text: string): string {
  const hash = text.trim().toLowerCase();
  if (hash.length >= shortestHash && /^[0-9a-f]{1,64}$/.test(hash)) return hash;
  throw new InvalidArgumentError(
    `${JSON.stringify(text)} is no hash: write its 64 hex digits, or at least the first ${String(shortestHash)}.`,
  );
}

export const asConcurrency = (text: string): number =>
  whole(text, { from: 1, to: 1000 }, 'a whole number from 1 to 1000');

export function asMaxErrors(text: string): CountOrPercent {
  if (/^([1-9]\d?|100)%$/.test(text)) return text as `${number}%`;
  return whole(text, { from: 0, to: 100_000 }, 'a count from 0, or a percentage from 1% to 100%');
}

/** `none`: errors in a row are not looked at; commander would make an empty text of null. */
export const asMaxConsecutive = (text: string): number | 'none' =>
  text === 'none' ? text : whole(text, { from: 0, to: 100_000 }, 'a count from 0, or none');

function whole(
  text: string,
  { from, to }: { readonly from: number; readonly to: number },
  wanted: string,
): number {
  const count = /^\d{1,6}$/.test(text) ? Number(text) : NaN;
  if (count >= from && count <= to) return count;
  throw new InvalidArgumentError(`${JSON.stringify(text)} cannot be used: write ${wanted}.`);
}

/** `90m` → milliseconds. */
export function asSpan(text: string): number {
  const parsed = parseWith(duration({ min: '1m', max: '7d' }), text);
  if (parsed.ok) return parsed.value;
  const [problem] = parsed.problems;
  throw new InvalidArgumentError(`It ${problem?.message ?? 'is none'}: ${problem?.advice ?? ''}.`);
}
