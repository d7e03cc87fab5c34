import type { Verdict } from '../../contracts/outcome';
import type { Reason } from '../../contracts/reason';
import { reason } from '../../contracts/reason';
import type { HostEnd } from './host-end';

/** How a host ends of which only the workaround was asked. */
export function endOfMitigation(judged: WorkaroundJudgement): HostEnd {
  const seen = judged.reasons.map(({ message }) => message).join(' ');
  return judged.ok
    ? {
        outcome: 'mitigated',
        reason: reason('mitigated', `${seen} The hotfix is still owed.`),
        available: true,
      }
    : {
        outcome: 'failed',
        reason: reason('mitigation-failed', `The workaround failed: ${seen}`),
        available: false,
      };
}

/** Whether a workaround did what it is for, and what was seen of it. */
export interface WorkaroundJudgement {
  readonly ok: boolean;
  readonly reasons: readonly Reason[];
}

/**
 * Without an event to watch for, the rule itself tells whether the workaround holds: a host that is still affected, or of
 * which nobody can tell, is not mitigated.
 */
export function judgeWorkaround(
  done: WorkaroundJudgement,
  { state, reasons }: Pick<Verdict, 'state' | 'reasons'>,
): WorkaroundJudgement {
  if (!done.ok || (state !== 'affected' && state !== 'unknown')) return done;
  const why = reasons[0]?.message ?? '';
  const message =
    state === 'affected'
      ? `The host is still affected: ${why}`
      : `Whether the host is still affected could not be told: ${why}`;
  return { ok: false, reasons: [...done.reasons, reason('workaround-without-effect', message)] };
}
