import type {
  Observation,
  ProductPredicate,
  RegistryPredicate,
} from '../../../contracts/predicate';
import type { Answer } from '../../../contracts/reason';
import { known, unknown } from '../../../contracts/reason';
import type { RegistryValue } from '../registry';
import { registryNumber } from '../registry';

/** What a definition asks of the registry, told from the values of keys; null for a key that is not there. */
export type KeyAnswer = Answer<readonly RegistryValue[] | null>;

/** Characters kept of a text; definitions compare at most 1000. */
const maxTextLength = 1024;

export function registryObservation(
  { value }: Pick<RegistryPredicate, 'value'>,
  key: KeyAnswer,
): Answer<Observation> {
  if (!key.known) return key;
  const isThere = { kind: 'registry', exists: true, type: null, data: null } as const;
  if (key.value === null) return known({ ...isThere, exists: false });
  if (value === null) return known(isThere);
  const name = value.toLowerCase();
  const found = key.value.find((one) => one.name.toLowerCase() === name);
  if (found === undefined) return known({ ...isThere, exists: false });
  const data = dataOf(found);
  if (data === null) return unknown(`registry value ${found.name} is no number`);
  return known({ ...isThere, type: found.type, data });
}

function dataOf(value: RegistryValue): number | string | null {
  return /^REG_[DQ]WORD$/.test(value.type)
    ? registryNumber(value)
    : value.text.slice(0, maxTextLength);
}

/** One key that is there is enough, whatever could not be asked of the others. */
export function productObservation(
  { keys }: ProductPredicate,
  valuesOf: (key: string) => KeyAnswer,
): Answer<Observation> {
  const answers = keys.map((key) => ({ key, answer: valuesOf(key) }));
  const found = answers.filter(({ answer }) => answer.known && answer.value !== null);
  const open = answers.find(({ answer }) => !answer.known)?.answer;
  if (found.length === 0 && open !== undefined && !open.known) return open;
  return known({ kind: 'product', found: found.map(({ key }) => key) });
}
