import type { PackageFacts, PackageState } from '../../contracts/facts';
import type { Answer } from '../../contracts/reason';
import { known } from '../../contracts/reason';
import type { ListedPackage } from './dism-packages';
import { packageStateOf, packageStatesOf } from './dism-packages';

/** What servicing is asked for. */
export type PackageGoal = 'installed' | 'removed';

/** Which packages a goal is about. */
export interface WantedPackages {
  readonly goal: PackageGoal;
  /** Beginning of the identity of the hotfix's own package. */
  readonly packageIdentity: string;
  /** Whole identities; without any the hotfix's own package is meant. */
  readonly identities: readonly string[];
}

export interface GoalView {
  /** Of several packages the state of the one that is farthest from the goal. */
  readonly package: PackageFacts;
  /** Identities that are not where they are to be. */
  readonly open: readonly string[];
}

/** From gone to there. A package that only waits for its reboot needs no installer any more, nor one that was replaced. */
const states: readonly PackageState[] = [
  'absent',
  'staged',
  'uninstall-pending',
  'install-pending',
  'superseded',
  'installed',
];

/** Whether nothing is left to do but, perhaps, a reboot. */
export function isReached(goal: PackageGoal, state: PackageState): boolean {
  const isThere = states.indexOf(state) >= states.indexOf('install-pending');
  return isThere === (goal === 'installed');
}

/** How far the packages are, told from `dism /online /english /get-packages`. */
export function goalViewOf(text: string, wanted: WantedPackages): Answer<GoalView> {
  const { goal, identities } = wanted;
  const own = packageStateOf(text, wanted.packageIdentity);
  if (!own.known) return own;
  if (identities.length === 0) return known(viewOfOne(own.value, goal));
  const all = packageStatesOf(text, identities);
  if (!all.known) return all;
  const isOpen = (index: number): boolean => !isReached(goal, all.value[index]?.state ?? 'absent');
  return known({
    package: farthest(all.value, goal),
    // As they were given: the host may write them with other letters.
    open: identities.filter((_, index) => isOpen(index)),
  });
}

function viewOfOne(found: PackageFacts, goal: PackageGoal): GoalView {
  const { identity, state } = found;
  return { package: found, open: identity === null || isReached(goal, state) ? [] : [identity] };
}

function farthest(all: readonly ListedPackage[], goal: PackageGoal): PackageFacts {
  const order = goal === 'installed' ? states : states.toReversed();
  const [first] = all.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  if (first === undefined || first.state === 'absent') return { state: 'absent', identity: null };
  return first;
}
