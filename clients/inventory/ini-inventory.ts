import type { Inventory } from './graph';
import { expandHosts } from './host-range';
import { type Origin, Unusable } from './origin';
import { pythonValue } from './python-literal';
import { splitWords } from './shell-words';

/** An inventory in Ansible's INI: `[group]`, `[group:vars]`, `[group:children]`; as its plug-in `ini` reads it. */

/** Tells what is wrong with a line. */
export type Complain = (line: number | null, message: string, advice: string) => void;

type Section = { readonly group: string; readonly kind: 'hosts' | 'vars' | 'children' };

/** Those of Python's str.splitlines(), by which Ansible counts. */
// oxlint-disable-next-line no-control-regex -- three of them are
const lineEnds = /\r\n|[\n\r\v\f\u001c-\u001e\u0085\u2028\u2029]/;

const sectionPattern = /^\[([^:\]\s]+)(?::([\p{L}\p{N}_]+))?\]\s*(?:#.*)?$/u;

/** A group that is spoken of before it has a section of its own. */
interface Pending {
  readonly line: number;
  readonly kind: 'vars' | 'children';
  readonly parents: string[];
}

export function readIni(text: string, file: string, into: Inventory, complain: Complain): void {
  const reader = new IniReader(file, into);
  text.split(lineEnds).forEach((written, index) => {
    const line = written.trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';')) return;
    try {
      reader.read(line, index + 1);
    } catch (error) {
      if (!(error instanceof Unusable)) throw error;
      complain(index + 1, error.message, error.advice);
    }
  });
  for (const [group, { line, kind }] of reader.pending) {
    const message =
      kind === 'vars'
        ? `gives variables to the group ${group}, which is nowhere defined`
        : `has the child ${group}, a group that is nowhere defined`;
    complain(line, message, `add a section [${group}], or correct the name`);
  }
}

class IniReader {
  readonly pending = new Map<string, Pending>();
  private section: Section = { group: 'ungrouped', kind: 'hosts' };
  private readonly file: string;
  private readonly inventory: Inventory;

  constructor(file: string, inventory: Inventory) {
    this.file = file;
    this.inventory = inventory;
  }

  read(line: string, number: number): void {
    const header = sectionPattern.exec(line);
    if (header !== null) {
      this.open(header[1] ?? '', header[2] ?? 'hosts', number);
    } else if (line.startsWith('[') && line.endsWith(']')) {
      const advice = 'write [group], [group:vars] or [group:children], without blanks';
      throw new Unusable(`has a section that cannot be read: ${line}`, advice);
    } else if (this.section.kind === 'hosts') {
      this.readHost(line, number);
    } else if (this.section.kind === 'vars') {
      this.readVariable(line, number);
    } else {
      this.readChild(line, number);
    }
  }

  private open(group: string, kind: string, line: number): void {
    if (kind !== 'hosts' && kind !== 'vars' && kind !== 'children') {
      throw new Unusable(`has a section of the unknown kind ${kind}`, 'use :vars or :children');
    }
    this.section = { group, kind };
    if (!this.inventory.groups.has(group)) {
      if (kind === 'vars' && !this.pending.has(group))
        this.pending.set(group, { line, kind, parents: [] });
      this.inventory.addGroup(group);
    }
    if (kind !== 'vars') this.settle(group);
  }

  /** A child that was awaited is there; so may be its parents. */
  private settle(group: string): void {
    const waiting = this.pending.get(group);
    if (waiting === undefined) return;
    this.pending.delete(group);
    for (const parent of waiting.parents) {
      this.inventory.addChild(parent, group);
      if (this.pending.get(parent)?.kind === 'children') this.settle(parent);
    }
  }

  private readHost(line: string, number: number): void {
    const [pattern = '', ...assignments] = splitWords(line);
    const { names, port } = expandHosts(pattern);
    if (port === null && pattern.endsWith(':')) {
      throw new Unusable(
        `has a host that ends in a colon: ${pattern}`,
        'add the port, or remove it',
      );
    }
    if (names.includes('---')) {
      const advice = 'name the file .yml if it is YAML, or remove the line';
      throw new Unusable('begins like YAML in an inventory that is none', advice);
    }
    const origin = this.originAt(number);
    for (const name of names) this.inventory.addHost(name, origin, this.section.group, port);
    for (const assignment of assignments) {
      const [name, value] = this.assigned(assignment);
      for (const host of names)
        this.inventory.setVariable(host, name, { value: pythonValue(value), origin });
    }
  }

  private assigned(assignment: string): [string, string] {
    const at = assignment.indexOf('=');
    if (at >= 0) return [assignment.slice(0, at), assignment.slice(at + 1)];
    // What stands there may be the second half of a password.
    const advice = 'write name=value without blanks around =, and values with blanks in quotes';
    throw new Unusable('has something behind a host that is no name=value', advice);
  }

  private readVariable(line: string, number: number): void {
    const at = line.indexOf('=');
    if (at < 0)
      throw new Unusable('has no name=value in a section of variables', 'write name=value');
    const { group } = this.section;
    const origin = { ...this.originAt(number), note: `group ${group}` };
    const value = pythonValue(line.slice(at + 1).trim());
    this.inventory.setVariable(group, line.slice(0, at).trim(), { value, origin });
  }

  private readChild(line: string, number: number): void {
    const [, child] = /^([^:\]\s]+)\s*(?:#.*)?$/.exec(line) ?? [];
    if (child === undefined) {
      throw new Unusable(`has no name of a group: ${line}`, 'write one group a line');
    }
    const { group } = this.section;
    const waiting = this.pending.get(child);
    if (this.inventory.groups.has(child)) this.inventory.addChild(group, child);
    else if (waiting === undefined)
      this.pending.set(child, { line: number, kind: 'children', parents: [group] });
    else waiting.parents.push(group);
  }

  private originAt(line: number): Origin {
    return { file: this.file, line };
  }
}
