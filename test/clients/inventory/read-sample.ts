import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isFolder, readAnsible } from '../../../clients/inventory/ansible-source';
import type { Inventory } from '../../../clients/inventory/graph';
import { selectHosts } from '../../../clients/inventory/host-pattern';
import { hostVariables } from '../../../clients/inventory/host-variables';
import { encrypted, type Variable } from '../../../clients/inventory/origin';
import { collectProblems } from '../../../clients/inventory/report';
import { createVariableFiles } from '../../../clients/inventory/variable-files';

/** Hosts with their groups and variables, in the words of the judge. */
export interface ReadInventory {
  readonly hosts: {
    readonly [name: string]: {
      readonly groups: readonly string[];
      readonly variables: { readonly [name: string]: unknown };
    };
  };
  readonly selected: { readonly [pattern: string]: readonly string[] };
}

export function writeFiles(folder: string, files: { readonly [path: string]: string }): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** How our own reader sees an inventory; the problems when it refuses it. */
export async function readOurselves(
  path: string,
  patterns: readonly string[] = [],
  read = readAnsible,
): Promise<ReadInventory | { readonly problems: readonly string[] }> {
  const { report, problems } = collectProblems();
  const inventory = await read(path, report);
  const folder = (await isFolder(path)) ? path : dirname(path);
  const files = createVariableFiles(folder, { ignoreVaultFiles: true, report });
  const hosts = await Promise.all(
    [...inventory.hosts.values()].map(async (host) => {
      const groups = inventory.groupsOf(host).map(({ name }) => name);
      const variables = plain(await hostVariables(host, inventory, files));
      return [host.name, { groups: groups.toSorted(), variables }] as const;
    }),
  );
  const told = problems().map(({ line, message }) => `${String(line)}: ${message}`);
  if (told.length > 0) return { problems: told };
  return { hosts: Object.fromEntries(hosts), selected: selectAll(inventory, patterns) };
}

const selectAll = (inventory: Inventory, patterns: readonly string[]): ReadInventory['selected'] =>
  Object.fromEntries(
    patterns.map((pattern) => [pattern, selectHosts(inventory, [pattern]).map(({ name }) => name)]),
  );

function plain(variables: ReadonlyMap<string, Variable>): { [name: string]: unknown } {
  return Object.fromEntries([...variables].map(([name, { value }]) => [name, plainValue(value)]));
}

function plainValue(value: unknown): unknown {
  if (value === encrypted) return { vault: true };
  if (Array.isArray(value)) return value.map((inner) => plainValue(inner));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plainValue(inner)]));
}
