import { Failure } from '../../../contracts/failures';
import type { FailureCode } from '../../../contracts/failures';

/** What may go wrong with WMI or a subscription and not with a tool; a lost connection would be lost for both. */
const otherWayCodes: readonly FailureCode[] = [
  'wmi-refused',
  'rights-missing',
  'protocol-error',
  'unexpected-output',
  'hostile-reply',
  'command-timeout',
];

/** Whether the same question may be answered by a tool. */
export const isOtherWay = (error: unknown): error is Failure =>
  error instanceof Failure && otherWayCodes.includes(error.code);
