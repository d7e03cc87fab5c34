export { afterApply } from './after-apply';
export { afterVerify } from './after-verify';
export { troubleOfWait } from './after-wait';
export { beforeChange } from './before-change';
export { bytesOf, fitEvidence } from './evidence';
export {
  type HostEnd,
  type Trouble,
  cancelledBeforeChange,
  endInTrouble,
  endNotRestored,
  endOfFailedCheck,
  endOfFailedDrain,
  endOfFallback,
  endUntouched,
  reasonOf,
  reasonOfHook,
  troubleOfFailure,
} from './host-end';
export { mayFallBack } from './may-fall-back';
export { summaryOf } from './step-summary';
