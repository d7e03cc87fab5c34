import type { Hotfix } from '../../../contracts/hotfix';
import type { Observable } from '../../../contracts/predicate';
import { observablesOf } from '../../../contracts/predicate';

/** The places of a definition that hold predicates. */
export type AskingHotfix = Pick<Hotfix, 'applicability' | 'affected' | 'corroboration'>;

/** Everything that a definition wants to know of a host beside what every check asks, each question once. */
export function observablesOfHotfix({
  applicability,
  affected,
  corroboration,
}: AskingHotfix): readonly Observable[] {
  const predicates = [
    applicability.when,
    ...applicability.prerequisites.map(({ when }) => when),
    affected.rule,
    affected.suspect,
    ...corroboration.map(({ when }) => when),
  ];
  return observablesOf(predicates.filter((one) => one !== null));
}
