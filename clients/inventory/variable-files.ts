import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';

import { readText } from '../input/read-yaml';
import { Unusable, type Variable } from './origin';
import { parsePythonYaml } from './python-yaml';
import type { Report } from './report';

/** `group_vars/` and `host_vars/` beside an inventory, as Ansible's plug-in `host_group_vars` finds and reads them. */
export interface VariableFiles {
  /** Variables of a group or host by their names; those of the last file win. */
  of(kind: 'group' | 'host', name: string): Promise<ReadonlyMap<string, Variable>>;
}

const extensions = ['', '.yml', '.yaml', '.json'];

export function createVariableFiles(
  folder: string,
  options: { readonly ignoreVaultFiles: boolean; readonly report: Report },
): VariableFiles {
  const read = new Map<string, Promise<ReadonlyMap<string, Variable>>>();
  // Thousands of hosts have no file of their own: each folder is looked through once.
  const listings = new Map<string, Promise<ReadonlySet<string>>>();
  const namesOf = (kind: 'group' | 'host'): Promise<ReadonlySet<string>> => {
    const listing = listings.get(kind) ?? namesIn(join(folder, `${kind}_vars`));
    listings.set(kind, listing);
    return listing;
  };
  const readAll = async (
    kind: 'group' | 'host',
    owner: string,
  ): Promise<ReadonlyMap<string, Variable>> => {
    const variables = new Map<string, Variable>();
    const there = await namesOf(kind);
    for (const file of await filesOf(join(folder, `${kind}_vars`), owner, there)) {
      for (const [name, variable] of await readVariables(file, options)) {
        variables.set(name, variable);
      }
    }
    return variables;
  };
  return {
    of(kind, name) {
      // A name is one of an entry of the folder, whatever a script makes up.
      if (/[/\\\0]/.test(name) || name === '.' || name === '..') return Promise.resolve(new Map());
      const path = join(folder, `${kind}_vars`, name);
      const reading = read.get(path) ?? readAll(kind, name);
      read.set(path, reading);
      return reading;
    },
  };
}

async function namesIn(folder: string): Promise<ReadonlySet<string>> {
  if ((await kindOf(folder)) !== 'folder') return new Set();
  return new Set(await readdir(folder));
}

/** The first that is there: a folder or file of the name itself, then with an extension. */
async function filesOf(
  folder: string,
  name: string,
  there: ReadonlySet<string>,
): Promise<string[]> {
  const extension = extensions.find((each) => there.has(name + each));
  if (extension === undefined) return [];
  const path = join(folder, name + extension);
  return (await kindOf(path)) === 'folder' ? filesBelow(path) : [path];
}

async function filesBelow(folder: string): Promise<string[]> {
  const files: string[] = [];
  for (const name of (await readdir(folder)).toSorted()) {
    if (name.startsWith('.') || name.endsWith('~')) continue;
    const path = join(folder, name);
    const extension = extname(name);
    const kind = await kindOf(path);
    if (kind === 'folder' && extension === '') files.push(...(await filesBelow(path)));
    else if (kind === 'file' && extensions.includes(extension)) files.push(path);
  }
  return files;
}

async function kindOf(path: string): Promise<'file' | 'folder' | null> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}

async function readVariables(
  file: string,
  { ignoreVaultFiles, report }: { readonly ignoreVaultFiles: boolean; readonly report: Report },
): Promise<ReadonlyMap<string, Variable>> {
  const text = await readText(file);
  if (text.startsWith('$ANSIBLE_VAULT;')) {
    if (!ignoreVaultFiles) report({ file, line: 1 }, '', wholeVault.message, wholeVault.advice);
    return new Map();
  }
  const yaml = parsePythonYaml(text);
  for (const { line, message } of yaml.problems)
    report({ file, line }, '', `is no valid YAML: ${message}`, 'correct the YAML');
  if (yaml.problems.length > 0) return new Map();
  try {
    const entries = yaml.entries(yaml.root);
    if (entries === null && !yaml.isEmpty(yaml.root))
      throw new Unusable('holds something else than variables', 'write name: value');
    return new Map(
      (entries ?? []).map(({ key, line, node }) => [
        String(key),
        { value: yaml.value(node), origin: { file, line } },
      ]),
    );
  } catch (error) {
    if (!(error instanceof Unusable)) throw error;
    report({ file, line: 1 }, '', error.message, error.advice);
    return new Map();
  }
}

const wholeVault = {
  message:
    'is encrypted by ansible-vault, so that nobody can tell which variables it sets for hosts of the fleet',
  advice:
    'move what is no secret into a file beside it; if it holds only secrets, which are not taken from inventories anyway, write vaultFiles: ignore into the include',
};
