import { z } from 'zod';

import { block, whole } from './fields.schema';
import { advised } from './parsed.schema';
import type { SetLimit } from './plan';

/** How many members of an availability set may be down, in either of the two ways to say it. */

export const setLimitFields = {
  maxUnavailable: whole(1, 100_000).optional(),
  minAvailable: whole(1, 100_000).optional(),
};

interface RawLimit {
  readonly maxUnavailable?: number | undefined;
  readonly minAvailable?: number | undefined;
}

/** Null: neither is given. */
export function setLimitOf({ maxUnavailable, minAvailable }: RawLimit): SetLimit | null {
  if (minAvailable !== undefined) return { minAvailable };
  return maxUnavailable === undefined ? null : { maxUnavailable };
}

export const givesBoth = {
  error: advised('says both maxUnavailable and minAvailable', 'remove one of the two'),
};

export const givesOneAtMost = (raw: RawLimit): boolean =>
  raw.maxUnavailable === undefined || raw.minAvailable === undefined;

/** `{ maxUnavailable: 1 }` or `{ minAvailable: 2 }`. */
export const setLimit = block(setLimitFields)
  .meta({ minProperties: 1, maxProperties: 1 })
  .refine(givesOneAtMost, givesBoth)
  .transform((raw, context): SetLimit => {
    const limit = setLimitOf(raw);
    if (limit !== null) return limit;
    const advice = 'write { maxUnavailable: 1 } or { minAvailable: 2 }';
    context.addIssue({ code: 'custom', message: advised('gives no limit', advice), input: raw });
    return z.NEVER;
  });
