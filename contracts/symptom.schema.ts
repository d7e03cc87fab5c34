import { z } from 'zod';

import { block, duration, line, text, whole } from './fields.schema';
import type { SymptomPattern } from './hotfix';
import { advised } from './parsed.schema';
import { registryKey } from './predicate.schema';

/** `symptom:` of a hotfix definition: the event by which the problem shows. */

const hexCode = text(/^[0-9A-F]{1,8}$/, 'write upper-case hex without 0x, in quotes, such as "55"');
const field = whole(0, 63);
const eventId = whole(1, 65_535);

const event = block({
  eventId,
  code: block({
    field,
    value: hexCode,
    otherProblems: z.record(hexCode, line(100)).default({}),
  })
    .nullable()
    .default(null),
  serverField: field.nullable().default(null),
  process: block({ nameField: field, pidField: field }).nullable().default(null),
});

export const symptom = block({
  log: line(255),
  provider: line(255),
  event,
  servers: block({ eventId, inSiteField: field, outOfSiteField: field }).nullable().default(null),
  domainControllers: z.array(line(255)).max(200).default([]),
  logPeriod: duration({ max: '1d' }).prefault('0s'),
  burst: duration({ min: '1s', max: '1d' }),
  lookback: duration({ min: '1m', max: '365d' }).prefault('14d'),
  minimumEvents: whole(1, 1000).default(1),
  minimumServers: whole(1, 1000).default(2),
  minimumProcesses: whole(1, 1000).default(2),
  logging: block({
    key: registryKey,
    valueEndsWith: line(255),
    atLeast: whole(0, 10),
    defaultLevel: whole(0, 10),
  })
    .nullable()
    .default(null),
}).transform(({ logPeriod, burst, lookback, ...rest }, context): SymptomPattern => {
  const refuse = (path: string, message: string, advice: string): void =>
    context.addIssue({
      code: 'custom',
      path: [path],
      message: advised(message, advice),
      input: rest,
    });
  if (burst > lookback) {
    refuse('burst', 'is longer than the lookback', 'make burst shorter or lookback longer');
  }
  if (burst < logPeriod) {
    const message = 'is shorter than logPeriod: most of a burst would be missed';
    refuse('burst', message, 'make it at least as long as the provider keeps quiet');
  }
  const listsServers = rest.servers !== null || rest.domainControllers.length > 0;
  if (listsServers && rest.event.serverField === null) {
    const message = 'lists servers, but the event names none';
    refuse('servers', message, 'add event.serverField, or remove the list');
  }
  return { ...rest, logPeriodMs: logPeriod, burstMs: burst, lookbackMs: lookback };
});
