import type { Inventory } from './graph';
import { expandHosts } from './host-range';
import type { Complain } from './ini-inventory';
import { type Origin, Unusable } from './origin';
import type { Entry, PythonYaml } from './python-yaml';

/** An inventory in Ansible's YAML: groups with `hosts`, `vars` and `children`; as its plug-in `yaml` reads it. */
export function readYamlInventory(
  yaml: PythonYaml,
  file: string,
  into: Inventory,
  complain: Complain,
): void {
  const reader = new YamlInventoryReader(yaml, file, into, complain);
  const groups = yaml.entries(yaml.root) ?? [];
  const plugin = groups.find(({ key }) => key === 'plugin');
  if (plugin !== undefined) {
    const advice =
      'let Ansible run it: `ansible-inventory -i FILE --list > hosts.json`, and include json: hosts.json';
    const name = String(yaml.value(plugin.node));
    complain(plugin.line, `is the configuration of the inventory plug-in ${name}`, advice);
    return;
  }
  for (const group of groups) reader.readGroup(group);
}

class YamlInventoryReader {
  private readonly yaml: PythonYaml;
  private readonly file: string;
  private readonly inventory: Inventory;
  private readonly complain: Complain;
  private depth = 0;

  constructor(yaml: PythonYaml, file: string, inventory: Inventory, complain: Complain) {
    this.yaml = yaml;
    this.file = file;
    this.inventory = inventory;
    this.complain = complain;
  }

  /** The group, or null when it has no name that could be one. */
  readGroup({ key, line, node }: Entry): string | null {
    if (typeof key !== 'string' || key === '') {
      const what = `has the group ${String(key)}, whose name is no text`;
      this.complain(line, what, 'put the name in quotes');
      return null;
    }
    this.depth += 1;
    if (this.depth > 100) throw new Unusable('has groups in a circle of aliases', 'write them out');
    const sections = this.yaml.entries(node);
    // Ansible warns of what is no group, and goes on.
    if (sections !== null || this.yaml.isEmpty(node)) this.inventory.addGroup(key);
    for (const section of sections ?? []) this.readSection(key, section);
    this.depth -= 1;
    return key;
  }

  private readSection(group: string, { key, line, node }: Entry): void {
    if (key !== 'hosts' && key !== 'vars' && key !== 'children') return;
    if (this.yaml.isEmpty(node)) return;
    const entries = this.yaml.entries(node) ?? this.loneName(node, line);
    if (entries === null) {
      const message = `has ${key} of the group ${group} that are no block of names`;
      this.complain(line, message, 'write each name as a key: `ex01:`, without a hyphen before it');
      return;
    }
    for (const entry of entries) this.guarded(entry.line, () => this.readEntry(group, key, entry));
  }

  /** A text stands for the one name that it is. */
  private loneName(node: unknown, line: number): Entry[] | null {
    const value = this.yaml.value(node);
    return typeof value === 'string' ? [{ key: value, line, node: null }] : null;
  }

  private readEntry(group: string, kind: 'hosts' | 'vars' | 'children', entry: Entry): void {
    if (kind === 'vars') {
      const origin = { ...this.originAt(entry.line), note: `group ${group}` };
      const value = this.yaml.value(entry.node);
      this.inventory.setVariable(group, String(entry.key), { value, origin });
    } else if (kind === 'children') {
      const child = this.readGroup(entry);
      if (child !== null) this.inventory.addChild(group, child);
    } else {
      this.readHosts(group, entry);
    }
  }

  private readHosts(group: string, { key, line, node }: Entry): void {
    if (typeof key !== 'string') {
      throw new Unusable(`has the host ${String(key)}, whose name is no text`, 'put it in quotes');
    }
    const { names, port } = expandHosts(key);
    const origin = this.originAt(line);
    for (const name of names) this.inventory.addHost(name, origin, group, port);
    const variables = this.yaml.entries(node);
    if (variables === null && !this.yaml.isEmpty(node)) {
      throw new Unusable(
        `has the host ${key} with something else than variables`,
        'write name: value',
      );
    }
    for (const variable of variables ?? []) {
      const value = this.yaml.value(variable.node);
      const place = this.originAt(variable.line);
      for (const host of names)
        this.inventory.setVariable(host, String(variable.key), { value, origin: place });
    }
  }

  private guarded(line: number, read: () => void): void {
    try {
      read();
    } catch (error) {
      if (!(error instanceof Unusable)) throw error;
      this.complain(line, error.message, error.advice);
    }
  }

  private originAt(line: number): Origin {
    return { file: this.file, line };
  }
}
