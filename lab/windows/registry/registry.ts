import { hiveNames } from './key-path';

export interface RegistryValue {
  readonly name: string;
  readonly type: string;
  /** Text of a string, a number as `0x1`, strings of a multi-string joined with `\0`. */
  readonly data: string;
}

export interface RegistryKey {
  /** Full name as it was made. */
  readonly path: string;
  readonly values: readonly RegistryValue[];
  /** Full names of the keys in it. */
  readonly subkeys: readonly string[];
}

/** The registry of one machine. Paths are full: `HKEY_LOCAL_MACHINE\SOFTWARE\…`, case ignored. */
export interface Registry {
  key(path: string): RegistryKey | null;
  value(path: string, name: string): RegistryValue | null;
  setValue(path: string, value: RegistryValue): void;
  /** Makes the key and those above it. */
  addKey(path: string): void;
  deleteValue(path: string, name: string): boolean;
  deleteKey(path: string): boolean;
}

interface Node {
  readonly path: string;
  readonly values: Map<string, RegistryValue>;
}

export interface RegistryOptions {
  /** Keys and values there from the start; asked for at the first use. */
  readonly initial: () => Iterable<readonly [path: string, values: readonly RegistryValue[]]>;
  /** Values that follow the state of the machine; null when there is none now. */
  readonly live: (path: string, name: string) => RegistryValue | null;
  /** Null for a name is the key itself, null for a value that it is gone. */
  readonly onChanged: (path: string, name: string | null, value: RegistryValue | null) => void;
}

export function createRegistry({ initial, live, onChanged }: RegistryOptions): Registry {
  let loaded: Map<string, Node> | null = null;

  const nodes = (): Map<string, Node> => {
    if (loaded !== null) return loaded;
    loaded = new Map(hiveNames.map((path) => [path.toLowerCase(), { path, values: new Map() }]));
    for (const [path, values] of initial()) {
      const node = make(path);
      for (const value of values) node.values.set(value.name.toLowerCase(), value);
    }
    return loaded;
  };
  const make = (path: string): Node => {
    const known = nodes().get(path.toLowerCase());
    if (known !== undefined) return known;
    const cut = path.lastIndexOf('\\');
    if (cut > 0) make(path.slice(0, cut));
    const node: Node = { path, values: new Map() };
    nodes().set(path.toLowerCase(), node);
    return node;
  };
  const valuesOf = (node: Node): RegistryValue[] =>
    [...node.values.values()].flatMap((value) => live(node.path, value.name) ?? value);

  return {
    key(path) {
      const node = nodes().get(path.toLowerCase());
      if (node === undefined) return null;
      return { path: node.path, values: valuesOf(node), subkeys: childrenOf(nodes(), node.path) };
    },
    value(path, name) {
      const node = nodes().get(path.toLowerCase());
      const value = node?.values.get(name.toLowerCase());
      if (node === undefined || value === undefined) return null;
      return live(node.path, value.name) ?? value;
    },
    setValue(path, value) {
      make(path).values.set(value.name.toLowerCase(), value);
      onChanged(path, value.name, value);
    },
    addKey(path) {
      if (nodes().has(path.toLowerCase())) return;
      make(path);
      onChanged(path, null, { name: '', type: 'REG_NONE', data: '' });
    },
    deleteValue(path, name) {
      const isGone = nodes().get(path.toLowerCase())?.values.delete(name.toLowerCase()) ?? false;
      if (isGone) onChanged(path, name, null);
      return isGone;
    },
    deleteKey(path) {
      const prefix = path.toLowerCase();
      if (!nodes().has(prefix)) return false;
      for (const key of nodes().keys())
        if (key === prefix || key.startsWith(`${prefix}\\`)) nodes().delete(key);
      onChanged(path, null, null);
      return true;
    },
  };
}

function childrenOf(nodes: ReadonlyMap<string, Node>, path: string): string[] {
  const prefix = `${path.toLowerCase()}\\`;
  const children: string[] = [];
  for (const [key, node] of nodes) {
    if (key.startsWith(prefix) && !key.slice(prefix.length).includes('\\'))
      children.push(node.path);
  }
  return children.toSorted((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
}
