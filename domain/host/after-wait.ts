import { reason } from '../../contracts/reason';
import type { WaitBackResult } from '../../contracts/steps';
import type { Trouble } from './host-end';

/** The trouble that a host is not back from its reboot. */
export function troubleOfWait(result: Extract<WaitBackResult, { back: false }>): Trouble {
  return {
    cause: 'reboot',
    reason: reason(result.code, result.message),
    // One that never went is still up. One that keeps rebooting would take the fallback's services down again.
    reachable: result.code === 'never-went',
  };
}
