import type { FallbackAction } from '../../../contracts/hotfix';
import type { Answer } from '../../../contracts/reason';
import { known } from '../../../contracts/reason';
import type { RunOptions, Session } from '../../session';
import type { Question } from '../composite';
import { ask, requireAnyAnswer } from '../composite';
import { registryKeys } from '../observations/registry-keys';
import { signalOnly } from '../patience';
import type { RegistryValue } from '../registry';
import { registryNumber } from '../registry';

type Place = Pick<Extract<FallbackAction, { kind: 'delete-registry' }>, 'key' | 'value'>;

/** A registry value as it is on the host; null: there is none. */
export interface RegistryLook {
  readonly found: Answer<RegistryValue | null>;
  /** What the command before the look printed when it failed; null when it did not, and when there was none. */
  readonly said: string | null;
}

/**
 * Looks at one value, after a command where there is one, in the same round trip.
 *
 * @throws Failure of the connection; `unexpected-output` when the host did not answer as its interpreter does
 */
export async function lookAtValue(
  session: Session,
  { key, value }: Place,
  options: Pick<RunOptions, 'signal'>,
  command?: string,
): Promise<RegistryLook> {
  const keys = registryKeys([key]);
  const change: readonly Question[] = command === undefined ? [] : [{ name: 'change', command }];
  const sections = await ask(session, [...change, ...keys.questions], signalOnly(options));
  requireAnyAnswer(sections);
  const answer = keys.valuesOf(sections, key);
  const changed = sections.of('change');
  const hasFailed = command !== undefined && !changed.succeeded;
  return {
    found: answer.known ? known(answer.value?.find((one) => isNamed(one, value)) ?? null) : answer,
    said: hasFailed ? changed.text.trim().slice(0, 200) : null,
  };
}

const isNamed = (one: RegistryValue, name: string): boolean =>
  one.name.toLowerCase() === name.toLowerCase();

/** As people write it in a definition. */
export function dataOf(found: RegistryValue): number | string {
  return registryNumber(found) ?? found.text;
}

export const placeOf = ({ key, value }: Place): string => `${key}, value ${value}`;
