import type { HostFacts } from '../../contracts/facts';
import type { Hotfix } from '../../contracts/hotfix';
import {
  type Observation,
  type Predicate,
  type RegistryPredicate,
  observablesOf,
  observationKey,
} from '../../contracts/predicate';
import { type Answer, known, unknown } from '../../contracts/reason';

type Observations = NonNullable<HostFacts['observations']>;

/** Characters of a text that decides nothing. */
const textLength = 200;

/** The answers that the definition asks for; their texts are cut where that changes no answer. */
export function trimObservations(observations: Observations, hotfix: Hotfix): Observations {
  const asked = predicatesOf(hotfix);
  const longest = longestTexts(asked);
  const entries = observablesOf(asked).flatMap((predicate) => {
    const key = observationKey(predicate);
    const observed = observations[key];
    return observed === undefined ? [] : [[key, trimmed(observed, longest.get(key) ?? 0)] as const];
  });
  return Object.fromEntries(entries);
}

const predicatesOf = ({ applicability, affected, corroboration }: Hotfix): readonly Predicate[] => [
  ...(applicability.when === null ? [] : [applicability.when]),
  ...applicability.prerequisites.map(({ when }) => when),
  affected.rule,
  ...(affected.suspect === null ? [] : [affected.suspect]),
  ...corroboration.map(({ when }) => when),
];

/** By key, the longest text that a registry value is compared with; a longer answer stays longer than all of them. */
function longestTexts(predicates: readonly Predicate[]): ReadonlyMap<string, number> {
  const longest = new Map<string, number>();
  const visit = (predicate: Predicate): void => {
    if ('of' in predicate) return predicate.of.forEach(visit);
    if (predicate.kind !== 'registry') return;
    const key = observationKey(predicate);
    longest.set(key, Math.max(longest.get(key) ?? 0, comparedLength(predicate)));
  };
  predicates.forEach(visit);
  return longest;
}

const comparedLength = ({ test }: RegistryPredicate): number =>
  'equals' in test && typeof test.equals === 'string' ? test.equals.toLowerCase().length : 0;

function trimmed(observed: Answer<Observation>, compared: number): Answer<Observation> {
  if (!observed.known) return unknown(observed.why.slice(0, textLength));
  const { value } = observed;
  if (value.kind === 'command') {
    return known({ ...value, outputTail: value.outputTail.slice(-textLength) });
  }
  if (value.kind === 'registry' && typeof value.data === 'string') {
    const length = Math.max(textLength, compared + 1);
    return known({ ...value, data: value.data.slice(0, length) });
  }
  return observed;
}
