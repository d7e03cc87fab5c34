import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { parseFleet } from '../../contracts/fleet.schema';
import { parseHotfix } from '../../contracts/hotfix.schema';
import type { DocumentName } from '../../contracts/json-schemas.schema';
import { documentNames, jsonSchemaText } from '../../contracts/json-schemas.schema';
import { parsePlan } from '../../contracts/plan.schema';
import { projectDir } from '../../workers/config';
import { breakDocument, broken } from '../contracts/broken-documents';
import { hasPythonModules, judgeTest, runPythonJudge } from './judge';

const read = (...path: string[]): string => readFileSync(join(projectDir(), ...path), 'utf8');
const load = (...path: string[]): unknown => parse(read(...path));
const filesOf = (folder: string): string[] =>
  readdirSync(join(projectDir(), folder)).filter((name) => name.endsWith('.yaml'));

const shipped: readonly { readonly schema: DocumentName; readonly document: unknown }[] = [
  ...filesOf('hotfixes').map((name) => ({
    schema: 'hotfix' as const,
    document: load('hotfixes', name),
  })),
  { schema: 'fleet', document: load('examples', 'fleet.yaml') },
  { schema: 'fleet', document: load('examples', 'inventory', 'fleet.yaml') },
  ...filesOf('examples')
    .filter((name) => name.startsWith('plan'))
    .map((name) => ({ schema: 'plan' as const, document: load('examples', name) })),
];

const good: { readonly [name in DocumentName]: unknown } = {
  hotfix: load('hotfixes', 'KB3004383.yaml'),
  fleet: load('examples', 'fleet.yaml'),
  plan: load('examples', 'plan.yaml'),
};
const parsers = { hotfix: parseHotfix, fleet: parseFleet, plan: parsePlan };
const brokenDocuments = broken.map((breakage) => ({
  schema: breakage.document,
  document: breakDocument(good[breakage.document], breakage),
}));

test.each(documentNames)('schemas/%s.schema.json is what the program checks with', (name) => {
  expect(read('schemas', `${name}.schema.json`)).toBe(jsonSchemaText(name));
});

test('every broken document is refused by the program itself', () => {
  const accepted = brokenDocuments.filter(({ schema, document }) => parsers[schema](document).ok);
  expect(accepted).toEqual([]);
});

judgeTest(
  'a third-party validator takes the schemas, and says of every document what the program says',
  hasPythonModules('jsonschema'),
  async () => {
    const schemas = Object.fromEntries(
      documentNames.map((name) => [name, JSON.parse(jsonSchemaText(name)) as unknown]),
    );
    const documents = [...shipped, ...brokenDocuments];
    const answer = (await runPythonJudge('json_schemas_judge.py', {
      schemas,
      documents,
    })) as { readonly faulty: string[]; readonly errors: (string | null)[] };
    expect(answer.faulty).toEqual([]);
    const of = (from: number, to?: number) => answer.errors.slice(from, to);
    expect(of(0, shipped.length).filter((error) => error !== null)).toEqual([]);
    const missed = broken.filter((_, index) => answer.errors[shipped.length + index] === null);
    expect(missed).toEqual([]);
  },
);
