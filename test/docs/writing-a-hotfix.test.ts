import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { parseFleet } from '../../contracts/fleet.schema';
import type { Hotfix } from '../../contracts/hotfix';
import { parseHotfix } from '../../contracts/hotfix.schema';
import { jsonSchemaText } from '../../contracts/json-schemas.schema';
import { type Parsed, valueOf } from '../../contracts/parsed.schema';
import { parsePlan } from '../../contracts/plan.schema';
import { parseScenario } from '../../lab/scenario.schema';
import type { CheckResult } from '../../contracts/steps';
import { untilDone } from '../activities/run-step';
import type { LabHosts } from '../hotfixes/lab-hosts';
import { startHosts } from '../hotfixes/lab-hosts';

const text = readFileSync(join(__dirname, '../../docs/writing-a-hotfix.md'), 'utf8');
const blocks = Array.from(text.matchAll(/^```yaml\n([^]*?)^```/gm), ([, block = '']) => block);
const rawOf = (block: string): Record<string, unknown> => parse(block) as Record<string, unknown>;

const definitions = blocks.filter((block) => /^id: /m.test(block));
const named = (file: string): string => {
  const block = blocks.find((one) => one.startsWith(`# rehearsal/${file}\n`));
  if (block === undefined) throw new Error(`the document has no rehearsal/${file}`);
  return block;
};
const fragments = blocks.filter(
  (block) => !definitions.includes(block) && !block.startsWith('# rehearsal/'),
);
const problemsOf = <T>(parsed: Parsed<T>): unknown => (parsed.ok ? [] : parsed.problems);
const [first = ''] = definitions;
const taught = (): Hotfix => valueOf(parseHotfix(rawOf(first)), 'the first definition');

describe('docs/writing-a-hotfix.md', () => {
  it('has two whole definitions, which the program takes', () => {
    expect(definitions).toHaveLength(2);
    for (const one of definitions) expect(problemsOf(parseHotfix(rawOf(one)))).toEqual([]);
    for (const one of definitions) expect(one).toMatch(/^# yaml-language-server: \$schema=\S+\n/);
  });

  it('has parts of definitions, which the program takes in place of those of the first', () => {
    expect(fragments.length).toBeGreaterThanOrEqual(2);
    for (const one of fragments) {
      expect(problemsOf(parseHotfix({ ...rawOf(first), ...rawOf(one) }))).toEqual([]);
    }
  });

  it('uses every question and every action at least once', () => {
    const schema = JSON.parse(jsonSchemaText('hotfix')) as Schema;
    const yaml = blocks.join('\n');
    const questions = Object.keys(
      Object.values(schema.$defs).find(({ properties }) => properties?.['all'] !== undefined)
        ?.properties ?? {},
    );
    expect(questions).toHaveLength(11);
    const actions = ['restart-services', 'recycle-pools', 'setRegistry', 'deleteRegistry'];
    for (const word of [...questions, ...actions, 'stopService', 'runCommand']) {
      expect([word, new RegExp(`\\b${word}\\b`).test(yaml)]).toEqual([word, true]);
    }
  });

  it('explains every key of a definition with its default, and none that there is not', () => {
    const { properties = {} } = JSON.parse(jsonSchemaText('hotfix')) as Schema;
    const keys = keysOf(properties);
    const explained = explainedKeys();
    expect(keys.size).toBeGreaterThan(35);
    expect([...keys.keys()].filter((key) => !explained.has(key))).toEqual([]);
    expect([...explained.keys()].filter((key) => !keys.has(key))).toEqual([]);
    for (const [key, value] of keys) {
      if (typeof value !== 'string' && typeof value !== 'number') continue;
      expect([key, explained.get(key)]).toEqual([key, String(value)]);
    }
  });
});

/** Rows of the section on keys: key to what its column of defaults says. */
function explainedKeys(): ReadonlyMap<string, string> {
  const [, section = ''] = text.split(/^## Every key$/m);
  const [table = ''] = section.split(/^## /m);
  const rows = table.matchAll(/^\| (`[^|]*?) *\| ([^|]*?) *\|/gm);
  return new Map(
    Array.from(rows, ([, cell = '', value = '']) => {
      const [head = '', ...others] = Array.from(
        cell.matchAll(/`([^`]+)`/g),
        ([, name = '']) => name,
      );
      const block = head.slice(0, head.lastIndexOf('.'));
      const names = [head, ...others.map((name) => (name.startsWith('.') ? block + name : name))];
      return names.map((name) => [name, value.replaceAll('`', '')] as const);
    }).flat(),
  );
}

interface Schema {
  readonly $defs: { readonly [name: string]: Schema };
  readonly properties?: { readonly [name: string]: Schema };
  readonly anyOf?: readonly Schema[];
  readonly default?: unknown;
}

/** Blocks of which the document has a line of its own for each key. */
const opened = /^(applicability(\.os)?|symptom(\.event)?|affected|install|verification|fallback)$/;

/** Key to default. A block that may be left out whole stands for itself, too. */
const keysOf = (
  properties: NonNullable<Schema['properties']>,
  prefix = '',
): ReadonlyMap<string, unknown> =>
  new Map(
    Object.entries(properties).flatMap(([name, schema]) => {
      const key = `${prefix}${name}`;
      const inner = schema.properties ?? schema.anyOf?.find((one) => one.properties)?.properties;
      const own = [[key, schema.default] as const];
      if (!opened.test(key) || inner === undefined) return own;
      return [...(schema.anyOf === undefined ? [] : own), ...keysOf(inner, `${key}.`)];
    }),
  );

describe('the rehearsal of docs/writing-a-hotfix.md', () => {
  const scenario = valueOf(parseScenario(rawOf(named('lab.yaml'))), 'the lab');
  const fleet = valueOf(parseFleet(rawOf(named('fleet.yaml'))), 'the fleet');
  const verdicts = Array.from(
    text.matchAll(/^\| `(\w+)` +\| [^|]+ \| `([a-z-]+)` +\|$/gm),
    ([, host = '', state = '']) => [host, state] as const,
  );
  let hosts: LabHosts;

  beforeAll(async () => {
    hosts = await startHosts(
      fleet.hosts.map(({ hostId }) => ({
        name: hostId,
        windows: { ...scenario.defaults.windows, ...scenario.hosts[hostId]?.windows },
      })),
    );
  }, 60_000);
  afterAll(() => hosts.close());

  const check = async (host: string): Promise<CheckResult> =>
    (await untilDone(hosts.activities.check, { ...hosts.target(host), hotfix: taught() })).result;

  it('has a plan for its hosts, and a verdict for each', () => {
    const plan = valueOf(parsePlan(rawOf(named('plan.yaml'))), 'the plan');
    expect(plan.hotfix).toBe(taught().id);
    expect(verdicts.map(([host]) => host)).toEqual(fleet.hosts.map(({ hostId }) => hostId));
    expect(Object.keys(scenario.hosts).every((id) => verdicts.some(([host]) => host === id))).toBe(
      true,
    );
  });

  it.each(verdicts)('%s is %s', async (host, state) => {
    expect((await check(host)).verdict.state).toBe(state);
  });

  it('the workaround turns the rule, as the document says', async () => {
    const { services } = (await check('dhcp1')).facts;
    if (!services.known) throw new Error(services.why);
    const input = {
      ...hosts.target('dhcp1'),
      hotfix: taught(),
      before: { services: services.value, appPools: [] },
      observeMs: 0,
    };
    const { result } = await untilDone(hosts.activities.fallback, input);
    expect([result.problems, result.services.length]).toEqual([[], 1]);
    expect((await check('dhcp1')).verdict.state).toBe('suspect');
  });

  it('names the KB that a host lacks', async () => {
    expect((await check('dhcp4')).verdict.reasons[0]?.message).toContain('install KB4474419 first');
  });
});
