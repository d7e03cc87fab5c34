import type { HostFacts, PackageState } from '../../contracts/facts';
import type { Hotfix } from '../../contracts/hotfix';
import { type Reason, reason } from '../../contracts/reason';
import { servicesBack } from './services-back';

export type RemovalResult = 'gone' | 'still-there' | 'regression' | 'unknown';

export interface RemovalJudgement {
  readonly result: RemovalResult;
  /** The first is the deciding one. */
  readonly reasons: readonly Reason[];
}

export interface RemovalInput {
  readonly before: HostFacts;
  readonly after: HostFacts;
  readonly hotfix: Hotfix;
}

/** What is worse decides; an open question only when nothing is known to be wrong. */
const order: readonly RemovalResult[] = ['still-there', 'regression', 'unknown', 'gone'];

/** Compares the same probe before and after: the package is gone, also from the next boot, and what ran runs again. */
export function judgeRemoval({ before, after, hotfix }: RemovalInput): RemovalJudgement {
  const { are, reason: why } = servicesBack(before, after);
  const results = { back: 'gone', lost: 'regression', unknown: 'unknown' } as const;
  const findings: readonly { result: RemovalResult; reason: Reason }[] = [
    packageFinding(after, hotfix),
    { result: results[are], reason: why },
  ];
  const sorted = findings.toSorted((a, b) => order.indexOf(a.result) - order.indexOf(b.result));
  return {
    result: sorted[0]?.result ?? 'unknown',
    reasons: sorted.map((finding) => finding.reason),
  };
}

const words: { readonly [state in PackageState]: readonly [RemovalResult, string] } = {
  absent: ['gone', 'is gone'],
  // Its files lie ready for an installation, none of them is in force.
  staged: ['gone', 'is not installed any more'],
  installed: ['still-there', 'is still installed'],
  superseded: ['still-there', 'is still installed, in the form of a later update'],
  'install-pending': ['still-there', 'would be installed by the next reboot'],
  'uninstall-pending': ['still-there', 'goes only with the next reboot'],
};

function packageFinding(
  { package: found }: HostFacts,
  { id }: Hotfix,
): { readonly result: RemovalResult; readonly reason: Reason } {
  if (!found.known) {
    const message = `Whether ${id} is gone is not known: ${found.why}.`;
    return { result: 'unknown', reason: reason('removal-unknown', message) };
  }
  const { state, identity } = found.value;
  const [result, what] = words[state];
  const code = result === 'gone' ? 'package-gone' : 'package-still-there';
  return { result, reason: reason(code, `${id} ${what}.`, { package: state, identity }) };
}
