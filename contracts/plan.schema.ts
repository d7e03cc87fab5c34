import { z } from 'zod';

import { block, duration, line, text, whole } from './fields.schema';
import { hotfixId } from './hotfix.schema';
import { planPackage } from './package.schema';
import { advised, type Parsed, parseWith, shown } from './parsed.schema';
import type { CountOrPercent, HostSelector, Plan } from './plan';

/** The YAML of a plan, checked, and made into a plan with every default filled in. */

/** A plan that names a guard which does not hold would be worse than one without. */
const notYet = {
  window: 'remove it and start the rollout inside the window yourself',
  blackoutWindows: 'remove it and do not start rollouts in that time',
  approvals: 'remove it and have the change approved before you start',
  gates: 'remove it and look at the health of the service between waves (pause: {})',
};

const isPercent = (value: unknown): value is `${number}%` =>
  typeof value === 'string' && /^([1-9]\d?|100)%$/.test(value);
const isCount = (value: unknown, min: number): value is number =>
  Number.isInteger(value) && Number(value) >= min && Number(value) <= 100_000;

const countOrPercentForEditors = (min: number) => ({
  anyOf: [
    { type: 'integer', minimum: min, maximum: 100_000 },
    { type: 'string', pattern: String.raw`^([1-9]\d?|100)%$` },
  ],
  description: 'a count, or a percentage in quotes such as "20%"',
});

const countOrPercent = (min: number) =>
  z
    .custom<CountOrPercent>((value) => isCount(value, min) || isPercent(value), {
      error: ({ input }) => {
        const advice = `write a count from ${min}, or a percentage from "1%" to "100%"`;
        return advised(input === undefined ? 'is missing' : `is ${shown(input)}`, advice);
      },
    })
    .meta(countOrPercentForEditors(min));

const labels = z.record(line(255), line(255)).refine((value) => Object.keys(value).length > 0, {
  error: advised('names no label', 'write at least one, such as { role: exchange }'),
});

const hosts = block({
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

const hook = block({
  command: line(4000),
  timeout: duration({ min: '1s', max: '24h' }).prefault('10m'),
}).transform(({ command, timeout }) => ({ command, timeoutMs: timeout }));

const pause = block({ duration: duration().optional() }).transform(({ duration: soak }) =>
  soak === undefined ? ('until-resumed' as const) : { durationMs: soak },
);

const serial = z
  .preprocess(
    (value) => (typeof value === 'number' || typeof value === 'string' ? [value] : value),
    z.array(countOrPercent(1)).min(1).max(1000),
  )
  .meta({
    anyOf: [
      countOrPercentForEditors(1),
      { type: 'array', items: countOrPercentForEditors(1), minItems: 1, maxItems: 1000 },
    ],
  });

/** Keys of sets; also checked against the fleet when the plan is resolved. */
export const setName = text(
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
  'write a name of letters, digits, dots and hyphens',
);

export const changeId = text(
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
  'write the number of the change: letters, digits, dots and hyphens, at most 64',
);

export const planSchema = block(
  {
    change: changeId,
    hotfix: hotfixId,
    package: planPackage.nullable().default(null),
    hosts,
    scope: z.enum(['affected', 'applicable']).default('affected'),
    serial: serial.default([1, '20%']),
    pause: pause.nullable().default(null),
    maxConcurrency: whole(1, 1000).default(25),
    maxErrors: countOrPercent(0).default(0),
    maxConsecutiveErrors: whole(0, 100_000).nullable().default(null),
    maxUnassessed: countOrPercent(0).default('5%'),
    countMitigated: z.boolean().default(true),
    availabilitySets: z.record(setName, block({ maxUnavailable: whole(1, 100_000) })).default({}),
    reboot: block({
      timeout: duration({ min: '1s', max: '24h' }).prefault('30m'),
      maxReboots: whole(0, 10).default(1),
      maxOwn: whole(0, 10).default(2),
    }).prefault({}),
    pendingReboot: z.enum(['refuse', 'reboot-first']).default('refuse'),
    fallback: block({
      when: z.array(z.enum(['apply', 'reboot', 'verify'])).default(['apply', 'reboot', 'verify']),
      endStuckServices: z.boolean().default(false),
    }).prefault({}),
    rollback: z.boolean().default(false),
    onSuspect: z.enum(['hold', 'skip', 'treat-as-affected']).default('hold'),
    holdTimeout: duration({ min: '1s' }).prefault('24h'),
    takenRetry: duration({ min: '1s', max: '1d' }).prefault('1m'),
    unreachableAfter: duration({ min: '1s', max: '1d' }).prefault('5m'),
    hooks: block({
      drain: hook.nullable().default(null),
      restore: hook.nullable().default(null),
    }).prefault({}),
    rehearsal: block({
      settle: duration({ max: '24h' }).optional(),
      observe: duration({ max: '24h' }).optional(),
      quietFor: duration({ max: '24h' }).optional(),
    }).prefault({}),
  },
  notYet,
).superRefine(({ pendingReboot, rollback, reboot }, context) => {
  const needed = 1 + Number(pendingReboot === 'reboot-first') + Number(rollback);
  if (needed === 1 || reboot.maxReboots >= needed) return;
  const why = [
    ...(pendingReboot === 'reboot-first' ? ['pendingReboot: reboot-first'] : []),
    ...(rollback ? ['rollback: true'] : []),
  ].join(' and ');
  const message = `allows ${reboot.maxReboots}, but ${why} may need ${needed} reboots of a host`;
  context.addIssue({
    code: 'custom',
    path: ['reboot', 'maxReboots'],
    message: advised(message, `make it at least ${needed}`),
    input: reboot.maxReboots,
  });
});

/** Plan as read from YAML → plan with milliseconds and defaults. */
export function parsePlan(raw: unknown): Parsed<Plan> {
  const parsed = parseWith(planSchema, raw);
  return parsed.ok ? { ok: true, value: resolve(parsed.value) } : parsed;
}

function resolve(raw: z.output<typeof planSchema>): Plan {
  return {
    change: raw.change,
    hotfix: raw.hotfix,
    package: raw.package,
    hosts: raw.hosts,
    policy: {
      scope: raw.scope,
      serial: raw.serial,
      pause: raw.pause,
      maxConcurrency: raw.maxConcurrency,
      maxErrors: raw.maxErrors,
      maxConsecutiveErrors: raw.maxConsecutiveErrors,
      maxUnassessed: raw.maxUnassessed,
      countMitigated: raw.countMitigated,
      onSuspect: raw.onSuspect,
      holdTimeoutMs: raw.holdTimeout,
      takenRetryMs: raw.takenRetry,
    },
    hostPolicy: {
      reboot: {
        timeoutMs: raw.reboot.timeout,
        maxReboots: raw.reboot.maxReboots,
        maxOwn: raw.reboot.maxOwn,
      },
      fallback: {
        when: [...new Set(raw.fallback.when)],
        endStuck: raw.fallback.endStuckServices,
      },
      pendingReboot: raw.pendingReboot,
      rollback: raw.rollback,
      hooks: raw.hooks,
      unreachableAfterMs: raw.unreachableAfter,
      settleMs: raw.rehearsal.settle ?? null,
      observeMs: raw.rehearsal.observe ?? null,
      quietForMs: raw.rehearsal.quietFor ?? null,
    },
    availabilitySets: raw.availabilitySets,
  };
}
