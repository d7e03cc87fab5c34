import { z } from 'zod';

import { currentHotfix } from './earlier-hotfix';
import { block, line, namePattern, whole } from './fields.schema';
import { exitCodeMeanings, hotfixId } from './hotfix.schema';
import type { Predicate } from './predicate';

/** A hotfix definition as it crosses a process boundary: everything is spelt out, nothing has a default. */

const milliseconds = whole(0, 365 * 86_400_000);
const field = whole(0, 63);
const anyNumber = z.number();
const presence = block({ is: z.enum(['present', 'absent']) });
const texts = { atLeast: line(60), below: line(60) };

const predicate: z.ZodType<Predicate> = z.lazy(() =>
  z.union([
    block({ kind: z.enum(['all', 'any', 'none']), of: z.array(predicate).min(1).max(30) }),
    block({ kind: z.literal('events'), coverage: z.enum(['all', 'some']) }),
    block({
      kind: z.literal('registry'),
      key: line(255),
      value: line(255).nullable(),
      test: z.union([
        presence,
        block({ equals: z.union([anyNumber, line(1000)]) }),
        block({ atLeast: anyNumber }),
        block({ below: anyNumber }),
      ]),
    }),
    block({
      kind: z.literal('service'),
      name: line(256),
      is: z.enum(['present', 'absent', 'running', 'stopped', 'disabled', 'automatic']),
    }),
    block({
      kind: z.literal('file'),
      path: line(255),
      test: z.union([presence, block({ atLeast: texts.atLeast }), block({ below: texts.below })]),
    }),
    block({
      kind: z.literal('package'),
      identity: line(200),
      is: z.enum(['installed', 'pending', 'absent']),
    }),
    block({ kind: z.literal('product'), name: line(100), keys: z.array(line(255)).min(1).max(10) }),
    block({
      kind: z.literal('counter'),
      class: line(128),
      instance: line(255).nullable(),
      property: line(128),
      test: z.union([block({ atLeast: anyNumber }), block({ below: anyNumber })]),
    }),
    block({
      kind: z.literal('command'),
      command: line(4000),
      timeoutMs: milliseconds,
      yes: z.array(z.int()).min(1).max(20),
      no: z.array(z.int()).max(20),
    }),
  ]),
);

const symptom = block({
  log: line(255),
  provider: line(255),
  event: block({
    eventId: whole(1, 65_535),
    code: block({
      field,
      value: line(8),
      otherProblems: z.record(line(8), line(100)),
    }).nullable(),
    serverField: field.nullable(),
    process: block({ nameField: field, pidField: field }).nullable(),
  }),
  servers: block({
    eventId: whole(1, 65_535),
    inSiteField: field,
    outOfSiteField: field,
  }).nullable(),
  domainControllers: z.array(line(255)).max(200),
  logPeriodMs: milliseconds,
  burstMs: milliseconds,
  lookbackMs: milliseconds,
  minimumEvents: whole(1, 1000),
  minimumServers: whole(1, 1000),
  minimumProcesses: whole(1, 1000),
  logging: block({
    key: line(255),
    valueEndsWith: line(255),
    atLeast: whole(0, 10),
    defaultLevel: whole(0, 10),
  }).nullable(),
});

const fallbackAction = z.union([
  block({ kind: z.literal('restart-services') }),
  block({ kind: z.literal('recycle-pools') }),
  block({
    kind: z.literal('set-registry'),
    key: line(255),
    value: line(255),
    data: z.union([z.int(), line(1000)]),
  }),
  block({ kind: z.literal('delete-registry'), key: line(255), value: line(255) }),
  block({ kind: z.literal('stop-service'), name: line(256), disable: z.boolean() }),
  block({
    kind: z.literal('run-command'),
    command: line(4000),
    timeoutMs: milliseconds,
    done: z.array(z.int()).min(1).max(20),
  }),
]);

const hotfix = block({
  id: hotfixId,
  title: line(200),
  reference: line(500).exactOptional(),
  applicability: block({
    os: block({
      version: line(20),
      servicePack: whole(0, 99),
      servicePackKb: line(60).exactOptional(),
      architectures: z.array(z.enum(['x86', 'x64', 'ia64'])).min(1),
      productTypes: z.array(z.enum(['workstation', 'domain-controller', 'server'])).min(1),
    }),
    when: predicate.nullable(),
    prerequisites: z.array(block({ name: line(100), kb: line(60), when: predicate })).max(20),
  }),
  symptom: symptom.nullable(),
  affected: block({ rule: predicate, suspect: predicate.nullable() }),
  corroboration: z.array(block({ name: line(200), when: predicate })).max(20),
  install: block({
    packageIdentity: line(200),
    timeoutMs: milliseconds,
    freeBytes: whole(0, Number.MAX_SAFE_INTEGER),
    reboot: z.enum(['required', 'if-requested', 'none']),
    exitCodes: z.record(
      z.string().regex(/^\d{1,10}$/),
      block({ meaning: exitCodeMeanings, message: line(300) }),
    ),
  }),
  verification: block({
    files: z.array(block({ path: line(255), atLeast: line(60) })).max(20),
    settleMs: milliseconds,
    quietForMs: milliseconds,
  }),
  fallback: block({
    services: z.array(namePattern).max(100),
    watchdogs: z.array(line(255)).max(20),
    root: line(255).nullable(),
    appPools: z.array(namePattern).max(100),
    applications: z.array(namePattern).max(100),
    actions: z.array(fallbackAction).max(50),
    stopTimeoutMs: milliseconds,
    startTimeoutMs: milliseconds,
    observeMs: milliseconds,
  }),
});

/** What an earlier release wrote is read too. */
export const resolvedHotfix = z.preprocess(currentHotfix, hotfix);
