import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { nearestOf } from '../../contracts/fields.schema';
import type { Hotfix } from '../../contracts/hotfix';
import { parseHotfix } from '../../contracts/hotfix.schema';
import { fieldName, type Parsed } from '../../contracts/parsed.schema';
import type { Plan } from '../../contracts/plan';
import { parsePlan } from '../../contracts/plan.schema';
import { BadInput } from './bad-input';
import { withAbsoluteFiles } from './plan-files';
import { readYaml, type YamlFile } from './read-yaml';

/** What a file says, and where it says it: for problems that show only when files are laid side by side. */
export interface Loaded<T> {
  readonly value: T;
  readonly file: string;
  readonly locate: YamlFile['locate'];
}

/**
 * A plan; files that it names besides its package are absolute in it.
 *
 * @throws BadInput with every problem of the file
 */
export async function loadPlan(file: string): Promise<Loaded<Plan>> {
  const loaded = await load(file, parsePlan);
  return { ...loaded, value: withAbsoluteFiles(loaded.value, file) };
}

/**
 * A definition by its id, from the folder of definitions, or by its file: what has a folder or ends in .yaml is a file.
 *
 * @throws BadInput with every problem of the file, or naming the definitions that there are
 */
export async function loadHotfix(idOrFile: string, hotfixDir: string): Promise<Loaded<Hotfix>> {
  if (/[\\/]|\.ya?ml$/i.test(idOrFile)) return load(idOrFile, parseHotfix);
  const ids = await hotfixIds(hotfixDir);
  const id = ids.find((one) => one.toLowerCase() === idOrFile.toLowerCase());
  if (id === undefined) throw unknownHotfix(idOrFile, ids, hotfixDir);
  const loaded = await load(join(hotfixDir, `${id}.yaml`), parseHotfix);
  if (loaded.value.id === id) return loaded;
  const { line } = loaded.locate(['id']);
  const message = `is ${loaded.value.id}, but the file is named ${basename(loaded.file)}`;
  throw new BadInput([
    { file: loaded.file, line, field: 'id', message, advice: 'give both the same name' },
  ]);
}

async function load<T>(file: string, parse: (raw: unknown) => Parsed<T>): Promise<Loaded<T>> {
  const { value: raw, locate } = await readYaml(file);
  const parsed = parse(raw);
  if (parsed.ok) return { value: parsed.value, file, locate };
  const problems = parsed.problems
    .map(({ path, message, advice }) => ({
      file,
      line: locate(path).line,
      field: fieldName(path),
      message,
      advice,
    }))
    .toSorted((a, b) => a.line - b.line);
  throw new BadInput(problems);
}

async function hotfixIds(hotfixDir: string): Promise<readonly string[]> {
  try {
    const files = await readdir(hotfixDir);
    return files.filter((file) => file.endsWith('.yaml')).map((file) => basename(file, '.yaml'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const message = `the folder of hotfix definitions cannot be read (${code ?? String(error)})`;
    const advice = 'check where the program is installed, or name the file of the definition';
    throw new BadInput([{ file: hotfixDir, line: null, field: '', message, advice }]);
  }
}

function unknownHotfix(id: string, ids: readonly string[], hotfixDir: string): BadInput {
  const nearest = nearestOf(id, ids);
  const there = ids.length === 0 ? 'there are none' : `there are ${ids.toSorted().join(', ')}`;
  const advice = nearest === null ? there : `did you mean ${nearest}?`;
  const message = `no hotfix definition is named ${id}`;
  return new BadInput([{ file: hotfixDir, line: null, field: '', message, advice }]);
}
