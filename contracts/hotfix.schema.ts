import { z } from 'zod';

import { block, byteSize, duration, line, namePattern, text, whole } from './fields.schema';
import type { Hotfix } from './hotfix';
import { advised, type Parsed, parseWith } from './parsed.schema';

/** The YAML of a hotfix definition, checked, and made into what the rest of the program knows. */

export const hotfixId = text(
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/,
  'write a name of letters, digits, dots and hyphens, such as KB3004383',
);

const hexCode = text(/^[0-9A-F]{1,8}$/, 'write upper-case hex without 0x, in quotes, such as "55"');
const field = whole(0, 63);
const eventId = whole(1, 65_535);
const version = text(/^\d{1,9}(\.\d{1,9}){0,5}$/, 'write a dotted version in numbers');

const applicability = block({
  os: block({
    version: text(/^\d{1,3}\.\d{1,3}\.\d{1,6}$/, 'write major.minor.build, such as 6.1.7601'),
    servicePack: whole(0, 99),
    architectures: z.array(z.enum(['x86', 'x64', 'ia64'])).min(1),
    productTypes: z.array(z.enum(['workstation', 'domain-controller', 'server'])).min(1),
  }),
});

const affected = block({
  kind: z.literal('event-burst'),
  log: line(255),
  provider: line(255),
  symptom: block({
    eventId,
    processField: field,
    pidField: field,
    serverField: field,
    codeField: field,
    code: hexCode,
    otherProblems: z.record(hexCode, line(100)).default({}),
  }),
  servers: block({ eventId, inSiteField: field, outOfSiteField: field }),
  domainControllers: z.array(line(255)).max(200).default([]),
  burst: duration({ min: '1s', max: '1d' }),
  lookback: duration({ min: '1m', max: '365d' }),
  minimumServers: whole(1, 1000).default(2),
  minimumProcesses: whole(1, 1000).default(2),
  logging: block({
    key: line(255),
    valueEndsWith: line(255),
    atLeast: whole(0, 10),
    defaultLevel: whole(0, 10),
  }),
});

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
    .array(block({ path: line(255), atLeast: version }))
    .max(20)
    .default([]),
  settle: duration({ max: '24h' }).prefault('60s'),
});

const fallback = block({
  services: z.array(namePattern).max(100),
  watchdogs: z.array(line(255)).max(20).default([]),
  root: line(255).nullable().default(null),
  appPools: z.array(namePattern).max(100).default([]),
  observe: duration({ max: '24h' }).prefault('60s'),
});

export const hotfixSchema = block({
  id: hotfixId,
  title: line(200),
  reference: line(500).optional(),
  applicability,
  affected,
  install,
  verification,
  fallback,
}).refine(({ affected: rule }) => rule.burst <= rule.lookback, {
  path: ['affected', 'burst'],
  error: advised('is longer than the lookback', 'make burst shorter or lookback longer'),
});

/** Hotfix definition as read from YAML → definition with milliseconds, bytes and defaults. */
export function parseHotfix(raw: unknown): Parsed<Hotfix> {
  const parsed = parseWith(hotfixSchema, raw);
  return parsed.ok ? { ok: true, value: resolve(parsed.value) } : parsed;
}

function resolve(raw: z.output<typeof hotfixSchema>): Hotfix {
  const { burst, lookback, ...rule } = raw.affected;
  const { timeout, freeSpace, exitCodes, ...installer } = raw.install;
  return {
    id: raw.id,
    title: raw.title,
    ...(raw.reference !== undefined && { reference: raw.reference }),
    applicability: raw.applicability,
    affected: { ...rule, burstMs: burst, lookbackMs: lookback },
    install: {
      ...installer,
      timeoutMs: timeout,
      freeBytes: freeSpace,
      exitCodes: Object.fromEntries(
        Object.entries(exitCodes).map(([code, meaning]) => [String(Number(code) >>> 0), meaning]),
      ),
    },
    verification: { files: raw.verification.files, settleMs: raw.verification.settle },
    fallback: {
      services: raw.fallback.services,
      watchdogs: raw.fallback.watchdogs,
      root: raw.fallback.root,
      appPools: raw.fallback.appPools,
      observeMs: raw.fallback.observe,
    },
  };
}
