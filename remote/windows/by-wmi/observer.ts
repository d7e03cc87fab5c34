import type { ServiceFacts } from '../../../contracts/facts';
import type { CounterPredicate, Observation } from '../../../contracts/predicate';
import type { Answer } from '../../../contracts/reason';
import { unknown } from '../../../contracts/reason';
import type { Wmi, WmiOptions, WmiShape } from '../../wmi';
import { cimName, counterValues } from '../observations/counters';
import type { Observer } from '../observations/observe';
import type { KeyAnswer } from '../observations/registry-value';
import { productObservation, registryObservation } from '../observations/registry-value';
import { answered, flat } from './answered';
import { fileVersionByWmi } from './os';
import type { WmiOs } from './os';
import { createWmiRegistry } from './registry';

/** What WMI has been told already. */
export interface ToldByWmi {
  readonly os: Answer<WmiOs>;
  /** All of the host. */
  readonly services: Answer<readonly ServiceFacts[]>;
  /** Why there is no shell for what only a tool can tell. */
  readonly needsShell: (tool: string) => Answer<never>;
}

/** Asks WMI what a definition wants to know; packages and commands stay open. */
export function wmiObserver(
  wmi: Wmi,
  { os, services, needsShell }: ToldByWmi,
  options: WmiOptions,
): Observer {
  const registry = createWmiRegistry(wmi, options);
  const key = async (name: string, value: string | null): Promise<KeyAnswer> => {
    if (value !== null) return flat(await answered(() => registry.value(name, value)));
    const names = flat(await answered(() => registry.valueNames(name)));
    return names.known && names.value !== null ? { known: true, value: [] } : (names as KeyAnswer);
  };
  return {
    registry: async (asked) => registryObservation(asked, await key(asked.key, asked.value)),
    product: async (asked) => {
      const keys = new Map<string, KeyAnswer>();
      // oxlint-disable-next-line no-await-in-loop -- one question per key
      for (const one of asked.keys) keys.set(one, await key(one, null));
      return productObservation(asked, (one) => keys.get(one) ?? unknown(`${one} was not asked`));
    },
    services,
    versionOf: async (path) =>
      os.known
        ? flat(await answered(() => fileVersionByWmi(wmi, path, os.value, options)))
        : unknown(`the folders of the host are not known: ${os.why}`),
    packageOf: () => needsShell('dism'),
    counter: async (asked) => flat(await answered(() => counterByWmi(wmi, asked, options))),
    command: () => needsShell('a command'),
  };
}

async function counterByWmi(
  wmi: Wmi,
  asked: CounterPredicate,
  options: WmiOptions,
): Promise<Answer<Observation>> {
  const { instance } = asked;
  const [className, property] = [cimName(asked.class), cimName(asked.property)];
  const named: WmiShape = instance === null ? {} : { Name: 'string' };
  const shape: WmiShape = { ...named, [property]: 'uint64' };
  const query = `SELECT ${Object.keys(shape).join(', ')} FROM ${className}`;
  const rows = await wmi.wql(query, shape, options);
  return counterValues(
    asked,
    rows.map((row) => ({ name: String(row['Name'] ?? ''), value: safe(row[property]) })),
  );
}

/** Of 64 bits only what a number can hold. */
function safe(value: unknown): number | null {
  const number = typeof value === 'bigint' ? Number(value) : null;
  return number !== null && Number.isSafeInteger(number) ? number : null;
}
