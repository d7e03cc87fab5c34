import { createApply } from '../../activities/apply';
import type { ActivityDependencies } from '../../activities';
import { known } from '../../contracts/reason';
import type { ApplyInput, ApplyResult } from '../../contracts/steps';
import { lookAtInstallation } from '../../remote/windows/installation-look';
import type { LookAtInstallation } from '../../remote/windows/installation-look';

const absent = known({ state: 'absent', identity: null } as const);

/**
 * The mutant: an apply that does not look before it starts. Only the first look of each try lies: the later ones are
 * how an honest apply learns of the end of what it started itself.
 */
export const createBlindApply =
  (deps: ActivityDependencies) =>
  (input: ApplyInput): Promise<ApplyResult> => {
    let looks = 0;
    const look: LookAtInstallation = async (...asked) => {
      looks += 1;
      const view = await lookAtInstallation(...asked);
      return looks > 1
        ? view
        : {
            ...view,
            own: null,
            others: [],
            result: null,
            package: absent,
            open: asked[1].identities,
            otherServicing: null,
          };
    };
    return createApply(deps, look)(input);
  };
