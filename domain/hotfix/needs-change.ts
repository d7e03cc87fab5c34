import type { Outcome, Verdict } from '../../contracts/outcome';
import { type Reason, reason } from '../../contracts/reason';

export interface ChangePolicy {
  readonly scope: 'affected' | 'applicable';
  /** A person asked for suspect and unknown hosts to be changed. */
  readonly treatAsAffected: boolean;
}

export type ChangeDecision =
  | { readonly change: true; readonly reason: Reason }
  | { readonly change: false; readonly outcome: Outcome; readonly reason: Reason };

/** Whether a host with this verdict is to be changed, and how it ends when it is not. */
export function needsChange(verdict: Verdict, policy: ChangePolicy): ChangeDecision {
  const deciding = verdict.reasons[0] ?? reason('no-reason', `The host is ${verdict.state}.`);
  const { state, applicable } = verdict;
  if (state === 'already-fixed' || state === 'not-applicable') {
    return { change: false, outcome: state, reason: deciding };
  }
  const inScope = policy.scope === 'applicable' && applicable === 'yes';
  // Nobody can ask for a hotfix on a Windows that is not known to be the right one.
  const asked = policy.treatAsAffected && applicable === 'yes' && state !== 'not-affected';
  if (state === 'affected' || inScope || asked) return { change: true, reason: deciding };
  const outcome = state === 'not-affected' ? state : 'undecided';
  return { change: false, outcome, reason: deciding };
}
