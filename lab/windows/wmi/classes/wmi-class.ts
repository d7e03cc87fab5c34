import type { CimType } from '../../../machine';
import type { Host } from '../../host';
import type { Condition } from '../wql/condition';

export type PropertyValue =
  string | number | boolean | readonly string[] | readonly number[] | null;

/** One instance: property to value; what is not given is null. Times are texts as CIM writes them. */
export type Instance = { readonly [property: string]: PropertyValue };

/** Names as the class spells them, with their types; in the order in which they are listed. */
export type Properties = { readonly [name: string]: CimType };

interface InstanceSource {
  readonly host: Host;
  /** The only value of the key that is asked for; null when any is. */
  readonly key: string | null;
  /** What the instances are to fulfil; a class may leave out what does not, it need not. */
  readonly condition: Condition | null;
}

export interface MethodCall {
  readonly host: Host;
  /** Null for a static method. */
  readonly instance: Instance | null;
  /** By name as the method spells it; what was not given is not there. */
  readonly parameters: Instance;
}

/** What a method gives back by name, `ReturnValue` among it unless it has none. */
export type MethodResult = Instance;

/** The provider itself failed, which is no return value. */
export class ProviderFailure extends Error {
  /** HRESULT. */
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export interface WmiMethod {
  readonly name: string;
  readonly isStatic?: boolean;
  /** In the order in which wmic takes them. */
  readonly input: Properties;
  readonly output: Properties;
  run(call: MethodCall): MethodResult | Promise<MethodResult>;
}

export interface WmiClass {
  readonly name: string;
  /** @default root/cimv2 */
  readonly namespace?: string;
  /** What wmic calls it; null when it has no name for it. */
  readonly alias: string | null;
  readonly properties: Properties;
  /** What `list brief` shows. */
  readonly brief: readonly string[];
  /** Property by which wmic names an instance. */
  readonly key: string;
  /** Properties that make up the key in WMI. @default `key` alone */
  readonly keys?: readonly string[];
  /** Whether the alias takes a key behind it: `wmic process 1234 get Name`. */
  readonly takesKey: boolean;
  /** False for a class with methods alone, which no provider gives instances of. @default true */
  readonly hasInstances?: boolean;
  /** The narrower class that an instance of this one is of; null when it is of no other. */
  readonly subclassOf?: (instance: Instance) => WmiClass | null;
  instances(source: InstanceSource): readonly Instance[];
  /** By name in lower case. */
  readonly methods: ReadonlyMap<string, WmiMethod>;
}

export const noMethods: WmiClass['methods'] = new Map();

export function methodsOf(...methods: readonly WmiMethod[]): WmiClass['methods'] {
  return new Map(methods.map((method) => [method.name.toLowerCase(), method]));
}

/** Output of a method that tells its success by a number, as most do. */
export const returnValueOnly: Properties = { ReturnValue: 'uint32' };

export function namesOf({ properties }: WmiClass): readonly string[] {
  return Object.keys(properties);
}

/** The property as the class spells it; null when it has none of that name. */
export function propertyNamed(wmi: WmiClass, typed: string): string | null {
  return namesOf(wmi).find((name) => name.toLowerCase() === typed.toLowerCase()) ?? null;
}

export function valueOf(instance: Instance, property: string): PropertyValue {
  const exact = instance[property];
  if (exact !== undefined) return exact;
  const key = Object.keys(instance).find((name) => name.toLowerCase() === property.toLowerCase());
  return key === undefined ? null : (instance[key] ?? null);
}

export function textOf(value: PropertyValue): string {
  if (value === null) return '';
  if (typeof value === 'object') {
    const items = value.map((item) => (typeof item === 'string' ? `"${item}"` : String(item)));
    return `{${items.join(', ')}}`;
  }
  return typeof value === 'boolean' ? String(value).toUpperCase() : String(value);
}
