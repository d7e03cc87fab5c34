import type { Host } from '../../host';
import { classByAlias, classByName } from '../../wmi/classes/catalogue';
import { type Instance, propertyNamed, type WmiClass } from '../../wmi/classes/wmi-class';
import type { Subject } from './command-line';
import { type Condition, InvalidWql, propertiesOf, requiredValue } from '../../wmi/wql/condition';
import { matchesCondition } from '../../wmi/wql/evaluate';
import { parseWql } from '../../wmi/wql/parse';
import { exitCodes, invalidQuery, wmiFailure, WmicError } from './wmic-error';

/** @throws WmicError for an alias or a class that is not there */
export function classOf({ kind, name }: Subject, host: Host): WmiClass {
  const found = kind === 'alias' ? classByAlias(name) : classByName(name);
  if (found !== null) return found;
  if (kind === 'class') throw wmiFailure(host.windows.computerName, 0x80041010);
  throw new WmicError(`${name} - Alias not found.`, exitCodes.aliasNotFound);
}

/** @throws WmicError for a condition that is not WQL or names a property that the class has not */
export function selectInstances(subject: Subject, wmi: WmiClass, host: Host): readonly Instance[] {
  const condition = conditionOf(subject, wmi, host);
  if (condition === null) return wmi.instances({ host, key: null, condition });
  if (propertiesOf(condition).some((name) => propertyNamed(wmi, name) === null)) {
    throw invalidQuery(host.windows.computerName);
  }
  const key = requiredValue(condition, wmi.key);
  const candidates = wmi.instances({ host, key, condition });
  return candidates.filter((instance) => matchesCondition(condition, instance));
}

function conditionOf({ key, where }: Subject, wmi: WmiClass, host: Host): Condition | null {
  if (key !== null) {
    if (!wmi.takesKey) {
      throw new WmicError(`${key} - Invalid alias verb.`, exitCodes.badAliasVerb);
    }
    return { kind: 'compare', property: wmi.key, operator: '=', value: unescaped(key) };
  }
  if (where === null) return null;
  try {
    return parseWql(where);
  } catch (error) {
    if (error instanceof InvalidWql) throw invalidQuery(host.windows.computerName);
    throw error;
  }
}

/** wmic puts the key between quotes in a query, where a backslash is written twice. */
function unescaped(key: string): string {
  return key.replaceAll(String.raw`\\`, '\\');
}
