import type { Answer } from '../../../contracts/reason';
import { known, unknown } from '../../../contracts/reason';
import type { Wmi, WmiOptions } from '../../wmi';
import { isCategory } from '../probe-answers';
import type { ProbeQuestion } from '../probe-questions';
import { createWmiRegistry } from './registry';

/** Level at which the provider logs; the definition's default when the key or its value is not there. */
export async function loggingLevelByWmi(
  wmi: Wmi,
  logging: ProbeQuestion['affected']['logging'],
  options: WmiOptions,
): Promise<Answer<number>> {
  const registry = createWmiRegistry(wmi, options);
  const names = await registry.valueNames(logging.key);
  if (!names.known) return names;
  const name = (names.value ?? []).find(isCategory(logging.valueEndsWith));
  if (name === undefined) return known(logging.defaultLevel);
  const level = await registry.dword(logging.key, name);
  if (!level.known) return level;
  return level.value === null ? unknown(`registry value ${name} is no number`) : known(level.value);
}
