import type { SymptomPattern } from '../../contracts/hotfix';
import type { Combination, Predicate } from '../../contracts/predicate';
import { commandWords } from './predicates/command';
import { counterWords } from './predicates/counter';
import { eventsWords } from './predicates/events';
import { fileWords } from './predicates/file';
import { packageWords } from './predicates/package';
import { productWords } from './predicates/product';
import { registryWords } from './predicates/registry';
import { serviceWords } from './predicates/service';

/** What stands before the parts of a combination. */
export const headings = {
  all: 'all of these hold',
  any: 'one of these holds',
  none: 'none of these holds',
} as const;

/**
 * What a predicate asks, as a clause for people: `%windir%\system32\dns.exe is older than 6.1.7601.24557`. With the
 * symptom of the definition the events are told as well.
 */
export function wordsOf(predicate: Predicate, symptom: SymptomPattern | null = null): string {
  if ('of' in predicate) return combined(predicate, symptom);
  switch (predicate.kind) {
    case 'events':
      return eventsWords(predicate, symptom);
    case 'registry':
      return registryWords(predicate);
    case 'service':
      return serviceWords(predicate);
    case 'file':
      return fileWords(predicate);
    case 'package':
      return packageWords(predicate);
    case 'product':
      return productWords(predicate);
    case 'counter':
      return counterWords(predicate);
    case 'command':
      return commandWords(predicate);
    default:
      return predicate satisfies never;
  }
}

function combined({ kind, of }: Combination, symptom: SymptomPattern | null): string {
  const parts = of.map((one) => {
    const words = wordsOf(one, symptom);
    return 'of' in one && one.of.length > 1 ? `(${words})` : words;
  });
  if (parts.length === 1 && kind !== 'none') return parts[0] ?? '';
  return `${headings[kind]}: ${parts.join('; ')}`;
}
