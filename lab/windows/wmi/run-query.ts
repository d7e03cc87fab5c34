import type { WmiObject } from '../../machine';
import type { Host } from '../host';
import { classByName, hasNamespace } from './classes/catalogue';
import { propertyNamed, type WmiClass } from './classes/wmi-class';
import { InvalidWql, propertiesOf, requiredValue } from './wql/condition';
import { matchesCondition } from './wql/evaluate';
import { parseSelect, type WqlSelect } from './wql/parse-select';
import { projection, wholeObject } from './wmi-object';
import { WmiRefusal } from './wmi-refusal';

const operation = 'ExecQuery';

/** @throws WmiRefusal */
export function runQuery(host: Host, namespace: string, wql: string): WmiObject[] {
  if (!hasNamespace(namespace, host))
    throw new WmiRefusal(operation, 'no-such-namespace', namespace);
  const { columns, className, condition } = readSelect(wql);
  const wmi = classByName(className, namespace);
  if (wmi === null) throw new WmiRefusal(operation, 'no-such-class', wql, 'Invalid class');
  const named = [...(columns ?? []), ...(condition === null ? [] : propertiesOf(condition))];
  if (named.some((name) => propertyNamed(wmi, name) === null)) throw invalidQuery(wql);
  refuseWithoutInstances(wmi, wql);
  const key = condition === null ? null : requiredValue(condition, wmi.key);
  return wmi
    .instances({ host, key, condition })
    .filter((instance) => condition === null || matchesCondition(condition, instance))
    .map((one) => (columns === null ? wholeObject(wmi, one) : projection(wmi, columns, one)));
}

/** @throws WmiRefusal for a class that no provider gives instances of (WBEM_E_PROVIDER_NOT_CAPABLE) */
export function refuseWithoutInstances({ hasInstances = true }: WmiClass, about: string): void {
  if (!hasInstances) {
    const text = 'Provider is not capable of the attempted operation';
    throw new WmiRefusal(operation, 'provider-failure', about, text);
  }
}

function readSelect(wql: string): WqlSelect {
  try {
    return parseSelect(wql);
  } catch (error) {
    if (error instanceof InvalidWql) throw invalidQuery(wql);
    throw error;
  }
}

function invalidQuery(wql: string): WmiRefusal {
  return new WmiRefusal(operation, 'invalid-query', wql, 'Invalid query');
}
