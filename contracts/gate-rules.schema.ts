import type { Gate, GateCheck } from './gate';
import { urlProblem } from './package.schema';

/** What the parts of a gate have to do with each other, for gates as people write them and as they cross a process. */

export interface GateProblem {
  /** In the check, else in the gate itself. */
  readonly isOfCheck: boolean;
  readonly field: string;
  readonly message: string;
  readonly advice: string;
}

export const problemsOfGate = (gate: Gate): GateProblem[] => [
  ...problemsOfCheck(gate.check),
  ...('before' in gate.when ? problemsBeforeWave(gate.check) : []),
  ...limits.flatMap((field) => problemOfLimit(gate, field)),
];

const placeholder = /\{([a-z][A-Za-z]*)\}/g;

/** Fields in which placeholders are filled. */
function textsOf(check: GateCheck): readonly (readonly [field: string, text: string])[] {
  switch (check.kind) {
    case 'command':
      return [['command', check.command]];
    case 'http':
      return [['url', check.url]];
    case 'prometheus':
      return [
        ['url', check.url],
        ['query', check.query],
      ];
    case 'events':
      return [];
    default:
      return check satisfies never;
  }
}

const placeholdersIn = (text: string): string[] =>
  [...text.matchAll(placeholder)].map(([, name = '']) => name);

const ofCheck = (field: string, message: string, advice: string): GateProblem => ({
  isOfCheck: true,
  field,
  message,
  advice,
});

function problemsOfCheck(check: GateCheck): GateProblem[] {
  const unknown = textsOf(check).flatMap(([field, text]) =>
    placeholdersIn(text)
      .filter((name) => name !== 'host' && name !== 'address')
      .map((name) =>
        ofCheck(
          field,
          `has the unknown placeholder {${name}}`,
          'use {host} or {address}, or put a blank behind the brace if it is none',
        ),
      ),
  );
  if (check.kind === 'command') return [...unknown, ...problemsOfCodes(check)];
  if (check.kind === 'events') return unknown;
  return [...unknown, ...problemsOfUrl(check), ...problemsOfConditions(check)];
}

function problemsOfCodes({
  success,
  inconclusive,
}: GateCheck & { readonly kind: 'command' }): GateProblem[] {
  const isBoth = inconclusive.some((code) => success.some((other) => code >>> 0 === other >>> 0));
  const message = 'has a code that says yes and nothing';
  return isBoth ? [ofCheck('inconclusive', message, 'remove it from one of the two')] : [];
}

type WebCheck = GateCheck & { readonly kind: 'http' | 'prometheus' };

function problemsOfUrl({ url, credentialRef }: WebCheck): GateProblem[] {
  const problem = urlProblem(url.replace(placeholder, 'x'));
  if (problem !== null) return [ofCheck('url', ...problem)];
  if (credentialRef === null || /^https:/i.test(url)) return [];
  const message = 'goes over plain http, which everybody on the way can read';
  return [ofCheck('credentialRef', message, 'use https, or leave it out')];
}

function problemsOfConditions(check: WebCheck): GateProblem[] {
  if (check.kind === 'http' || check.success !== null || check.failure !== null) return [];
  const advice = 'add success:, such as "< 0.05", or failure:, or both';
  return [ofCheck('success', 'is missing, and so is failure: no answer would be a yes', advice)];
}

/** Nobody is asked about then: what stands for that host stands for nothing. */
function problemsBeforeWave(check: GateCheck): GateProblem[] {
  const advice = 'name a host, or ask after: host';
  const placed = textsOf(check).flatMap(([field, text]) =>
    placeholdersIn(text)
      .filter((name) => name === 'host' || name === 'address')
      .map((name) => ofCheck(field, `has {${name}}, but before a wave there is no host`, advice)),
  );
  if (!('host' in check) || check.host !== null) return placed;
  return [...placed, ofCheck('host', 'is missing: before a wave there is no host', advice)];
}

const limits = ['failureLimit', 'inconclusiveLimit'] as const;

/** A limit that cannot be passed would let everything through. */
function problemOfLimit(gate: Gate, field: (typeof limits)[number]): GateProblem[] {
  const limit = gate[field];
  if (limit === 0 || limit < gate.count) return [];
  const message = `is ${limit}, which ${gate.count} measurements never exceed`;
  return [{ isOfCheck: false, field, message, advice: 'make it less than count' }];
}
