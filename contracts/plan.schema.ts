import { z } from 'zod';

import { block, duration, line, text, whole } from './fields.schema';
import { planGates } from './gate.schema';
import { hotfixId } from './hotfix.schema';
import type { ApprovalPolicy } from './identity';
import { hostId, hostIdPattern } from './ids';
import { notifyList } from './notification.schema';
import { planOrder } from './order.schema';
import { planPackage } from './package.schema';
import { advised, type Parsed, parseWith, shown } from './parsed.schema';
import type { CountOrPercent, Hook, HostPolicy, Plan, RolloutPolicy } from './plan';
import { hostSelector } from './selector.schema';
import { setLimit } from './set-limit.schema';
import type { Calendar } from './window';
import { calendarOf, planBlackouts, planWindows } from './window.schema';

/** The YAML of a plan, checked, and made into a plan with every default filled in. */

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

const hook = block({
  command: line(4000),
  timeout: duration({ min: '1s', max: '24h' }).prefault('10m'),
  /** Management host on which it runs. */
  on: text(hostIdPattern, 'write the name of a host of the fleet').optional(),
}).transform(({ command, timeout, on }): Hook => ({
  command,
  timeoutMs: timeout,
  ...(on === undefined ? {} : { on: hostId(on) }),
}));

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

/** Of the floor that a window is measured with, when the plan does not say one. */
const hostDurationMs = 30 * 60_000;

const approvals = block({
  minApprovals: whole(1, 10).default(1),
  ttl: duration({ min: '1s', max: '365d' }).prefault('7d'),
  identity: z.enum(['asserted', 'authenticated']).default('asserted'),
}).transform(({ minApprovals, ttl, identity }): ApprovalPolicy => ({
  minApprovals,
  ttlMs: ttl,
  identity,
}));

/** Keys of sets; also checked against the fleet when the plan is resolved. */
export const setName = text(
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
  'write a name of letters, digits, dots and hyphens',
);

export const changeId = text(
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
  'write the number of the change: letters, digits, dots and hyphens, at most 64',
);

export const planSchema = block({
  change: changeId,
  hotfix: hotfixId,
  package: planPackage.nullable().default(null),
  hosts: hostSelector,
  scope: z.enum(['affected', 'applicable']).default('affected'),
  serial: serial.default([1, '20%']),
  pause: pause.nullable().default(null),
  maxConcurrency: whole(1, 1000).default(25),
  maxErrors: countOrPercent(0).default(0),
  maxConsecutiveErrors: whole(0, 100_000).nullable().default(null),
  maxUnassessed: countOrPercent(0).default('5%'),
  countMitigated: z.boolean().default(true),
  availabilitySets: z.record(setName, setLimit).default({}),
  order: planOrder.default([]),
  approvals: approvals.optional(),
  window: planWindows.optional(),
  blackoutWindows: planBlackouts.optional(),
  gates: planGates.default([]),
  notify: notifyList.default([]),
  hostDuration: duration({ min: '1s', max: '7d' }).optional(),
  stageAhead: z.boolean().default(false),
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
    priorState: hook.nullable().default(null),
    drain: hook.nullable().default(null),
    restore: hook.nullable().default(null),
  }).prefault({}),
  rehearsal: block({
    settle: duration({ max: '24h' }).optional(),
    observe: duration({ max: '24h' }).optional(),
    quietFor: duration({ max: '24h' }).optional(),
  }).prefault({}),
})
  .superRefine(({ stageAhead, window }, context) => {
    if (!stageAhead || window !== undefined) return;
    const message = advised('needs a window to be ahead of', 'add window:, or remove it');
    context.addIssue({ code: 'custom', path: ['stageAhead'], message, input: stageAhead });
  })
  .superRefine(({ pendingReboot, rollback, reboot }, context) => {
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

type RawPlan = z.output<typeof planSchema>;

/** Plan as read from YAML → plan with milliseconds and defaults. */
export function parsePlan(raw: unknown): Parsed<Plan> {
  const parsed = parseWith(planSchema, raw);
  return parsed.ok ? { ok: true, value: resolve(parsed.value) } : parsed;
}

/** Left out where nothing depends on it: such plans keep the hash that they had when there were no windows. */
function windowPolicy(
  { hostDuration, stageAhead }: RawPlan,
  calendar: Calendar | null,
): Pick<RolloutPolicy, 'hostDurationMs' | 'stageAhead'> {
  const floor = hostDuration ?? (calendar === null ? undefined : hostDurationMs);
  return {
    ...(floor !== undefined && { hostDurationMs: floor }),
    ...(stageAhead && { stageAhead }),
  };
}

/** An empty block of blackouts says no more than none. */
function calendarIn({ window, blackoutWindows }: RawPlan): Calendar | null {
  const isEmpty = Object.keys(blackoutWindows ?? {}).length === 0;
  return calendarOf(window, isEmpty ? undefined : blackoutWindows);
}

/** A plan that asks for no prior state keeps the hash that it had when none could be asked for. */
const hooksOf = ({ priorState, drain, restore }: RawPlan['hooks']): HostPolicy['hooks'] => ({
  ...(priorState === null ? {} : { priorState }),
  drain,
  restore,
});

function resolve(raw: RawPlan): Plan {
  const calendar = calendarIn(raw);
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
      ...windowPolicy(raw, calendar),
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
      hooks: hooksOf(raw.hooks),
      unreachableAfterMs: raw.unreachableAfter,
      settleMs: raw.rehearsal.settle ?? null,
      observeMs: raw.rehearsal.observe ?? null,
      quietForMs: raw.rehearsal.quietFor ?? null,
    },
    availabilitySets: raw.availabilitySets,
    approvals: raw.approvals ?? null,
    calendar,
    order: raw.order,
    gates: raw.gates,
    notify: raw.notify,
  };
}
