import type { HostFacts } from '../../contracts/facts';
import type { Hotfix } from '../../contracts/hotfix';
import type { Verdict } from '../../contracts/outcome';
import { judgeApplicability } from './applicability';
import { type BurstJudgement, judgeEventBurst } from './event-burst';
import { type FixPresence, findFix } from './fix-presence';
import { judgeHealth } from './health';

/** What a host's state is with regard to the hotfix, with the reasons; the first is the deciding one. */
export function judge(facts: HostFacts, hotfix: Hotfix): Verdict {
  const { health, reasons: healthReasons } = judgeHealth(facts, hotfix);
  const applicability = judgeApplicability(facts, hotfix);
  const burst = judgeEventBurst(facts, hotfix.affected);
  const { currentlyStalling } = burst;
  const { applicable } = applicability;
  if (applicability.applicable !== 'yes') {
    const state = applicability.applicable === 'no' ? 'not-applicable' : 'unknown';
    const reasons = [applicability.reason, ...healthReasons];
    return { state, applicable, reasons, currentlyStalling, health };
  }
  const { state, reasons } = weigh(findFix(facts, hotfix), burst);
  return { state, applicable, reasons: [...reasons, ...healthReasons], currentlyStalling, health };
}

function weigh(fix: FixPresence, burst: BurstJudgement): Pick<Verdict, 'state' | 'reasons'> {
  const fixFirst = [fix.reason, ...burst.reasons];
  if (fix.state === 'in') return { state: 'already-fixed', reasons: fixFirst };
  // Somebody decided on this host before; what is left is the reboot, so that the rollout finishes the job.
  if (fix.state === 'pending') return { state: 'affected', reasons: fixFirst };
  const shows = burst.state === 'affected' || burst.state === 'suspect';
  // With the fix perhaps in, the symptom may be of the time before it.
  if (fix.state === 'unknown' && shows) return { state: 'unknown', reasons: fixFirst };
  return { state: burst.state, reasons: [...burst.reasons, fix.reason] };
}
