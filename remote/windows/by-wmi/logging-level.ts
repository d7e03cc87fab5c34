import type { Answer } from '../../../contracts/reason';
import type { Wmi, WmiOptions } from '../../wmi';
import type { LoggingLevel } from '../probe-answers';
import { isCategory, loggingLevelOf } from '../probe-answers';
import { createWmiRegistry } from './registry';

/** Level at which the provider logs; the definition's default when the key or its value is not there. */
export async function loggingLevelByWmi(
  wmi: Wmi,
  logging: LoggingLevel,
  options: WmiOptions,
): Promise<Answer<number>> {
  const registry = createWmiRegistry(wmi, options);
  const names = await registry.valueNames(logging.key);
  if (!names.known) return names;
  const name = (names.value ?? []).find(isCategory(logging.valueEndsWith));
  if (name === undefined) return loggingLevelOf(logging, { known: true, value: null });
  return loggingLevelOf(logging, await registry.value(logging.key, name));
}
