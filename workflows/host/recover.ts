import type { HostFacts } from '../../contracts/facts';
import type { FallbackInput } from '../../contracts/steps';
import type { HostEnd, Trouble, WorkaroundJudgement } from '../../domain/host';
import * as decide from '../../domain/host';
import { judgeFallback } from '../../domain/hotfix';
import type { Host } from './host';

/** The workaround in place of the fix, where the plan wants it and the host can take it. */
export async function recover(host: Host, trouble: Trouble, before: HostFacts): Promise<HostEnd> {
  const permission = decide.mayFallBack(trouble, host.policy, before);
  if (!permission.may) return decide.endInTrouble(trouble, permission.reason);
  return decide.endOfFallback(trouble, await fallBack(host, permission.before));
}

/** Carries the workaround out and proves it: by the log where the problem shows there, else by asking the rule again. */
export async function fallBack(
  { steps, hotfix, isCurrent }: Host,
  before: FallbackInput['before'],
): Promise<WorkaroundJudgement> {
  const done = await steps.fallback(before);
  if (!done.ok) return { ok: false, reasons: [decide.reasonOf(done.failure, 'fallback')] };
  const judged = judgeFallback(done.value, hotfix);
  if (!judged.ok || hotfix.symptom !== null || !isCurrent) return judged;
  const looked = await steps.verify();
  if (!looked.ok) return { ok: false, reasons: [decide.reasonOf(looked.failure, 'verify')] };
  return decide.judgeWorkaround(judged, looked.value.verdict);
}
