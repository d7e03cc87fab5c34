import type { Origin } from './origin';

/** A value with its place, and the variable or column that holds it. */
export interface Source {
  readonly origin: Origin;
  readonly name: string;
}

/** A host that an inventory names, in the fields of the fleet's own `hosts`; nothing of it is checked yet. */
export interface FoundHost {
  readonly name: string;
  readonly origin: Origin;
  readonly fields: {
    readonly address: unknown;
    readonly labels: { readonly [name: string]: unknown };
    readonly connection: { readonly [field: string]: unknown };
  };
  /** By `address`, `labels.role`, `connection.port`. */
  readonly sources: ReadonlyMap<string, Source>;
  /** Who logs in, as far as the inventory tells. */
  readonly login: { readonly user: string; readonly origin: Origin } | null;
}

/** What the fleet says of the hosts besides the inventory, as it was written; only to be looked into. */
export interface Surroundings {
  /** Defaults of the fleet and of the include, the later ones over the earlier ones. */
  readonly below: Block;
  /** What the fleet says of one host by its name. */
  above(host: string): Block;
  /** The fleet's `jumpHosts`. */
  readonly jumpHosts: Block;
  readonly labelVars: readonly string[];
}

export type Block = { readonly [field: string]: unknown };

export const blockAt = (value: unknown, field: string): Block => {
  const inner = isBlock(value) ? value[field] : undefined;
  return isBlock(inner) ? inner : {};
};

const isBlock = (value: unknown): value is Block =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Gathers the fields of one host. */
export class HostDraft {
  readonly sources = new Map<string, Source>();
  readonly labels: { [name: string]: unknown } = {};
  readonly connection: { [field: string]: unknown } = {};
  readonly name: string;
  readonly origin: Origin;
  private address: unknown;

  constructor(name: string, origin: Origin) {
    this.name = name;
    this.origin = origin;
    this.setAddress(name, { origin, name: 'the name' });
  }

  setAddress(value: unknown, source: Source): void {
    this.address = value;
    this.sources.set('address', source);
  }

  setLabel(name: string, value: unknown, source: Source): void {
    this.labels[name] = value;
    this.sources.set(`labels.${name}`, source);
  }

  setConnection(field: string, value: unknown, source: Source): void {
    this.connection[field] = value;
    this.sources.set(`connection.${field}`, source);
  }

  finish(login: FoundHost['login']): FoundHost {
    const { name, origin, sources, address, labels, connection } = this;
    return { name, origin, sources, login, fields: { address, labels, connection } };
  }
}
