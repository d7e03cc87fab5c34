import type { Host } from '../../../host';
import {
  type Instance,
  type MethodResult,
  textOf,
  valueOf,
  type WmiClass,
  type WmiMethod,
} from '../../../wmi/classes/wmi-class';
import type { Subject } from '../command-line';
import { exitCodes, WmicError } from '../wmic-error';

/** Calls a method of each instance; returns what is printed. A refusal is a return value, not an error. */
export async function callMethod(
  subject: Subject,
  wmi: WmiClass,
  instances: readonly Instance[],
  host: Host,
): Promise<string[]> {
  const { name, method, given } = methodOf(subject, wmi);
  // Given in the order in which the method declares them.
  const parameters = Object.fromEntries(
    Object.keys(method.input)
      .slice(0, given.length)
      .map((parameter, at) => [parameter, given[at] ?? '']),
  );
  const targets = method.isStatic === true ? [null] : instances;
  const lines: string[] = [];
  for (const instance of targets) {
    const result = await method.run({ host, instance, parameters });
    const target = instance === null ? wmi.name : pathOf(instance, wmi, host);
    lines.push(`Executing (${target})->${name}()`, ...outcome(method, result));
  }
  return lines;
}

/** Whether the method belongs to the class, so that no instance is needed to call it. */
export function isStaticCall(subject: Subject, wmi: WmiClass): boolean {
  return methodOf(subject, wmi).method.isStatic === true;
}

function methodOf(
  subject: Subject,
  wmi: WmiClass,
): { readonly name: string; readonly method: WmiMethod; readonly given: readonly string[] } {
  const [name, ...given] = subject.arguments
    .filter(({ kind }) => kind !== 'comma')
    .map(({ text }) => text);
  const method = wmi.methods.get(name?.toLowerCase() ?? '');
  if (name === undefined || method === undefined) {
    throw new WmicError('Invalid method name.', exitCodes.badAliasVerb);
  }
  return { name: name.toLowerCase(), method, given };
}

function outcome({ output }: WmiMethod, result: MethodResult): string[] {
  const values = Object.keys(output).flatMap((name) => {
    const value = result[name] ?? null;
    return value === null ? [] : [`\t${name} = ${textOf(value)};`];
  });
  return [
    'Method execution successful.',
    'Out Parameters:',
    'instance of __PARAMETERS',
    '{',
    ...values,
    '};',
    '',
  ];
}

function pathOf(instance: Instance, wmi: WmiClass, host: Host): string {
  const key = textOf(valueOf(instance, wmi.key)).replaceAll('\\', String.raw`\\`);
  const place = String.raw`\\${host.windows.computerName}\ROOT\CIMV2`;
  return `${place}:${wmi.name}.${wmi.key}="${key}"`;
}
