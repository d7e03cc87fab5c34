import type { CimType, WmiObject, WmiProperty } from '../../machine';
import { timeOfCim } from './classes/cim-time';
import {
  type Instance,
  namesOf,
  propertyNamed,
  type PropertyValue,
  valueOf,
  type WmiClass,
} from './classes/wmi-class';

/** An instance with everything that its class has, as what it is: a query for a class gives its subclasses too. */
export function wholeObject(wmi: WmiClass, instance: Instance): WmiObject {
  const own = wmi.subclassOf?.(instance) ?? wmi;
  return {
    className: own.name,
    properties: sorted(namesOf(own).map((name) => propertyOf(own, name, instance))),
  };
}

/** Some properties of an instance, each once, sorted whatever the order they are asked for in. */
export function projection(
  wmi: WmiClass,
  columns: readonly string[],
  instance: Instance,
): WmiObject {
  const names = new Set(columns.flatMap((typed) => propertyNamed(wmi, typed) ?? []));
  const properties = [...names].map((name) => propertyOf(wmi, name, instance));
  return { className: null, properties: sorted(properties) };
}

function propertyOf(wmi: WmiClass, name: string, instance: Instance): WmiProperty {
  const type = wmi.properties[name] ?? 'string';
  return { name, type, value: portValue(type, valueOf(instance, name)) };
}

export function portValue(type: CimType, value: PropertyValue): WmiProperty['value'] {
  if (type !== 'datetime' || typeof value !== 'string') return value;
  const time = timeOfCim(value);
  return time === null ? null : new Date(time).toISOString();
}

function sorted(properties: readonly WmiProperty[]): WmiProperty[] {
  return properties.toSorted((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
}
