import type { Answer } from '../../../contracts/reason';
import { known, unknown } from '../../../contracts/reason';
import { isOtherWay } from './other-way';

/** Each answer stands alone; only what ends the connection ends the probe. */
export async function answered<T>(ask: () => Promise<T>): Promise<Answer<T>> {
  try {
    return known(await ask());
  } catch (error) {
    if (!isOtherWay(error)) throw error;
    return unknown(`WMI: ${error.message}`.slice(0, 300));
  }
}

/** An answer that is asked for where asking itself may fail. */
export const flat = <T>(answer: Answer<Answer<T>>): Answer<T> =>
  answer.known ? answer.value : answer;
