import { z } from 'zod';

import { credentialRef } from './connection-fields.schema';
import { block, duration, line, text, whole } from './fields.schema';
import type { Comparison, Gate, GateCheck } from './gate';
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
import { advised, shown } from './parsed.schema';
import { commandLine, exitCodes } from './predicate.schema';

/** `gates:` of a plan as people write it. */

const host = text(hostIdPattern, 'write the name of a host of the fleet')
  .transform((name) => name as HostId)
  .nullable()
  .default(null);

const comparisonPattern =
  /^\s*(<=|>=|==|!=|<|>)\s*([-+]?\d{1,15}(?:\.\d{1,15})?(?:[eE][-+]?\d{1,2})?)\s*$/;

/** `"< 0.05"`: the measured value is on the left. */
const comparison = z
  .string()
  .meta({
    pattern: comparisonPattern.source,
    description: 'a comparison in quotes, such as "< 0.05"; the measured value is on the left',
  })
  .transform((written, context): Comparison => {
    const [, op, value] = comparisonPattern.exec(written) ?? [];
    if (op !== undefined) return { op: op as Comparison['op'], value: Number(value) };
    const message = advised(
      `is ${shown(written)}`,
      'write a comparison in quotes, such as "< 0.05"',
    );
    context.addIssue({ code: 'custom', message, input: written });
    return z.NEVER;
  });

const timeout = (usual: string) => duration({ min: '1s', max: '1h' }).prefault(usual);
const web = {
  url: line(2000),
  caFile: line(4000).nullable().default(null),
  credentialRef: credentialRef.nullable().default(null),
};

const checks = {
  command: block({
    run: commandLine,
    host,
    timeout: timeout('1m'),
    success: exitCodes.min(1).default([0]),
    inconclusive: exitCodes.default([]),
  }).transform(({ run, timeout: timeoutMs, ...rest }) => ({
    kind: 'command' as const,
    command: run,
    timeoutMs,
    ...rest,
  })),
  http: block({
    ...web,
    status: statusCodes.default([200]),
    contains: line(1000).nullable().default(null),
    timeout: timeout('10s'),
  }).transform(({ timeout: timeoutMs, ...rest }) => ({
    kind: 'http' as const,
    timeoutMs,
    ...rest,
  })),
  prometheus: block({
    ...web,
    query: z.string().min(1).max(4000),
    success: comparison.nullable().default(null),
    failure: comparison.nullable().default(null),
    timeout: timeout('30s'),
  }).transform(({ timeout: timeoutMs, ...rest }) => ({
    kind: 'prometheus' as const,
    timeoutMs,
    ...rest,
  })),
  events: block({
    channel,
    id: eventId,
    provider: line(255).nullable().default(null),
    host,
    within: duration({ min: '1s', max: `${longestDays}d` }),
    max: maxEvents.default(0),
    timeout: timeout('1m'),
  }).transform(({ id, within, timeout: timeoutMs, ...rest }) => ({
    kind: 'events' as const,
    eventId: id,
    withinMs: within,
    timeoutMs,
    ...rest,
  })),
};

type CheckName = keyof typeof checks;
const checkNames = Object.keys(checks) as CheckName[];

const gate = block({
  name: gateName,
  before: z.literal('wave').optional(),
  fromWave: whole(1, 1000).optional(),
  after: z.literal('host').optional(),
  command: checks.command.optional(),
  http: checks.http.optional(),
  prometheus: checks.prometheus.optional(),
  events: checks.events.optional(),
  count: whole(1, 1000).default(1),
  interval: duration({ min: '1s', max: '1d' }).prefault('30s'),
  initialDelay: duration({ max: '7d' }).prefault('0s'),
  failureLimit: whole(0, 1000).default(0),
  consecutiveErrorLimit: whole(0, 1000).default(4),
  inconclusiveLimit: whole(0, 1000).default(0),
})
  .meta({ oneOf: checkNames.map((name) => ({ required: [name] })) })
  .transform((raw, context): Gate => {
    const refuse = (path: readonly string[], message: string, advice: string): never => {
      context.addIssue({
        code: 'custom',
        message: advised(message, advice),
        path: [...path],
        input: raw,
      });
      return z.NEVER;
    };
    const given = checkNames.filter((name) => raw[name] !== undefined);
    const [name] = given;
    const check: GateCheck | undefined = name && raw[name];
    if (name === undefined || check === undefined || given.length > 1) {
      const what = name === undefined ? 'asks nothing' : 'asks in more than one way';
      return refuse([], what, `write one of ${checkNames.join(', ')}`);
    }
    const when = whenOf(raw);
    if (when === null) {
      return refuse(
        [],
        'does not say when it is asked',
        'write one of before: wave or after: host',
      );
    }
    const made: Gate = {
      name: raw.name,
      when,
      check,
      count: raw.count,
      intervalMs: raw.interval,
      initialDelayMs: raw.initialDelay,
      failureLimit: raw.failureLimit,
      consecutiveErrorLimit: raw.consecutiveErrorLimit,
      inconclusiveLimit: raw.inconclusiveLimit,
    };
    for (const { isOfCheck, field, message, advice } of problemsOfGate(made)) {
      refuse(isOfCheck ? [name, field === 'command' ? 'run' : field] : [field], message, advice);
    }
    return made;
  });

/** `fromWave: 2` alone says `before: wave` as well. Null: neither or both. */
function whenOf(raw: {
  readonly before?: 'wave' | undefined;
  readonly fromWave?: number | undefined;
  readonly after?: 'host' | undefined;
}): Gate['when'] | null {
  const isBefore = raw.before !== undefined || raw.fromWave !== undefined;
  if (isBefore === (raw.after !== undefined)) return null;
  return isBefore ? { before: 'wave', fromWave: raw.fromWave ?? 1 } : { after: 'host' };
}

/** `gates:` of a plan. */
export const planGates = z.array(gate).max(maxGates).superRefine(namedOnce);
