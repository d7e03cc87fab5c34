export { endOfEndedWatch, troubleOfEndedWait } from './ended-waits';
export { afterApply } from './after-apply';
export { afterInspect } from './after-inspect';
export { afterRemove } from './after-remove';
export { afterVerify } from './after-verify';
export { troubleOfWait } from './after-wait';
export { afterWatch, endUnwatched, pausesOfWatch } from './after-watch';
export { beforeChange } from './before-change';
export { beforeInstall } from './before-install';
export { bytesOf, fitEvidence } from './evidence';
export {
  type HostEnd,
  type Trouble,
  cancelledBeforeChange,
  endDrainedByOther,
  endInTrouble,
  endNotRestored,
  endOfFailedCheck,
  endOfFailedDrain,
  endOfFallback,
  endUntouched,
  onlyRestored,
  reasonOf,
  reasonOfHook,
  troubleOfFailure,
} from './host-end';
export { mayFallBack, mayMitigate } from './may-fall-back';
export { type WorkaroundJudgement, endOfMitigation, judgeWorkaround } from './mitigation';
export {
  afterRemovalProof,
  beforeRemoval,
  endOfFailedRemoval,
  endOfUndoing,
  troubleOfUndoing,
} from './removal';
export { summaryOf } from './step-summary';
