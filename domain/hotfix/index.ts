export { isSameBoot } from './boot-identity';
export { compareVersions } from './compare-versions';
export { type ExitCodeJudgement, meaningOf, normalizeExitCode } from './exit-codes';
export { type FixPresence, findFix } from './fix-presence';
export { judge } from './judge';
export { judgeFallback } from './judge-fallback';
export { matcherOf } from './name-patterns';
export { type ChangeDecision, type ChangePolicy, needsChange } from './needs-change';
export { pendingRebootPolicy, pendingRebootWarning } from './pending-reboot';
export { trimFacts } from './trim-facts';
export {
  type VerificationInput,
  type VerificationJudgement,
  type VerificationResult,
  judgeVerification,
} from './verification';
