import { z } from 'zod';

import { credentialRef } from './connection-fields.schema';
import { block, line, whole } from './fields.schema';
import {
  channel,
  eventId,
  gateName,
  longestDays,
  maxEvents,
  maxGates,
  namedOnce,
  statusCodes,
} from './gate-fields.schema';
import { problemsOfGate } from './gate-rules.schema';
import { type HostId, hostIdPattern } from './ids';
import { advised } from './parsed.schema';
import { commandLine, exitCodes } from './predicate.schema';

/** Gates as they cross a process boundary: everything is spelt out, nothing has a default. */

const day = 86_400_000;

const milliseconds = (max: number) => whole(0, max);
const timeoutMs = whole(1000, 3_600_000);
const hostField = z
  .custom<HostId>((value) => typeof value === 'string' && hostIdPattern.test(value))
  .nullable();
const comparisonField = block({
  op: z.enum(['<', '<=', '>', '>=', '==', '!=']),
  value: z.number(),
}).nullable();
const webFields = {
  url: line(2000),
  timeoutMs,
  caFile: line(4000).nullable(),
  credentialRef: credentialRef.nullable(),
};

const resolvedCheck = z.discriminatedUnion('kind', [
  block({
    kind: z.literal('command'),
    command: commandLine,
    host: hostField,
    timeoutMs,
    success: exitCodes.min(1),
    inconclusive: exitCodes,
  }),
  block({
    kind: z.literal('http'),
    ...webFields,
    status: statusCodes,
    contains: line(1000).nullable(),
  }),
  block({
    kind: z.literal('prometheus'),
    ...webFields,
    query: z.string().min(1).max(4000),
    success: comparisonField,
    failure: comparisonField,
  }),
  block({
    kind: z.literal('events'),
    host: hostField,
    channel,
    eventId,
    provider: line(255).nullable(),
    withinMs: milliseconds(longestDays * day),
    max: maxEvents,
    timeoutMs,
  }),
]);

const gateField = block({
  name: gateName,
  when: z.union([
    block({ before: z.literal('wave'), fromWave: whole(1, 1000) }),
    block({ after: z.literal('host') }),
  ]),
  check: resolvedCheck,
  count: whole(1, 1000),
  intervalMs: milliseconds(day),
  initialDelayMs: milliseconds(7 * day),
  failureLimit: whole(0, 1000),
  consecutiveErrorLimit: whole(0, 1000),
  inconclusiveLimit: whole(0, 1000),
}).superRefine((one, context) => {
  for (const { isOfCheck, field, message, advice } of problemsOfGate(one)) {
    const path = isOfCheck ? ['check', field] : [field];
    context.addIssue({ code: 'custom', message: advised(message, advice), path, input: one });
  }
});

/** Gates of a preview. */
export const gateFields = z.array(gateField).max(maxGates).superRefine(namedOnce);
