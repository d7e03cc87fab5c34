import type { HostFacts } from '../../../contracts/facts';
import type { RegistryPredicate } from '../../../contracts/predicate';
import { type Answered, judgeObserved, unsure, yesOrNo } from './answered';

export function registryWords({ key, value, test }: RegistryPredicate): string {
  const what = `the ${nameOf(key, value)}`;
  if ('is' in test) return `${what} ${test.is === 'present' ? 'is there' : 'is not there'}`;
  if ('equals' in test) return `${what} is ${shown(test.equals)}`;
  return 'atLeast' in test
    ? `${what} is at least ${shown(test.atLeast)}`
    : `${what} is below ${shown(test.below)}`;
}

export function judgeRegistry(predicate: RegistryPredicate, facts: HostFacts): Answered {
  const { key, value, test } = predicate;
  const words = registryWords(predicate);
  return judgeObserved({ predicate, words }, facts, ({ exists, type, data }) => {
    const what = nameOf(key, value);
    if ('is' in test) {
      const code = exists ? 'registry-present' : 'registry-absent';
      const message = `The ${what} ${exists ? 'is there' : 'is not there'}.`;
      return yesOrNo(exists === (test.is === 'present'), code, message, { type, data });
    }
    // What is not there equals nothing and is on no side of a number.
    if (!exists) return yesOrNo(false, 'registry-absent', `The ${what} is not there.`);
    const wanted = 'equals' in test ? test.equals : 'atLeast' in test ? test.atLeast : test.below;
    if (data === null || typeof data !== typeof wanted) {
      const found = data === null ? 'cannot be read' : `is ${shown(data)}`;
      const why = `it ${found} (${type ?? 'of no known type'})`;
      return unsure('registry-other-type', words, why, { type, data });
    }
    const message = `The ${what} is ${shown(data)}.`;
    return yesOrNo(holds(test, data), 'registry-value', message, { type, data });
  });
}

function holds(
  test: Exclude<RegistryPredicate['test'], { readonly is: unknown }>,
  data: number | string,
): boolean {
  if ('equals' in test) {
    return String(data).toLowerCase() === String(test.equals).toLowerCase();
  }
  return 'atLeast' in test ? Number(data) >= test.atLeast : Number(data) < test.below;
}

const nameOf = (key: string, value: string | null): string =>
  value === null ? `registry key ${key}` : `registry value ${key}\\${value}`;

/** As registry editors show a number, because articles write most of them in hex. */
const shown = (data: number | string): string =>
  typeof data === 'string'
    ? `"${data}"`
    : data > 9
      ? `${data} (0x${data.toString(16).toUpperCase()})`
      : `${data}`;
