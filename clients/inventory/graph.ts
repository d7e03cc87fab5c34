import { type Origin, Unusable, type Variable } from './origin';

/** Groups and hosts as Ansible relates them; the rules are those of ansible.inventory of ansible-core 2.19. */

export interface Group {
  readonly name: string;
  /** Longest way from `all` at the time when it was attached: what is deeper goes over what is above. */
  depth: number;
  /** `ansible_group_priority`: among groups of one depth the higher one wins. @default 1 */
  priority: number;
  readonly hosts: Map<string, Host>;
  readonly variables: Map<string, Variable>;
  readonly children: Group[];
  readonly parents: Group[];
}

export interface Host {
  readonly name: string;
  /** Where it was named first. */
  readonly origin: Origin;
  readonly variables: Map<string, Variable>;
  /** Those that name it, with the place; the groups around them are found by their parents. */
  readonly groups: Map<Group, Origin>;
}

export class Inventory {
  readonly groups = new Map<string, Group>();
  readonly hosts = new Map<string, Host>();

  constructor() {
    this.addGroup('all');
    this.addGroup('ungrouped');
    this.addChild('all', 'ungrouped');
  }

  addGroup(name: string): Group {
    const known = this.groups.get(name);
    if (known !== undefined) return known;
    if (name === '') throw new Unusable('has a group without a name', 'name it');
    const group: Group = {
      name,
      depth: 0,
      priority: 1,
      hosts: new Map(),
      variables: new Map(),
      children: [],
      parents: [],
    };
    this.groups.set(name, group);
    return group;
  }

  /** The port counts where the host is named for the first time. */
  addHost(name: string, origin: Origin, group?: string, port?: number | null): Host {
    if (name === '') throw new Unusable('has a host without a name', 'name it');
    let host = this.hosts.get(name);
    if (host === undefined) {
      host = { name, origin, variables: new Map(), groups: new Map() };
      if (port !== undefined && port !== null && port !== 0)
        host.variables.set('ansible_port', { value: port, origin });
      this.hosts.set(name, host);
    }
    if (group !== undefined) join(host, this.addGroup(group), origin);
    return host;
  }

  addChild(parentName: string, childName: string): void {
    const parent = this.addGroup(parentName);
    const child = this.addGroup(childName);
    if (parent.children.includes(child)) return;
    if (parent === child || ancestorsOf(parent).has(child)) {
      const message = `makes the group ${childName} a child of ${parentName}, in which it would contain itself`;
      throw new Unusable(message, 'take one of the groups out of the circle');
    }
    parent.children.push(child);
    child.parents.push(parent);
    child.depth = Math.max(parent.depth + 1, child.depth);
    deepenChildren(child);
  }

  /** A group goes before a host of the same name, as in Ansible. */
  setVariable(entity: string, name: string, variable: Variable): void {
    const group = this.groups.get(entity);
    if (group === undefined) {
      this.hosts.get(entity)?.variables.set(name, variable);
    } else if (name === 'ansible_group_priority') {
      group.priority = priorityOf(variable.value);
    } else {
      group.variables.set(name, variable);
    }
  }

  /** What holds once everything is read: each group is below `all`, and `ungrouped` are those in no other group. */
  reconcile(): void {
    for (const group of this.groups.values()) {
      if (group.name !== 'all' && group.parents.length === 0) this.addChild('all', group.name);
    }
    const ungrouped = this.addGroup('ungrouped');
    for (const host of this.hosts.values()) {
      const others = this.groupsOf(host).filter(({ name }) => name !== 'all');
      if (others.length === 0) join(host, ungrouped, host.origin);
      else if (others.some(({ name }) => name !== 'ungrouped')) leave(host, ungrouped);
    }
  }

  /** Groups of the host and those around them, the one that wins last. */
  groupsOf(host: Host): Group[] {
    return [...this.membershipsOf(host).keys()].toSorted(byPrecedence);
  }

  /** The same, with the place that makes the host a member. */
  membershipsOf(host: Host): Map<Group, Origin> {
    const memberships = new Map(host.groups);
    for (const [group, origin] of host.groups) {
      for (const around of ancestorsOf(group))
        if (!memberships.has(around)) memberships.set(around, origin);
    }
    return memberships;
  }

  /** Hosts of the group and of those in it. */
  hostsOf(group: Group): Host[] {
    const hosts = [group, ...descendantsOf(group)].flatMap((each) => [...each.hosts.values()]);
    return [...new Set(hosts)];
  }
}

function join(host: Host, group: Group, origin: Origin): void {
  group.hosts.set(host.name, host);
  if (!host.groups.has(group)) host.groups.set(group, origin);
}

function leave(host: Host, group: Group): void {
  group.hosts.delete(host.name);
  host.groups.delete(group);
}

const ancestorsOf = (group: Group): Set<Group> => reachable(group, 'parents');
const descendantsOf = (group: Group): Set<Group> => reachable(group, 'children');

/** Breadth first, in the order of the inventory. */
function reachable(start: Group, direction: 'parents' | 'children'): Set<Group> {
  const found = new Set(start[direction]);
  for (const group of found) for (const next of group[direction]) found.add(next);
  return found;
}

/** Below a group that went deeper, everything goes at least as deep; a level that is deep enough ends the walk. */
function deepenChildren(start: Group): void {
  let { depth } = start;
  let level: readonly Group[] = start.children;
  while (level.length > 0) {
    depth += 1;
    const deeper = level.filter((group) => group.depth < depth);
    for (const group of deeper) group.depth = depth;
    level = [...new Set(deeper.flatMap(({ children }) => children))];
  }
}

/** The order in which variables of groups are laid over each other. */
function byPrecedence(a: Group, b: Group): number {
  return a.depth - b.depth || a.priority - b.priority || (a.name < b.name ? -1 : 1);
}

function priorityOf(value: unknown): number {
  const priority = typeof value === 'string' ? Number(value.trim() || 'x') : value;
  if (typeof priority === 'number' && Number.isFinite(priority)) return Math.trunc(priority);
  throw new Unusable('has an ansible_group_priority that is no number', 'write a whole number');
}
