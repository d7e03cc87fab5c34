import { reason } from '../../contracts/reason';
import type { VerificationJudgement } from '../hotfix';
import type { HostEnd, Trouble } from './host-end';

/** A host is fixed when everything about it is proved; what could not be told is trouble, because unknown blocks. */
export function afterVerify({ result, reasons }: VerificationJudgement): HostEnd | Trouble {
  const why =
    reasons[0] ?? reason('no-reason', `The verification says ${result} without a reason.`);
  if (result === 'fixed') return { outcome: 'fixed', reason: why, available: true };
  return {
    cause: 'verify',
    reason: reason(`verify-${result}`, `The verification says ${result}: ${why.message}`, {
      deciding: why.code,
    }),
    reachable: true,
  };
}
