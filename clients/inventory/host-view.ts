import type { Source } from './found-host';
import { encrypted, type Origin, type Variable } from './origin';
import type { Report } from './report';

export interface Found extends Source {
  readonly value: unknown;
}

/** The variables of one host, looked at for what the fleet needs of them. What is not needed is never complained about. */
export class HostView {
  readonly host: string;
  private readonly refused = new Set<string>();
  private readonly variables: ReadonlyMap<string, Variable>;
  private readonly report: Report;

  constructor(host: string, variables: ReadonlyMap<string, Variable>, report: Report) {
    this.host = host;
    this.variables = variables;
    this.report = report;
  }

  /** Whether something was refused, so that what is missing in consequence is no news. */
  get isRefused(): boolean {
    return this.refused.size > 0;
  }

  isRefusedBy(...names: readonly string[]): boolean {
    return names.some((name) => this.refused.has(name));
  }

  /** Of several names for one thing the last one that is set counts, as in Ansible's plug-ins. */
  find(...names: readonly string[]): Found | null {
    const found = this.peek(...names);
    if (found === null) return null;
    if (contains(found.value, (value) => value === encrypted)) {
      const advice =
        'write it in plain, it is no secret; passwords belong where a credentialRef leads to';
      return this.refuse(found, 'is encrypted by ansible-vault', advice);
    }
    if (contains(found.value, isTemplate)) {
      const advice = 'write the value out: templates are Ansible’s alone';
      return this.refuse(found, 'is a template', advice);
    }
    return found;
  }

  /** The same without a word about what cannot be used. */
  peek(...names: readonly string[]): Found | null {
    const name = names.findLast((each) => (this.variables.get(each)?.value ?? null) !== null);
    const variable = name === undefined ? undefined : this.variables.get(name);
    return name === undefined || variable === undefined ? null : { name, ...variable };
  }

  text(...names: readonly string[]): (Found & { readonly value: string }) | null {
    const found = this.find(...names);
    if (found === null) return null;
    const { value } = found;
    const isText =
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    if (!isText) return this.refuse(found, 'is no text', 'make it one');
    return { ...found, value: String(value).trim() };
  }

  refuse(source: { origin: Origin; name: string }, message: string, advice: string): null {
    this.refused.add(source.name);
    this.report(source.origin, source.name, message, advice, this.host);
    return null;
  }
}

const isTemplate = (value: unknown): boolean =>
  typeof value === 'string' && /\{\{|\{%|\{#/.test(value);

function contains(value: unknown, isWanted: (value: unknown) => boolean): boolean {
  if (isWanted(value)) return true;
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some((inner) => contains(inner, isWanted));
}
