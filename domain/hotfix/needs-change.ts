import type { PackageState } from '../../contracts/facts';
import type { Outcome, Verdict } from '../../contracts/outcome';
import type { RolloutAction } from '../../contracts/plan';
import { type Reason, reason } from '../../contracts/reason';

export interface ChangePolicy {
  readonly scope: 'affected' | 'applicable';
  /** A person asked for suspect and unknown hosts to be changed. */
  readonly treatAsAffected: boolean;
  /** @default fix */
  readonly action?: RolloutAction;
  /** State of the hotfix's package, which decides a rollback; null or missing when it is not known. */
  readonly package?: PackageState | null;
}

export type ChangeDecision =
  | { readonly change: true; readonly reason: Reason }
  | { readonly change: false; readonly outcome: Outcome; readonly reason: Reason };

/** Whether a host with this verdict is to be changed, and how it ends when it is not. */
export function needsChange(verdict: Verdict, policy: ChangePolicy): ChangeDecision {
  // Whoever takes a hotfix back wants it gone, whatever the host shows.
  return policy.action === 'rollback'
    ? needsRemoval(policy.package ?? null)
    : needsFix(verdict, policy);
}

function needsFix(verdict: Verdict, policy: ChangePolicy): ChangeDecision {
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

function needsRemoval(state: PackageState | null): ChangeDecision {
  if (state === null) {
    const message = 'Whether the package is there to be removed is not known.';
    return { change: false, outcome: 'undecided', reason: reason('package-unknown', message) };
  }
  const seen = { package: state };
  if (state === 'absent' || state === 'staged') {
    const why = reason('nothing-to-remove', 'The package is not installed.', seen);
    return { change: false, outcome: 'not-applicable', reason: why };
  }
  // Of one that the next reboot removes only the reboot is left to do.
  return { change: true, reason: reason('to-be-removed', `The package is ${state}.`, seen) };
}
