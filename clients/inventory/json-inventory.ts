import type { Inventory } from './graph';
import type { Complain } from './ini-inventory';
import { type Origin, Unusable } from './origin';
import type { Entry, PythonYaml } from './python-yaml';

/**
 * What a dynamic inventory prints for `--list`, and `ansible-inventory --list` as well: groups with `hosts`, `vars` and
 * `children`, and variables of hosts in `_meta.hostvars`.
 */
export interface JsonInventory {
  /** Hosts whose variables have to be asked for one by one, since there is no `_meta`. */
  readonly unasked: readonly string[];
}

export function readJsonInventory(
  json: PythonYaml,
  originAt: (line: number) => Origin,
  into: Inventory,
  complain: Complain,
): JsonInventory {
  const groups = json.entries(json.root);
  if (groups === null) {
    complain(1, 'is no JSON object of groups', 'print what `ansible-inventory --list` prints');
    return { unasked: [] };
  }
  const reader = new JsonInventoryReader(json, originAt, into);
  let hostVariables: readonly Entry[] | null = null;
  for (const entry of groups) {
    guarded(entry.line, complain, () => {
      if (entry.key === '_meta') hostVariables = reader.metaOf(entry);
      else reader.readGroup(entry);
    });
  }
  const named = [...reader.hosts];
  if (hostVariables === null) return { unasked: named };
  const variablesOf = new Map(
    (hostVariables as readonly Entry[]).map((entry) => [entry.key, entry]),
  );
  for (const name of named) {
    const entry = variablesOf.get(name);
    if (entry !== undefined)
      guarded(entry.line, complain, () => reader.setVariables(name, entry.node));
  }
  return { unasked: [] };
}

function guarded(line: number, complain: Complain, read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof Unusable)) throw error;
    complain(line, error.message, error.advice);
  }
}

/** Variables of one host, from `--host`. */
export function readHostVariables(
  json: PythonYaml,
  name: string,
  originAt: (line: number) => Origin,
  into: Inventory,
): void {
  new JsonInventoryReader(json, originAt, into).setVariables(name, json.root);
}

class JsonInventoryReader {
  readonly hosts = new Set<string>();
  private readonly json: PythonYaml;
  private readonly originAt: (line: number) => Origin;
  private readonly inventory: Inventory;

  constructor(json: PythonYaml, originAt: (line: number) => Origin, inventory: Inventory) {
    this.json = json;
    this.originAt = originAt;
    this.inventory = inventory;
  }

  metaOf({ node }: Entry): readonly Entry[] | null {
    const found = (this.json.entries(node) ?? []).find(({ key }) => key === 'hostvars');
    if (found === undefined) {
      throw new Unusable('has a _meta without hostvars', 'add "hostvars": {}, or leave out _meta');
    }
    return this.blockOf(found.node, '_meta.hostvars');
  }

  readGroup({ key, line, node }: Entry): void {
    const name = String(key);
    this.inventory.addGroup(name);
    const sections = this.json.entries(node);
    const known = (sections ?? []).filter(({ key: section }) =>
      ['hosts', 'vars', 'children'].includes(String(section)),
    );
    if (sections === null) {
      this.addHosts(name, node, line);
    } else if (known.length === 0) {
      // Old scripts write a host as a group of its variables.
      this.addHost(name, name, line);
      this.setVariables(name, node, `group ${name}`);
    }
    for (const section of known) this.readSection(name, section);
  }

  private readSection(group: string, { key, line, node }: Entry): void {
    if (key === 'hosts') this.addHosts(group, node, line);
    else if (key === 'vars') this.setVariables(group, node, `group ${group}`);
    else {
      for (const child of this.namesOf(node, `${group}.children`))
        this.inventory.addChild(group, child);
    }
  }

  private addHosts(group: string, node: unknown, line: number): void {
    for (const name of this.namesOf(node, `${group}.hosts`)) this.addHost(name, group, line);
  }

  private addHost(name: string, group: string, line: number): void {
    this.hosts.add(name);
    this.inventory.addHost(name, this.originAt(line), group);
  }

  setVariables(entity: string, node: unknown, note?: string): void {
    for (const { key, line, node: value } of this.blockOf(node, `variables of ${entity}`)) {
      const origin = this.originAt(line);
      const noted = note === undefined || origin.note !== undefined ? origin : { ...origin, note };
      this.inventory.setVariable(entity, String(key), {
        value: this.json.value(value),
        origin: noted,
      });
    }
  }

  private namesOf(node: unknown, what: string): string[] {
    const names = this.json.value(node);
    if (Array.isArray(names) && names.every(isName)) return names;
    throw new Unusable(`has ${what} that is no list of names`, 'make it one');
  }

  private blockOf(node: unknown, what: string): readonly Entry[] {
    const entries = this.json.entries(node);
    if (entries === null) throw new Unusable(`has ${what} that are no JSON object`, 'make it one');
    return entries;
  }
}

const isName = (name: unknown): name is string => typeof name === 'string';
