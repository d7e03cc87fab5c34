import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
  visit,
} from 'yaml';

import { encrypted, Unusable } from './origin';

/** YAML as Ansible reads it: YAML 1.1 as PyYAML types it, the last of equal keys, `!vault` and `!unsafe`; or JSON. */

export interface Entry {
  readonly key: unknown;
  readonly line: number;
  readonly node: unknown;
}

export interface PythonYaml {
  readonly root: unknown;
  /** Entries of a mapping, with those that `<<` merges; null when it is none. */
  entries(node: unknown): readonly Entry[] | null;
  value(node: unknown): unknown;
  isEmpty(node: unknown): boolean;
  readonly problems: readonly { readonly line: number; readonly message: string }[];
}

/** Nodes that are visited for one file, aliases included: some aliases are honest, many in each other are a bomb. */
const maxNodes = 3_000_000;

export function parsePythonYaml(text: string): PythonYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    schema: 'failsafe',
  });
  const problems = document.errors.map(({ message, pos }) => ({
    line: lines.linePos(pos[0]).line,
    message,
  }));
  const reader = new Reader(document, lines, isJson(text));
  return {
    root: document.contents,
    problems,
    entries: (node) => reader.entries(node),
    value: (node) => reader.value(node),
    isEmpty: (node) => reader.isEmpty(node),
  };
}

/** Ansible tries JSON first, in which 1e3 is a number and no text. */
function isJson(text: string): boolean {
  if (!/^\s*[{[]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

class Reader {
  private visited = 0;
  private targets: ReadonlyMap<unknown, unknown> | undefined;
  private readonly document: Document.Parsed;
  private readonly lines: LineCounter;
  private readonly json: boolean;

  constructor(document: Document.Parsed, lines: LineCounter, json: boolean) {
    this.document = document;
    this.lines = lines;
    this.json = json;
  }

  entries(given: unknown): Entry[] | null {
    const node = this.resolved(given);
    if (!isMap(node)) return null;
    const own: Entry[] = [];
    const merged: Entry[] = [];
    for (const { key, value } of node.items) {
      if (isScalar(key) && key.type === 'PLAIN' && key.source === '<<') {
        merged.push(...this.mergedEntries(value));
      } else {
        own.push({ key: this.value(key), line: this.lineOf(key), node: value });
      }
    }
    // A merged key keeps its place in front and yields to one that is written (YAML merge key, yaml.org/type/merge).
    const byKey = new Map([...merged, ...own].map((entry) => [entry.key, entry]));
    return [...byKey.values()];
  }

  /** Of several maps the first one wins. */
  private mergedEntries(value: unknown): Entry[] {
    const node = this.resolved(value);
    const maps = isSeq(node) ? node.items.toReversed() : [node];
    return maps.flatMap((map) => this.entries(map) ?? []);
  }

  isEmpty(given: unknown): boolean {
    const node = this.resolved(given);
    return node === null || (isScalar(node) && this.value(node) === null);
  }

  value(given: unknown): unknown {
    const node = this.resolved(given);
    if (node === null) return null;
    const { tag } = node as Node & { tag?: string };
    if (tag === '!vault' || tag === '!vault-encrypted') return encrypted;
    if (isSeq(node)) return node.items.map((item) => this.value(item));
    if (isScalar(node)) return this.scalar(node, tag);
    const entries = this.entries(node) ?? [];
    const plain = Object.fromEntries(
      entries.map(({ key, node: inner }) => [String(key), this.value(inner)]),
    );
    return unwrapped(plain);
  }

  private scalar(node: Scalar, tag: string | undefined): unknown {
    const text = typeof node.value === 'string' ? node.value : (node.source ?? '');
    const isTyped = node.type === 'PLAIN' && (tag === undefined || tag === '!unsafe');
    if (!isTyped) return tag === 'tag:yaml.org,2002:int' ? Number(text) : text;
    return this.json ? (JSON.parse(text === '' ? 'null' : text) as unknown) : plainValue(text);
  }

  private resolved(given: unknown): unknown {
    this.visited += 1;
    if (this.visited > maxNodes) {
      throw new Unusable('has aliases that blow it up', 'write the values out');
    }
    const node = given ?? null;
    if (!isAlias(node)) return node;
    this.targets ??= targetsOf(this.document);
    const target = this.targets.get(node) ?? null;
    if (target === null) throw new Unusable(`has an alias to nothing: ${node.source}`, 'define it');
    return target;
  }

  private lineOf(node: unknown): number {
    const at = (node as Node | null)?.range?.[0] ?? 0;
    return Math.max(1, this.lines.linePos(at).line);
  }
}

/** An alias stands for the last node before it that has its anchor. */
function targetsOf(document: Document.Parsed): ReadonlyMap<unknown, unknown> {
  const anchors = new Map<string, unknown>();
  const targets = new Map<unknown, unknown>();
  visit(document, {
    Alias(_, alias) {
      targets.set(alias, anchors.get(alias.source));
    },
    Node(_, node) {
      if ('anchor' in node && node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return targets;
}

/** How `ansible-inventory` writes what JSON has no words for. */
function unwrapped(plain: { readonly [key: string]: unknown }): unknown {
  const [first, ...more] = Object.keys(plain);
  if (more.length > 0) return plain;
  if (first === '__ansible_vault') return encrypted;
  return first === '__ansible_unsafe' ? plain[first] : plain;
}

/** Implicit types of PyYAML's resolver: `yes` is true, `0o17` and `1e3` are text, `017` is octal, `1:30` is 90. */
function plainValue(text: string): unknown {
  if (/^(?:~|null|Null|NULL|)$/.test(text)) return null;
  if (/^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/.test(text)) return true;
  if (/^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/.test(text)) return false;
  return integerOf(text) ?? floatOf(text) ?? text;
}

/** Each with its base; a number to base 60 is a time of day that nobody meant as such. */
const integers: readonly (readonly [pattern: RegExp, base: number])[] = [
  [/^0b([01_]+)$/, 2],
  [/^0x([0-9a-fA-F_]+)$/, 16],
  [/^0([0-7_]+)$/, 8],
  [/^(0|[1-9][0-9_]*)$/, 10],
  [/^([1-9][0-9_]*(?::[0-5]?[0-9])+)$/, 60],
];

function integerOf(text: string): number | null {
  const unsigned = text.replace(/^[-+]/, '');
  for (const [pattern, base] of integers) {
    const [, digits] = pattern.exec(unsigned) ?? [];
    if (digits === undefined) continue;
    const value = base === 60 ? sexagesimal(digits) : parseInt(digits.replaceAll('_', ''), base);
    return text.startsWith('-') ? 0 - value : value;
  }
  return null;
}

function floatOf(text: string): number | null {
  if (/^[-+]?\.(?:inf|Inf|INF)$/.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (/^\.(?:nan|NaN|NAN)$/.test(text)) return NaN;
  if (/^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*$/.test(text)) {
    const value = sexagesimal(text.replace(/^[-+]/, ''));
    return text.startsWith('-') ? -value : value;
  }
  const isFloat =
    /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?)$/;
  return isFloat.test(text) ? Number(text.replaceAll('_', '')) : null;
}

const sexagesimal = (text: string): number =>
  text
    .replaceAll('_', '')
    .split(':')
    .reduce((sum, part) => sum * 60 + Number(part), 0);
