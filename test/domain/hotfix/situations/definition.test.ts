import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

import { parseHotfix } from '../../../../contracts/hotfix.schema';
import { fieldName } from '../../../../contracts/parsed.schema';
import { days, kb3004383, minutes } from '../host-facts';
import { definitionMutants } from './definition-mutants';

const path = join(__dirname, '../../../../hotfixes/KB3004383.yaml');
const written = parse(readFileSync(path, 'utf8')) as { readonly symptom: object };
const withSymptom = (change: object) =>
  parseHotfix({ ...written, symptom: { ...written.symptom, ...change } });

test('the numbers of the shipped definition are those of the issue', () => {
  expect(kb3004383.symptom).toMatchObject({
    log: 'Application',
    burstMs: 20 * minutes,
    lookbackMs: 14 * days,
    logPeriodMs: 15 * minutes,
    minimumServers: 2,
    minimumProcesses: 2,
    domainControllers: [],
  });
});

test.each([
  { when: 'a burst of 15 min', change: { burst: '15m' }, wrong: [] },
  { when: 'a burst of 14 min', change: { burst: '14m' }, wrong: ['symptom.burst'] },
  { when: 'a burst of 14 min and 59 s', change: { burst: '899s' }, wrong: ['symptom.burst'] },
  {
    when: 'a burst of 14 min for a provider that repeats itself',
    change: { burst: '14m', logPeriod: '0s' },
    wrong: [],
  },
  {
    when: 'a burst longer than the lookback',
    change: { lookback: '19m' },
    wrong: ['symptom.burst'],
  },
])('$when: refused fields are $wrong (issue: burst never shorter than the log period)', (given) => {
  const parsed = withSymptom(given.change);
  expect(parsed.ok ? [] : parsed.problems.map(({ path: at }) => fieldName(at))).toEqual(
    given.wrong,
  );
});

test('without a lookback it is 14 days (issue: default 14 days)', () => {
  const parsed = withSymptom({ lookback: undefined });
  expect(parsed.ok && parsed.value.symptom?.lookbackMs).toBe(14 * days);
});

/** Paths of all numbers, texts and lists of a value. */
function termsOf(value: unknown, at: string): string[] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [at];
  return Object.entries(value).flatMap(([name, part]) => termsOf(part, `${at}.${name}`));
}

const valueAt = (value: unknown, at: string): unknown =>
  at
    .split('.')
    .reduce<unknown>((part, name) => (part as { [key: string]: unknown })?.[name], value);

/** Mutants of these are in the test of the questions that a host is asked; the KB only stands in a sentence (rules.test). */
const elsewhere = [
  'applicability.os.servicePackKb',
  'symptom.log',
  'symptom.provider',
  'symptom.logging.key',
  'symptom.logging.valueEndsWith',
  'symptom.logging.defaultLevel',
];

test('every term of the rule has a mutant', () => {
  const { symptom, affected, verification, applicability } = kb3004383;
  const terms = [
    ...termsOf(symptom, 'symptom'),
    ...termsOf(affected, 'affected'),
    ...termsOf(verification.files, 'verification.files'),
    ...termsOf(applicability.os, 'applicability.os'),
  ];
  expect(terms.filter((term) => !isMutated(term)).toSorted()).toEqual(elsewhere.toSorted());
});

/** Some mutant has another value there, and not only because all around it is left out. */
function isMutated(term: string): boolean {
  const shipped = JSON.stringify(valueAt(kb3004383, term));
  const around = term.split('.').slice(0, -1).join('.');
  return definitionMutants.some(
    ({ hotfix }) =>
      JSON.stringify(valueAt(hotfix, term) ?? null) !== shipped &&
      (valueAt(hotfix, around) ?? null) !== null,
  );
}
