import type { MachineWmi, WmiTarget } from '../../machine';
import type { Host } from '../host';
import { classByName, hasNamespace } from './classes/catalogue';
import { type Instance, propertyNamed, textOf, valueOf, type WmiClass } from './classes/wmi-class';
import { invokeMethod, type MethodTarget } from './invoke-method';
import { refuseWithoutInstances, runQuery } from './run-query';
import { wholeObject } from './wmi-object';
import { orRefused, WmiRefusal } from './wmi-refusal';

/** The classes of the machine as WMI gives them to whoever asks from outside. */
export function createMachineWmi(host: Host): MachineWmi {
  return {
    query: (namespace, wql) => orRefused(() => runQuery(host, namespace, wql)),
    list: (namespace, className) =>
      orRefused(() => {
        const wmi = classOf({ namespace, className, keys: new Map() }, host);
        refuseWithoutInstances(wmi, `select * from ${wmi.name}`);
        return allOf(wmi, host).map((one) => wholeObject(wmi, one));
      }),
    get: (target) =>
      orRefused(() => {
        const wmi = classOf(target, host);
        return wholeObject(wmi, instanceOf(wmi, target, host));
      }),
    async invoke(target, name, parameters) {
      const method = orRefused(() => methodOf(target, name, host));
      if ('problem' in method) return method;
      try {
        return await invokeMethod(method, parameters);
      } catch (error) {
        if (error instanceof WmiRefusal) return error.refused;
        throw error;
      }
    },
  };
}

function allOf(wmi: WmiClass, host: Host): readonly Instance[] {
  return wmi.instances({ host, key: null, condition: null });
}

function classOf({ namespace, className }: WmiTarget, host: Host): WmiClass {
  if (!hasNamespace(namespace, host)) {
    throw new WmiRefusal('GetObject', 'no-such-namespace', className);
  }
  const wmi = classByName(className, namespace);
  if (wmi === null) throw new WmiRefusal('GetObject', 'no-such-class', className);
  return wmi;
}

function methodOf(target: WmiTarget, name: string, host: Host): MethodTarget {
  const wmi = classOf(target, host);
  const method = wmi.methods.get(name.toLowerCase());
  if (method === undefined) {
    throw new WmiRefusal('ExecMethod', 'no-such-method', `${wmi.name}::${name}`);
  }
  const instance = method.isStatic === true ? null : instanceOf(wmi, target, host);
  return { host, wmi, method, instance };
}

/** Without keys it is the only one that a class has, as of the operating system. */
function instanceOf(wmi: WmiClass, target: WmiTarget, host: Host): Instance {
  const { keys } = target;
  const path = pathOf(wmi, target);
  if (keys.size === 0) {
    const [only, ...others] = wmi.hasInstances === false ? [] : allOf(wmi, host);
    if (only !== undefined && others.length === 0) return only;
    throw new WmiRefusal('GetObject', 'missing-keys', path);
  }
  const names = wmi.keys ?? [wmi.key];
  const isKey = (typed: string): boolean => names.includes(propertyNamed(wmi, typed) ?? '');
  if (![...keys.keys()].every(isKey)) throw new WmiRefusal('GetObject', 'unexpected-keys', path);
  if (keys.size < names.length) throw new WmiRefusal('GetObject', 'missing-keys', path);
  const key = [...keys].find(([name]) => name.toLowerCase() === wmi.key.toLowerCase());
  const found = wmi
    .instances({ host, key: key?.[1] ?? null, condition: null })
    .find((one) => [...keys].every(([name, text]) => isText(valueOf(one, name), text)));
  if (found === undefined) throw new WmiRefusal('GetObject', 'no-such-instance', path);
  return found;
}

function isText(value: Parameters<typeof textOf>[0], text: string): boolean {
  return textOf(value).toLowerCase() === text.toLowerCase();
}

function pathOf({ name }: WmiClass, { keys }: WmiTarget): string {
  const parts = [...keys].map(([key, text]) => `${key}="${text.replaceAll('\\', '\\\\')}"`);
  return parts.length === 0 ? name : `${name}.${parts.join(',')}`;
}
