import { open, readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';

import { readText } from '../input/read-yaml';
import { Inventory } from './graph';
import { type Complain, readIni } from './ini-inventory';
import { Unusable } from './origin';
import { parsePythonYaml, type PythonYaml } from './python-yaml';
import type { Report } from './report';
import { readYamlInventory } from './yaml-inventory';

/** What Ansible leaves aside in a folder of inventories (IGNORED of ansible.inventory.manager). */
const ignored =
  /^\.|^host_vars$|^group_vars$|^vars_plugins$|(?:\.pyc|\.pyo|\.swp|\.bak|~|\.rpm|\.md|\.txt|\.rst|\.orig|\.cfg|\.retry)$/;

const yamlExtensions = ['', '.yml', '.yaml', '.json'];

/** An inventory of Ansible: a file, or a folder whose files are read one after the other, by their names. */
export async function readAnsible(path: string, report: Report): Promise<Inventory> {
  const inventory = new Inventory();
  for (const file of await filesOf(path)) await readFileInto(file, inventory, report);
  inventory.reconcile();
  return inventory;
}

export const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => null))?.isDirectory() === true;

async function filesOf(path: string): Promise<string[]> {
  if (!(await isFolder(path))) return [path];
  const names = (await readdir(path)).filter((name) => !ignored.test(name));
  const files: string[] = [];
  for (const name of names.toSorted()) files.push(...(await filesOf(join(path, name))));
  return files;
}

async function readFileInto(file: string, inventory: Inventory, report: Report): Promise<void> {
  const complain: Complain = (line, message, advice) => report({ file, line }, '', message, advice);
  await refuseScript(file);
  const text = await readText(file);
  if (text.startsWith('$ANSIBLE_VAULT;')) {
    const advice = 'take the passwords out of it, and decrypt it: ansible-vault decrypt FILE';
    complain(1, 'is encrypted by ansible-vault as a whole', advice);
    return;
  }
  if (extname(file) === '.toml') {
    const advice =
      'convert it: ansible-inventory -i FILE --list > hosts.json, and include json: hosts.json';
    complain(null, 'is TOML, which is not read', advice);
    return;
  }
  const yaml = yamlExtensions.includes(extname(file)) ? parsePythonYaml(text) : null;
  if (yaml === null || !isYaml(yaml, file)) {
    readIni(text, file, inventory, complain);
  } else if (yaml.problems.length > 0) {
    for (const { line, message } of yaml.problems)
      complain(line, `is no valid YAML: ${message}`, 'correct the YAML');
  } else {
    readYamlInventory(yaml, file, inventory, complain);
  }
}

/** Without an extension a file is what it can be read as: Ansible tries YAML, then INI. */
function isYaml(yaml: PythonYaml, file: string): boolean {
  if (extname(file) !== '') return true;
  return yaml.problems.length === 0 && yaml.entries(yaml.root) !== null;
}

/** Ansible runs what is executable. Here nothing is run that the fleet does not call a script. */
async function refuseScript(file: string): Promise<void> {
  const status = await stat(file).catch(() => null);
  // Some file systems call every file executable.
  if (status === null || (status.mode & 0o111) === 0 || !(await beginsLikeScript(file))) return;
  throw new Unusable(
    `holds the script ${file}, which Ansible would run`,
    'include it by script: FILE, or take away its right to be executed',
  );
}

async function beginsLikeScript(file: string): Promise<boolean> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer.toString('latin1') === '#!';
  } finally {
    await handle.close();
  }
}
