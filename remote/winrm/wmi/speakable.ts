import { Failure } from '../../../contracts/failures';
import type { WmiCall } from '../../wmi';
import type { Target } from '../errors';
import { isXmlText } from '../wire/xml';

/** @throws Failure `bad-request` for text that no message can carry. */
export function refuseUnspeakable(texts: readonly string[], { host }: Target): void {
  if (texts.every(isXmlText)) return;
  const what = 'the question has control characters that no WinRM message can carry';
  throw new Failure('bad-request', what, { facts: { host } });
}

/**
 * What stands in a message as the name of an element or as a part of a URI or a query has to be a name of WMI: letters,
 * digits and underscores (DSP0004).
 *
 * @throws Failure `bad-request`
 */
export function requireName(names: readonly string[], { host }: Target): void {
  const strange = names.find((name) => !/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name));
  if (strange === undefined) return;
  const what = `${JSON.stringify(strange.slice(0, 100))} is no name of WMI`;
  throw new Failure('bad-request', what, { facts: { host } });
}

/** @throws Failure `bad-request` */
export function refuseUnspeakableCall(call: WmiCall, namespace: string, target: Target): void {
  const { className, method, keys = {}, parameters = {} } = call;
  const values = Object.values(parameters)
    .flat()
    .map((value) => String(value));
  refuseUnspeakable([namespace, ...Object.entries(keys).flat(), ...values], target);
  requireName([className, method, ...Object.keys(parameters)], target);
}
