import type { HostFacts, PackageState } from '../../../contracts/facts';
import type { PackagePredicate } from '../../../contracts/predicate';
import { type Answered, judgeObserved, yesOrNo } from './answered';

const words: { readonly [is in PackagePredicate['is']]: string } = {
  installed: 'is installed',
  pending: 'is installed and waits for its reboot',
  absent: 'is not installed',
};

/**
 * Of which question each state is a yes. A superseded package is in force through the one that replaced it. One that the
 * next reboot removes is nothing to build upon, and is not gone either.
 */
const meanings: { readonly [state in PackageState]: PackagePredicate['is'] | null } = {
  installed: 'installed',
  superseded: 'installed',
  'install-pending': 'pending',
  'uninstall-pending': null,
  staged: 'absent',
  absent: 'absent',
};

export const packageWords = ({ identity, is }: PackagePredicate): string =>
  `the package ${identity.replace(/~$/, '')} ${words[is]}`;

export function judgePackage(predicate: PackagePredicate, facts: HostFacts): Answered {
  const asked = { predicate, words: packageWords(predicate) };
  return judgeObserved(asked, facts, ({ package: { state, identity } }) => {
    const name = identity ?? predicate.identity.replace(/~$/, '');
    const message = `The package ${name} is ${state}.`;
    const isYes = meanings[state] === predicate.is;
    return yesOrNo(isYes, 'package-state', message, { package: state, identity });
  });
}
