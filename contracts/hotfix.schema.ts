import { z } from 'zod';

import { usualActions } from './earlier-hotfix';
import { block, byteSize, duration, line, namePattern, text, whole } from './fields.schema';
import type { FallbackAction, Hotfix } from './hotfix';
import { advised, type Parsed, parseWith } from './parsed.schema';
import type { Predicate } from './predicate';
import {
  commandLine,
  exitCodes as codes,
  hostPath,
  predicate,
  registryKey,
  registryValue,
  serviceName,
} from './predicate.schema';
import { symptom } from './symptom.schema';

/** The YAML of a hotfix definition, checked, and made into what the rest of the program knows. */

export const hotfixId = text(
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/,
  'write a name of letters, digits, dots and hyphens, such as KB3004383',
);

const version = text(/^\d{1,9}(\.\d{1,9}){0,5}$/, 'write a dotted version in numbers');
const kbNumber = text(/^KB\d{5,8}$/, 'write the number of a KB article, such as KB4474419');

const applicability = block({
  os: block({
    version: text(/^\d{1,3}\.\d{1,3}\.\d{1,6}$/, 'write major.minor.build, such as 6.1.7601'),
    servicePack: whole(0, 99),
    servicePackKb: kbNumber.exactOptional(),
    architectures: z.array(z.enum(['x86', 'x64', 'ia64'])).min(1),
    productTypes: z.array(z.enum(['workstation', 'domain-controller', 'server'])).min(1),
  }),
  when: predicate.nullable().default(null),
  prerequisites: z
    .array(block({ name: line(100), kb: kbNumber, when: predicate }))
    .max(20)
    .default([]),
});

const affected = block({ rule: predicate, suspect: predicate.nullable().default(null) });

const corroboration = z
  .array(block({ name: line(200), when: predicate }))
  .max(20)
  .default([]);

export const exitCodeMeanings = z.enum([
  'done',
  'reboot-needed',
  'rebooting',
  'already-there',
  'not-applicable',
  'retry-after-reboot',
  'retry-later',
  'needs-a-person',
]);

/** Signed, unsigned or hex, as people find them in logs. */
const exitCode = z
  .string()
  .refine((code) => /^(-?\d{1,10}|0x[0-9a-fA-F]{1,8})$/.test(code) && isInt32(Number(code)), {
    error: advised('is no exit code', 'write 32 bits as 3010, -2146498530 or "0x800F081E"'),
  });
const isInt32 = (code: number): boolean => code >= -0x8000_0000 && code <= 0xffff_ffff;

const install = block({
  packageIdentity: line(200),
  timeout: duration({ min: '1s', max: '24h' }).prefault('1h'),
  freeSpace: byteSize.prefault('1GB'),
  reboot: z.enum(['required', 'if-requested', 'none']).default('required'),
  exitCodes: z
    .record(exitCode, block({ meaning: exitCodeMeanings, message: line(300) }))
    .default({}),
});

const verification = block({
  files: z
    .array(block({ path: hostPath, atLeast: version }))
    .max(20)
    .default([]),
  settle: duration({ max: '24h' }).prefault('60s'),
  quietFor: duration({ max: '24h' }).optional(),
});

const action = z.union([
  z.enum(['restart-services', 'recycle-pools']).transform((kind): FallbackAction => ({ kind })),
  block({
    setRegistry: block({
      key: registryKey,
      value: registryValue,
      data: z.union([whole(0, 4_294_967_295), line(1000)]),
    }),
  }).transform(({ setRegistry }): FallbackAction => ({ kind: 'set-registry', ...setRegistry })),
  block({
    deleteRegistry: block({ key: registryKey, value: registryValue }),
  }).transform(({ deleteRegistry }): FallbackAction => ({
    kind: 'delete-registry',
    ...deleteRegistry,
  })),
  block({
    stopService: block({ name: serviceName, disable: z.boolean().default(false) }),
  }).transform(({ stopService }): FallbackAction => ({ kind: 'stop-service', ...stopService })),
  block({
    runCommand: block({
      command: commandLine,
      timeout: duration({ min: '1s', max: '1h' }).prefault('5m'),
      done: codes.min(1).default([0]),
    }),
  }).transform(({ runCommand: { timeout, ...run } }): FallbackAction => ({
    kind: 'run-command',
    ...run,
    timeoutMs: timeout,
  })),
]);

const fallback = block({
  services: z.array(namePattern).max(100),
  watchdogs: z.array(line(255)).max(20).default([]),
  root: line(255).nullable().default(null),
  appPools: z.array(namePattern).max(100).default([]),
  applications: z.array(namePattern).max(100).default([]),
  actions: z
    .array(action)
    .min(1)
    .max(50)
    .default([...usualActions]),
  stopTimeout: duration({ min: '1s', max: '1h' }).prefault('3m'),
  startTimeout: duration({ min: '1s', max: '1h' }).prefault('3m'),
  observe: duration({ max: '24h' }).prefault('60s'),
});

export const hotfixSchema = block({
  id: hotfixId,
  title: line(200),
  reference: line(500).optional(),
  applicability,
  symptom: symptom.nullable().default(null),
  affected,
  corroboration,
  install,
  verification,
  fallback,
}).superRefine((hotfix, context) => {
  if (hotfix.symptom !== null) return;
  const refuse = (path: (string | number)[], message: string, advice: string): void =>
    context.addIssue({ code: 'custom', path, message: advised(message, advice), input: null });
  const missing = 'asks for events, but the definition has no symptom';
  const advice = 'add symptom: with the event, or ask for something else';
  if (asksForEvents(hotfix.affected.rule)) refuse(['affected', 'rule'], missing, advice);
  const { suspect } = hotfix.affected;
  if (suspect !== null && asksForEvents(suspect)) refuse(['affected', 'suspect'], missing, advice);
  if ((hotfix.verification.quietFor ?? 0) > 0) {
    const message = 'waits for a symptom, but the definition has none';
    refuse(['verification', 'quietFor'], message, 'add symptom:, or remove it');
  }
});

const asksForEvents = (one: Predicate): boolean =>
  'of' in one ? one.of.some(asksForEvents) : one.kind === 'events';

/** Longer than the 15 minutes in which Exchange says a thing once. */
const usualQuietForMs = 20 * 60_000;

/** Hotfix definition as read from YAML → definition with milliseconds, bytes and defaults. */
export function parseHotfix(raw: unknown): Parsed<Hotfix> {
  const parsed = parseWith(hotfixSchema, raw);
  return parsed.ok ? { ok: true, value: resolve(parsed.value) } : parsed;
}

function resolve(raw: z.output<typeof hotfixSchema>): Hotfix {
  const { timeout, freeSpace, exitCodes, ...installer } = raw.install;
  const { stopTimeout, startTimeout, observe, ...fallBack } = raw.fallback;
  return {
    id: raw.id,
    title: raw.title,
    ...(raw.reference !== undefined && { reference: raw.reference }),
    applicability: raw.applicability,
    symptom: raw.symptom,
    affected: raw.affected,
    corroboration: raw.corroboration,
    install: {
      ...installer,
      timeoutMs: timeout,
      freeBytes: freeSpace,
      exitCodes: Object.fromEntries(
        Object.entries(exitCodes).map(([code, meaning]) => [String(Number(code) >>> 0), meaning]),
      ),
    },
    verification: {
      files: raw.verification.files,
      settleMs: raw.verification.settle,
      quietForMs: raw.verification.quietFor ?? (raw.symptom === null ? 0 : usualQuietForMs),
    },
    fallback: {
      ...fallBack,
      stopTimeoutMs: stopTimeout,
      startTimeoutMs: startTimeout,
      observeMs: observe,
    },
  };
}
