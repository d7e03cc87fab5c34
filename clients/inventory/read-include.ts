import { dirname, join } from 'node:path';

import type { Include } from '../../contracts/include.schema';
import { BadInput } from '../input/bad-input';
import { hostOfAnsible } from './ansible-host';
import { isFolder, readAnsible } from './ansible-source';
import { readCsv } from './csv-inventory';
import { readJson, readScript } from './dynamic-source';
import type { FoundHost, Surroundings } from './found-host';
import { type Host, Inventory } from './graph';
import { selectHosts } from './host-pattern';
import { hostVariables } from './host-variables';
import { Unusable } from './origin';
import type { Report } from './report';
import { createVariableFiles, type VariableFiles } from './variable-files';

export interface IncludeResult {
  readonly hosts: readonly FoundHost[];
  /** Names of hosts of which something was refused, and told. */
  readonly refused: ReadonlySet<string>;
}

/** One entry of `include`: the hosts that it selects. What is wrong is reported; what can be read is given all the same. */
export async function readInclude(
  include: Include,
  folder: string,
  around: Surroundings,
  report: Report,
  /** Tells what is wrong with the entry itself. */
  complain: (field: string, message: string, advice: string) => void,
): Promise<IncludeResult> {
  const [kind, written] = pathOf(include);
  const file = join(folder, written);
  try {
    return kind === 'csv'
      ? await takeCsv(include, file, report, complain)
      : await takeAnsible(kind, include, file, around, report, complain);
  } catch (error) {
    if (error instanceof Unusable) complain(kind, `${file} ${error.message}`, error.advice);
    else if (error instanceof BadInput)
      for (const problem of error.problems)
        complain(kind, `leads to ${problem.file}, which ${problem.message}`, problem.advice);
    else complain(kind, unreadable(error), 'check the rights of what it leads to');
    return { hosts: [], refused: new Set() };
  }
}

/** @throws what is no error of the file system */
function unreadable(error: unknown): string {
  const { code, path } = error as NodeJS.ErrnoException;
  if (code === undefined || path === undefined) throw error;
  return `leads to ${path}, which cannot be read (${code})`;
}

type Complain = (field: string, message: string, advice: string) => void;

function pathOf(include: Include): ['ansible' | 'script' | 'json' | 'csv', string] {
  if (include.ansible !== undefined) return ['ansible', include.ansible];
  if (include.script !== undefined) return ['script', include.script];
  return include.json === undefined ? ['csv', include.csv ?? ''] : ['json', include.json];
}

async function takeCsv(
  include: Include,
  file: string,
  report: Report,
  complain: Complain,
): Promise<IncludeResult> {
  const watched = watch(report);
  const all = await readCsv(file, watched.report);
  const inventory = new Inventory();
  for (const { name, origin } of all) inventory.addHost(name, origin, 'ungrouped');
  const isBroken = watched.isBroken();
  const selected = new Set(select(inventory, include, complain, isBroken).map(({ name }) => name));
  if (include.labelVars !== undefined) {
    complain(
      'labelVars',
      'belongs to inventories of Ansible',
      'remove it: every other column is a label',
    );
  }
  const hosts = all.filter(({ name }) => selected.has(name));
  return { hosts, refused: isBroken ? selected : new Set() };
}

async function takeAnsible(
  kind: 'ansible' | 'script' | 'json',
  include: Include,
  file: string,
  around: Surroundings,
  report: Report,
  complain: Complain,
): Promise<IncludeResult> {
  const read = { ansible: readAnsible, script: readScript, json: readJson };
  const watched = watch(report);
  const inventory = await read[kind](file, watched.report);
  const isBroken = watched.isBroken();
  const beside = watch(report);
  const files = await variableFilesOf(kind, include, file, beside.report);
  const refused = new Set<string>();
  const hosts: FoundHost[] = [];
  for (const host of select(inventory, include, complain, isBroken)) {
    const variables = await hostVariables(host, inventory, files);
    const memberships = inventory.membershipsOf(host);
    const { found, isRefused } = hostOfAnsible({ host, memberships, variables }, around, report);
    hosts.push(found);
    if (isRefused) refused.add(host.name);
  }
  const all = hosts.map(({ name }) => name);
  return { hosts, refused: isBroken || beside.isBroken() ? new Set(all) : refused };
}

/** Beside the inventory, or in its folder. What ansible-inventory printed has them in it already. */
async function variableFilesOf(
  kind: 'ansible' | 'script' | 'json',
  include: Include,
  file: string,
  report: Report,
): Promise<VariableFiles | null> {
  if (kind === 'json') return null;
  const folder = (await isFolder(file)) ? file : dirname(file);
  const ignoreVaultFiles = include.vaultFiles === 'ignore';
  return createVariableFiles(folder, { ignoreVaultFiles, report });
}

/** Whether anything was told: what is missing in a broken inventory is no news. */
function watch(report: Report): { readonly report: Report; isBroken(): boolean } {
  let isBroken = false;
  return {
    isBroken: () => isBroken,
    report(...problem) {
      isBroken = true;
      report(...problem);
    },
  };
}

function select(
  inventory: Inventory,
  include: Include,
  complain: Complain,
  isBroken: boolean,
): readonly Host[] {
  const patterns = include.hosts ?? ['all'];
  const hosts = selectHosts(inventory, patterns);
  if (hosts.length > 0 || isBroken) return hosts;
  if (inventory.hosts.size > 0) {
    const groups = [...inventory.groups.keys()].filter((name) => name !== 'ungrouped');
    const advice = `name hosts or groups of the inventory, which has ${groups.slice(0, 10).join(', ')}`;
    complain('hosts', `selects none of its ${inventory.hosts.size} hosts`, advice);
  } else {
    complain('', 'names no host', 'add hosts to the inventory, or remove the entry');
  }
  return hosts;
}
