import ms from 'ms';
import { z } from 'zod';

import { advised, keyMark, shown } from './parsed.schema';

/** Fields that other versions or other tools know and this one does not do: refusing them is safer than ignoring. */
export type Refused = { readonly [key: string]: string };

const notHere = 'is not available in this version';

/** A block in which every key is known; an unknown one is named with the nearest known one. */
export function block<S extends z.ZodRawShape>(
  shape: S,
  refused: Refused = {},
): z.ZodObject<S, z.core.$strict> {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => aboutKey(key, known, refused)).join(keyMark)
        : undefined,
  });
}

function aboutKey(key: string, known: readonly string[], refused: Refused): string {
  const instead = Object.hasOwn(refused, key) ? refused[key] : undefined;
  if (instead !== undefined) return advised(notHere, instead);
  const nearest = nearestOf(key, known);
  return advised(
    'is not a known field',
    nearest === null ? `use one of: ${known.join(', ')}` : `did you mean ${nearest}?`,
  );
}

/** The known name that is fewest edits away, if that is near enough to be meant. */
export function nearestOf(name: string, known: readonly string[]): string | null {
  const limit = name.length < 4 ? 1 : Math.max(2, Math.floor(name.length / 3));
  const [best] = known
    .map((candidate) => ({
      candidate,
      distance: editDistance(name.toLowerCase(), candidate.toLowerCase()),
    }))
    .filter(({ distance }) => distance <= limit)
    .toSorted((a, b) => a.distance - b.distance);
  return best?.candidate ?? null;
}

/** Levenshtein distance, one row of the table at a time. */
function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}

/** `90s`, `30m`, `24h`, `14d`, `500ms` → milliseconds. */
export function duration(limits: { readonly min?: string; readonly max?: string } = {}) {
  const { min = '0ms', max = '365d' } = limits;
  return z
    .unknown()
    .meta(durationForEditors(min, max))
    .transform((input, context) => {
      const refuse = (message: string, advice: string): never => {
        context.addIssue({ code: 'custom', message: advised(message, advice), input });
        return z.NEVER;
      };
      if (input === undefined) return refuse('is missing', 'add a duration, such as 30m');
      const value = millisecondsOf(input);
      if (value === null) {
        const what =
          typeof input === 'number' ? `is ${input}, which has no unit` : `is ${shown(input)}`;
        return refuse(what, 'write a duration such as 500ms, 90s, 30m, 24h or 14d');
      }
      if (value < (millisecondsOf(min) ?? 0))
        return refuse(`is ${shown(input)}`, `make it at least ${min}`);
      if (value > (millisecondsOf(max) ?? 0))
        return refuse(`is ${shown(input)}`, `make it at most ${max}`);
      return value;
    });
}

const durationPattern = String.raw`^\s*\d{1,9}(\.\d{1,3})?\s?(ms|s|m|h|d|w)\s*$`;

const durationForEditors = (min: string, max: string) => ({
  type: 'string',
  pattern: durationPattern,
  description: `a duration such as 90s, 30m or 14d, from ${min} to ${max}`,
});

function millisecondsOf(input: unknown): number | null {
  if (typeof input !== 'string') return null;
  const text = input.trim();
  if (!/^\d{1,9}(\.\d{1,3})?\s?(ms|s|m|h|d|w)$/.test(text)) return null;
  return Math.round(ms(text as ms.StringValue));
}

/** `1GB`, `500 MB` → bytes; 1 KB is 1024 bytes, as Windows counts. */
export const byteSize = z
  .unknown()
  .meta({
    type: 'string',
    pattern: String.raw`^\s*\d{1,6}\s?[KkMmGg][Bb]\s*$`,
    description: 'a size such as 500MB or 1GB',
  })
  .transform((input, context) => {
    const match = typeof input === 'string' ? /^(\d{1,6})\s?([KMG])B$/i.exec(input.trim()) : null;
    if (match === null) {
      const what = input === undefined ? 'is missing' : `is ${shown(input)}`;
      context.addIssue({
        code: 'custom',
        message: advised(what, 'write a size such as 500MB or 1GB'),
        input,
      });
      return z.NEVER;
    }
    const powers: { readonly [unit: string]: number } = { K: 1, M: 2, G: 3 };
    return Number(match[1]) * 1024 ** (powers[(match[2] ?? '').toUpperCase()] ?? 0);
  });

/** A text that must look like something; the pattern is explained, never shown. */
export const text = (pattern: RegExp, advice: string) =>
  z
    .string()
    .refine((value) => pattern.test(value), {
      error: (issue) => advised(`is ${shown(issue.input)}`, advice),
    })
    .meta({ pattern: pattern.source, description: advice });

/** A plain text of at most so many characters, without control characters. */
export const line = (max: number) =>
  // oxlint-disable-next-line no-control-regex -- they are what is refused
  text(
    new RegExp(`^[^\\u0000-\\u001f\\u007f]{1,${max}}$`),
    `write one line of 1 to ${max} characters`,
  );

export const whole = (min: number, max: number) =>
  z
    .int()
    .refine((value) => value >= min && value <= max, {
      error: (issue) =>
        advised(`is ${shown(issue.input)}`, `write a whole number from ${min} to ${max}`),
    })
    .meta({ minimum: min, maximum: max });

export const sha256 = text(
  /^[0-9a-fA-F]{64}$/,
  'write the SHA-256 of the file, 64 hex digits (certutil -hashfile FILE SHA256, or sha256sum FILE)',
).transform((value) => value.toLowerCase());

/** Regular expression for whole names. */
export const namePattern = z.string().check((context) => {
  const pattern = context.value;
  try {
    if (pattern.length > 0 && pattern.length <= 200) {
      new RegExp(pattern, 'i').test('');
      return;
    }
  } catch {
    // Said below.
  }
  context.issues.push({
    code: 'custom',
    input: pattern,
    message: advised(
      `is ${shown(pattern)}`,
      'write a regular expression for whole names, such as ^MSExchange.*',
    ),
  });
});
