import { InvalidArgumentError } from 'commander';
import { Temporal } from 'temporal-polyfill';
import { standingNamePattern } from '../../contracts/ids';
import { planHosts } from '../../contracts/names';
import { momentOf } from './moment';

/** Parsers of what people write about standing plans; each refusal says what to write instead. */

export function asStandingName(text: string): string {
  if (standingNamePattern.test(text)) return text;
  throw new InvalidArgumentError(
    `${JSON.stringify(text)} is no name of a standing plan: use letters, digits, ".", "_" and "-", at most 63.`,
  );
}

export function asMaxHosts(text: string): number {
  const count = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (count >= 1 && count <= planHosts) return count;
  throw new InvalidArgumentError(
    `${JSON.stringify(text)} cannot be used: write a whole number from 1 to ${String(planHosts)}.`,
  );
}

/**
 * When a standing plan expires, ISO 8601: a day is included, whole, in local time; else any moment that operators write.
 *
 * @throws Failure bad-request when it is none or has passed
 */
export function expiryOf(text: string, now: number, timeZone?: string): string {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text.trim()) ? dayAfter(text.trim()) : null;
  return momentOf(day === null ? text : `${day}T00:00`, now, timeZone);
}

function dayAfter(day: string): string | null {
  try {
    return Temporal.PlainDate.from(day, { overflow: 'reject' }).add({ days: 1 }).toString();
  } catch {
    return null;
  }
}
