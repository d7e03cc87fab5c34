import { z } from 'zod';

import { block, line } from './fields.schema';
import { advised } from './parsed.schema';
import type { HostSelector } from './plan';

/** Which hosts a plan means, as people write it. */

const labels = z.record(line(255), line(255)).refine((value) => Object.keys(value).length > 0, {
  error: advised('names no label', 'write at least one, such as { role: exchange }'),
});

export const hostSelector = block({
  labels: labels.optional(),
  names: z.array(line(63)).min(1).max(100_000).optional(),
  all: z.literal(true).optional(),
})
  .meta({ minProperties: 1, maxProperties: 1 })
  .transform((value, context): HostSelector => {
    const given = Object.values(value).filter((one) => one !== undefined);
    if (given.length !== 1) {
      const what = given.length === 0 ? 'selects nothing' : 'selects in more than one way';
      const advice = 'write one of labels: { … }, names: [ … ] or all: true';
      context.addIssue({ code: 'custom', message: advised(what, advice), input: value });
      return z.NEVER;
    }
    if (value.labels !== undefined) return { kind: 'labels', labels: value.labels };
    if (value.names === undefined) return { kind: 'all' };
    const twice = value.names.findIndex((name, at) => value.names?.indexOf(name) !== at);
    if (twice >= 0) {
      const message = advised('names the host a second time', 'remove one of the two');
      context.addIssue({ code: 'custom', message, path: ['names', twice], input: value });
    }
    return { kind: 'names', names: value.names };
  });
