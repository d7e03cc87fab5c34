import { z } from 'zod';

import { block, duration, line, text, whole } from './fields.schema';
import { advised } from './parsed.schema';
import type { Combination, Predicate } from './predicate';

/** Predicates as people write them: a block with exactly one kind, whose test is exactly one of its tests. */

/** What a command line can carry between quotes, so that no definition reaches past its argument. */
const argument = (max: number) =>
  line(max).refine((value) => !/["%!^&|<>]/.test(value), {
    error: advised(
      'has a character that a command line would take for its own',
      'leave out " % ! ^ & | < >',
    ),
  });

/** Like an argument, but with `%windir%` and other variables. */
export const hostPath = line(255).refine((value) => !/["!^&|<>*?]/.test(value), {
  error: advised('is no path of one file', 'write it without wildcards, quotes and operators'),
});

export const registryKey = argument(255).refine(
  (value) => /^(HKLM|HKCR|HKU|HKCC)\\[^\\]/i.test(value) && !value.endsWith('\\'),
  {
    error: advised(
      'is no registry key',
      String.raw`write it as HKLM\SOFTWARE\…, without a \ at its end`,
    ),
  },
);
export const registryValue = argument(255);
export const serviceName = text(
  /^[A-Za-z0-9 _.$-]{1,256}$/,
  'write the key name of a service, such as MSExchangeADTopology',
);
const version = text(/^\d{1,9}(\.\d{1,9}){0,5}$/, 'write a dotted version in numbers');
const cimName = text(/^[A-Za-z][A-Za-z0-9_]{0,127}$/, 'write the name of a WMI class or property');
export const commandLine = line(4000);
export const exitCodes = z.array(whole(-2_147_483_648, 4_294_967_295)).max(20);

/** The one test that was given. */
function testOf<T extends object>(
  given: T,
  context: z.RefinementCtx,
  names: readonly string[] = Object.keys(given),
): { readonly [K in keyof T]: { readonly [P in K]: NonNullable<T[P]> } }[keyof T] {
  const tests = Object.entries(given).filter(([, value]) => value !== undefined);
  const [first] = tests;
  if (tests.length === 1 && first !== undefined) {
    return Object.fromEntries([first]) as never;
  }
  const what = tests.length === 0 ? 'has no test' : 'has more than one test';
  context.addIssue({
    code: 'custom',
    message: advised(what, `write one of ${names.join(', ')}`),
    input: given,
  });
  return z.NEVER;
}

const registry = block({
  key: registryKey,
  value: registryValue.nullable().default(null),
  is: z.enum(['present', 'absent']).optional(),
  equals: z.union([whole(0, 4_294_967_295), line(1000)]).optional(),
  atLeast: whole(0, 4_294_967_295).optional(),
  below: whole(0, 4_294_967_295).optional(),
}).transform(({ key, value, is, equals, atLeast, below }, context) => {
  const test = testOf({ is, equals, atLeast, below }, context);
  if (value === null && is === undefined) {
    const message = advised('compares a key', 'add value:, or ask is: present or absent');
    context.addIssue({ code: 'custom', message, input: key });
    return z.NEVER;
  }
  return { kind: 'registry' as const, key, value, test };
});

const service = block({
  name: serviceName,
  is: z.enum(['present', 'absent', 'running', 'stopped', 'disabled', 'automatic']),
}).transform((value) => ({ kind: 'service' as const, ...value }));

const file = block({
  path: hostPath,
  is: z.enum(['present', 'absent']).optional(),
  atLeast: version.optional(),
  below: version.optional(),
}).transform(({ path, ...tests }, context) => ({
  kind: 'file' as const,
  path,
  test: testOf({ is: tests.is, atLeast: tests.atLeast, below: tests.below }, context),
}));

const packageState = block({
  identity: argument(200),
  is: z.enum(['installed', 'pending', 'absent']),
}).transform((value) => ({ kind: 'package' as const, ...value }));

const product = block({
  name: line(100),
  keys: z.array(registryKey).min(1).max(10),
}).transform((value) => ({ kind: 'product' as const, ...value }));

const counterValue = z.number().min(0).max(Number.MAX_SAFE_INTEGER);
const counter = block({
  class: cimName,
  instance: argument(255).nullable().default(null),
  property: cimName,
  atLeast: counterValue.optional(),
  below: counterValue.optional(),
}).transform(({ class: cimClass, instance, property, ...tests }, context) => ({
  kind: 'counter' as const,
  class: cimClass,
  instance,
  property,
  test: testOf({ atLeast: tests.atLeast, below: tests.below }, context),
}));

const command = block({
  command: commandLine,
  timeout: duration({ min: '1s', max: '5m' }).prefault('30s'),
  yes: exitCodes.min(1).default([0]),
  no: exitCodes.default([1]),
}).transform(({ command: commandText, timeout, yes, no }, context) => {
  if (yes.some((code) => no.includes(code))) {
    const message = advised('has a code that means yes and no', 'remove it from one of the two');
    context.addIssue({ code: 'custom', message, input: no, path: ['no'] });
  }
  return { kind: 'command' as const, command: commandText, timeoutMs: timeout, yes, no };
});

const events = block({ coverage: z.enum(['all', 'some']) }).transform((value) => ({
  kind: 'events' as const,
  ...value,
}));

const kinds = [
  'all',
  'any',
  'none',
  'events',
  'registry',
  'service',
  'file',
  'package',
  'product',
  'counter',
  'command',
];

const maxDepth = 8;

/** Each combination is a list of predicates, at most 8 deep. */
export const predicate: z.ZodType<Predicate> = z.lazy(() => {
  const list = z.array(predicate).min(1).max(30);
  return block({
    all: list.optional(),
    any: list.optional(),
    none: list.optional(),
    events: events.optional(),
    registry: registry.optional(),
    service: service.optional(),
    file: file.optional(),
    package: packageState.optional(),
    product: product.optional(),
    counter: counter.optional(),
    command: command.optional(),
  })
    .meta({ minProperties: 1, maxProperties: 1 })
    .transform((value, context): Predicate => {
      const one = testOf(value, context, kinds) as { readonly [kind: string]: unknown };
      const [entry] = Object.entries(one);
      if (entry === undefined) return z.NEVER;
      const [kind, given] = entry;
      if (!Array.isArray(given)) return given as Predicate;
      const combined: Combination = { kind: kind as Combination['kind'], of: given as Predicate[] };
      if (depthOf(combined) > maxDepth) {
        const message = advised(`is deeper than ${maxDepth} levels`, 'write it flatter');
        context.addIssue({ code: 'custom', message, input: kind });
      }
      return combined;
    });
});

const depthOf = (one: Predicate): number =>
  'of' in one ? 1 + Math.max(0, ...one.of.map(depthOf)) : 1;
