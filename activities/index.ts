import type { Activities } from '../contracts/activities';
import { createAdmit } from './admit';
import { createApply } from './apply';
import { createAssess } from './assess';
import { createCheck } from './check';
import { createCleanUp } from './clean-up';
import type { ActivityDependencies } from './dependencies';
import { createFallback } from './fallback';
import { createHolder } from './holder';
import { createHook } from './hooks';
import { createInspect } from './inspect';
import { createReboot } from './reboot';
import { createRemove } from './remove';
import { createStage } from './stage';
import { createWaitBack } from './wait-back';
import { createWatch } from './watch';

export type { ActivityDependencies } from './dependencies';

/** Everything that workflows ask of the world. */
export function createActivities(deps: ActivityDependencies): Activities {
  return {
    admit: createAdmit(deps),
    holder: createHolder(deps),
    assess: createAssess(deps),
    check: createCheck(deps),
    verify: createCheck(deps),
    stage: createStage(deps),
    inspect: createInspect(deps),
    drain: createHook(deps),
    restore: createHook(deps),
    apply: createApply(deps),
    remove: createRemove(deps),
    reboot: createReboot(deps),
    waitBack: createWaitBack(deps),
    watch: createWatch(deps),
    fallback: createFallback(deps),
    cleanUp: createCleanUp(deps),
  };
}
