import { Failure } from '../../../contracts/failures';
import { WsManFaultError, toFailure } from '../errors';
import type { Target } from '../errors';
import { faultCodes } from '../wire/fault';

/** The Failure for what a question to WMI or to an event log met. What the host refused to do is `wmi-refused`. */
export function wmiFailure(error: unknown, target: Target, doing: string): Failure {
  const failure = toFailure(error, target, doing);
  if (!(error instanceof WsManFaultError)) return failure;
  const { code } = error.fault;
  if (code !== null && accessDeniedCodes.includes(code)) {
    return new Failure('rights-missing', failure.message, {
      facts: failure.facts,
      advice:
        'use an administrator of the host; any other account needs Remote Enable, for methods also Execute Methods, on the namespace',
    });
  }
  // For a shell unexpected selectors mean that it is gone; here they are keys that the class has not.
  const isRefusal = failure.code === 'protocol-error' || code === faultCodes.shellNotFound;
  return isRefusal
    ? new Failure('wmi-refused', failure.message, { facts: failure.facts })
    : failure;
}

/**
 * ERROR_WSMAN_WMI_SVC_ACCESS_DENIED, _PROVIDER_ACCESS_DENIED and _CANNOT_CONNECT_ACCESS_DENIED of wsmerror.h, and WMI's
 * own WBEM_E_ACCESS_DENIED.
 */
const accessDeniedCodes: readonly number[] = [0x80338104, 0x80338105, 0x80338106, 0x80041003];
