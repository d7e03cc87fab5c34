import type { Host } from '../../../host';

export type PropertyValue = string | number | boolean | null;

/** One instance: property to value; what is not given is null. */
export type Instance = { readonly [property: string]: PropertyValue };

interface InstanceSource {
  readonly host: Host;
  /** The only value of the key that is asked for; null when any is. */
  readonly key: string | null;
}

export interface MethodCall {
  readonly host: Host;
  readonly instance: Instance;
  readonly arguments: readonly string[];
}

export interface WmiClass {
  readonly name: string;
  readonly alias: string;
  readonly properties: readonly string[];
  /** What `list brief` shows. */
  readonly brief: readonly string[];
  /** Property by which a path names an instance. */
  readonly key: string;
  /** Whether the alias takes a key behind it: `wmic process 1234 get Name`. */
  readonly takesKey: boolean;
  instances(source: InstanceSource): readonly Instance[];
  /** By name in lower case; each returns WMI's return value. */
  readonly methods: ReadonlyMap<string, (call: MethodCall) => number | Promise<number>>;
}

export const noMethods: WmiClass['methods'] = new Map();

/** The property as the class spells it; null when it has none of that name. */
export function propertyNamed({ properties }: WmiClass, typed: string): string | null {
  return properties.find((name) => name.toLowerCase() === typed.toLowerCase()) ?? null;
}

export function valueOf(instance: Instance, property: string): PropertyValue {
  const exact = instance[property];
  if (exact !== undefined) return exact;
  const key = Object.keys(instance).find((name) => name.toLowerCase() === property.toLowerCase());
  return key === undefined ? null : (instance[key] ?? null);
}

export function textOf(value: PropertyValue): string {
  if (value === null) return '';
  return typeof value === 'boolean' ? String(value).toUpperCase() : String(value);
}
