import type { Activities } from '../contracts/activities';
import { createAdmit } from './admit';
import { createApply } from './apply';
import { createAskSlot } from './ask-slot';
import { createAssess } from './assess';
import { createCheck } from './check';
import { createCleanUp } from './clean-up';
import type { ActivityDependencies } from './dependencies';
import { createFallback } from './fallback';
import { createFindChanged } from './find-changed';
import { createHolder } from './holder';
import { createHook } from './hooks';
import { createInspect } from './inspect';
import { createMeasure } from './measure';
import { createNotify } from './notify';
import { createPrepareStanding } from './prepare-standing';
import { createReadCalendar } from './read-calendar';
import { createReboot } from './reboot';
import { createRemove } from './remove';
import { createStage } from './stage';
import { createTellSlots } from './tell-slots';
import { createWaitBack } from './wait-back';
import { createWatch } from './watch';

export type { ActivityDependencies, SlotsPort, StandingReader } from './dependencies';

/** Everything that workflows ask of the world. */
export function createActivities(deps: ActivityDependencies): Activities {
  return {
    admit: createAdmit(deps),
    findChanged: createFindChanged(deps),
    holder: createHolder(deps),
    readCalendar: createReadCalendar(),
    prepareStanding: createPrepareStanding(deps),
    askSlot: createAskSlot(deps),
    tellSlots: createTellSlots(deps),
    assess: createAssess(deps),
    check: createCheck(deps),
    verify: createCheck(deps),
    stage: createStage(deps),
    inspect: createInspect(deps),
    priorState: createHook(deps, true),
    drain: createHook(deps, true),
    restore: createHook(deps, false),
    apply: createApply(deps),
    remove: createRemove(deps),
    reboot: createReboot(deps),
    waitBack: createWaitBack(deps),
    watch: createWatch(deps),
    measure: createMeasure(deps),
    fallback: createFallback(deps),
    cleanUp: createCleanUp(deps),
    notify: createNotify(deps),
  };
}
