import { z } from 'zod';

import { block, line } from './fields.schema';
import { advised } from './parsed.schema';
import type { HostSelector, PlanOrder } from './plan';
import { hostSelector } from './selector.schema';

/** `order:` of a plan: which hosts wait for which. */

const { $schema: _, ...selectorForEditors } = z.toJSONSchema(hostSelector, {
  io: 'input',
  unrepresentable: 'any',
});

/** Not a union: of a selector that is wrong, zod would then say no more than that nothing fits. */
const selectorOrOthers = z
  .unknown()
  .meta({
    anyOf: [{ const: 'others' }, selectorForEditors],
    description:
      'hosts, or others: all hosts of the plan that are not among the hosts of this rule',
  })
  .transform((value, context): HostSelector | 'all-others' => {
    if (value === 'others') return 'all-others';
    const parsed = hostSelector.safeParse(value, { reportInput: true });
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) context.issues.push(issue as z.core.$ZodRawIssue);
    return z.NEVER;
  });

const rule = block({
  hosts: hostSelector,
  after: selectorOrOthers.optional(),
  notWhile: hostSelector.optional(),
  within: line(255).optional(),
}).transform((value, context): PlanOrder => {
  const { hosts, after = null, notWhile = null, within = null } = value;
  if (after === null && notWhile === null) {
    const advice = 'add after: or notWhile: with the hosts that matter';
    context.addIssue({ code: 'custom', message: advised('orders nothing', advice), input: value });
  }
  return { hosts, after, notWhile, within };
});

export const planOrder = z.array(rule).max(100);
