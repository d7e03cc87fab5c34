import type { Host } from '../../../host';
import { type Instance, textOf, valueOf, type WmiClass } from '../classes/wmi-class';
import type { Subject } from '../command-line';
import { exitCodes, WmicError } from '../wmic-error';

/** Calls a method of each instance; returns what is printed. A refusal is a return value, not an error. */
export async function callMethod(
  subject: Subject,
  wmi: WmiClass,
  instances: readonly Instance[],
  host: Host,
): Promise<string[]> {
  const [name, ...given] = subject.arguments.filter(({ kind }) => kind !== 'comma');
  const method = wmi.methods.get(name?.text.toLowerCase() ?? '');
  if (name === undefined || method === undefined) {
    throw new WmicError('Invalid method name.', exitCodes.badAliasVerb);
  }
  const lines: string[] = [];
  for (const instance of instances) {
    const call = { host, instance, arguments: given.map(({ text }) => text) };
    const value = await method(call);
    lines.push(
      `Executing (${pathOf(instance, wmi, host)})->${name.text.toLowerCase()}()`,
      'Method execution successful.',
      'Out Parameters:',
      'instance of __PARAMETERS',
      '{',
      `\tReturnValue = ${value};`,
      '};',
      '',
    );
  }
  return lines;
}

function pathOf(instance: Instance, wmi: WmiClass, host: Host): string {
  const key = textOf(valueOf(instance, wmi.key)).replaceAll('\\', String.raw`\\`);
  const place = String.raw`\\${host.windows.computerName}\ROOT\CIMV2`;
  return `${place}:${wmi.name}.${wmi.key}="${key}"`;
}
