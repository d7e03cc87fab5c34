import type { WmiObject, WmiParameters } from '../../machine';
import type { Host } from '../host';
import {
  type Instance,
  type MethodResult,
  ProviderFailure,
  type Properties,
  type PropertyValue,
  type WmiClass,
  type WmiMethod,
} from './classes/wmi-class';
import { portValue } from './wmi-object';
import { WmiRefusal } from './wmi-refusal';

export interface MethodTarget {
  readonly host: Host;
  readonly wmi: WmiClass;
  readonly method: WmiMethod;
  /** Null for a static method. */
  readonly instance: Instance | null;
}

/** @throws WmiRefusal for parameters that the method has not, and when its provider fails */
export async function invokeMethod(
  { host, wmi, method, instance }: MethodTarget,
  given: WmiParameters,
): Promise<WmiObject> {
  const about = `${wmi.name}::${method.name}`;
  const parameters = readParameters(method.input, given, about);
  const result = await runMethod(method, { host, instance, parameters }, about);
  return {
    className: null,
    properties: Object.entries(method.output).map(([name, type]) => ({
      name,
      type,
      value: portValue(type, result[name] ?? null),
    })),
  };
}

async function runMethod(
  method: WmiMethod,
  call: Parameters<WmiMethod['run']>[0],
  about: string,
): Promise<MethodResult> {
  try {
    return await method.run(call);
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    throw new WmiRefusal('ExecMethod', 'provider-failure', about, error.message);
  }
}

function readParameters(input: Properties, given: WmiParameters, about: string): Instance {
  const read: [string, PropertyValue][] = [];
  for (const [typed, texts] of given) {
    const found = Object.entries(input).find(
      ([name]) => name.toLowerCase() === typed.toLowerCase(),
    );
    const value = found === undefined ? undefined : valueFrom(found[1], texts);
    if (found === undefined || value === undefined) {
      throw new WmiRefusal('ExecMethod', 'invalid-parameters', about);
    }
    read.push([found[0], value]);
  }
  return Object.fromEntries(read);
}

const ranges: Readonly<Record<string, readonly [least: number, most: number]>> = {
  uint8: [0, 0xff],
  uint16: [0, 0xffff],
  uint32: [0, 0xffffffff],
  sint32: [-0x80000000, 0x7fffffff],
};

/** Undefined for text that is no value of the type. */
function valueFrom(type: string, texts: readonly string[] | null): PropertyValue | undefined {
  if (texts === null) return null;
  if (type.endsWith('[]')) return type === 'string[]' ? texts : undefined;
  const [text] = texts;
  if (text === undefined || texts.length > 1) return undefined;
  const range = ranges[type];
  if (range === undefined) return text;
  const number = /^-?\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  return number >= range[0] && number <= range[1] ? number : undefined;
}
