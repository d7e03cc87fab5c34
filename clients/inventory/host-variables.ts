import type { Host, Inventory } from './graph';
import type { Variable } from './origin';
import type { VariableFiles } from './variable-files';

/**
 * Variables of a host as Ansible lays them over each other (VARIABLE_PRECEDENCE of ansible-core): the inventory's for
 * `all`, then for groups from the outermost inwards; then the files of group_vars in the same order; then the
 * inventory's for the host, then the files of host_vars.
 */
export async function hostVariables(
  host: Host,
  inventory: Inventory,
  files: VariableFiles | null,
): Promise<ReadonlyMap<string, Variable>> {
  // `all` is the outermost one: the order of the groups has it first.
  const groups = inventory.groupsOf(host);
  const merged = new Map<string, Variable>();
  const add = (variables: ReadonlyMap<string, Variable>): void => {
    for (const [name, variable] of variables) merged.set(name, variable);
  };
  for (const group of groups) add(group.variables);
  for (const group of groups) if (files !== null) add(await files.of('group', group.name));
  add(host.variables);
  if (files !== null) add(await files.of('host', host.name));
  return merged;
}
