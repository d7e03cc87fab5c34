import type { HostFacts } from '../../contracts/facts';
import type { Hotfix } from '../../contracts/hotfix';
import type { AffectedState, Verdict, VerdictStep } from '../../contracts/outcome';
import type { Reason } from '../../contracts/reason';
import { type ApplicabilityJudgement, judgeApplicability } from './applicability';
import { evaluate, type Examined, examine } from './evaluate';
import { type FixPresence, findFix } from './fix-presence';
import { judgeHealth } from './health';
import { isWithheld } from './judge-symptom';
import { type Evaluated, fitReason, fitSteps } from './verdict-steps';

/** A verdict travels through results of activities and is kept as evidence. */
const stepsBytes = 4096;
const corroborationBytes = 3072;
const maxReasons = 12;

/** What a host's state is with regard to the hotfix, with the reasons; the first is the deciding one. */
export function judge(facts: HostFacts, hotfix: Hotfix): Verdict {
  const examined = examine(facts, hotfix);
  const { health, reasons: healthReasons } = judgeHealth(facts, hotfix);
  const applicability = judgeApplicability(examined);
  const { applicable, steps } = applicability;
  const judged =
    applicable === 'yes' ? judgeState(examined) : judgeUnsuited(examined, applicability);
  return {
    state: judged.state,
    applicable,
    reasons: distinct([...judged.reasons, ...healthReasons])
      .slice(0, maxReasons)
      .map((one) => fitReason(one)),
    currentlyStalling: examined.symptom?.currentlyStalling ?? false,
    health,
    steps: fitSteps([...steps, ...judged.steps], stepsBytes),
    corroboration: applicable === 'yes' ? corroborate(examined) : [],
  };
}

/** A host that has the fix already lacks nothing, however it came by it; else what it lacks decides. */
function judgeUnsuited(
  { facts, hotfix }: Examined,
  { applicable, isForHost, reasons }: ApplicabilityJudgement,
): JudgedState {
  const fix = findFix(facts, hotfix);
  if (isForHost && fix.state === 'in') {
    return {
      state: 'already-fixed',
      reasons: [fix.reason, ...reasons],
      steps: [stepOf(fix, hotfix)],
    };
  }
  return { state: applicable === 'no' ? 'not-applicable' : 'unknown', reasons, steps: [] };
}

interface JudgedState {
  readonly state: AffectedState;
  readonly reasons: readonly Reason[];
  readonly steps: readonly Evaluated[];
}

function judgeState(examined: Examined): JudgedState {
  const { hotfix, facts } = examined;
  const fix = findFix(facts, hotfix);
  const rule = evaluate(hotfix.affected.rule, examined);
  const asksOn = rule.answer !== 'yes' && hotfix.affected.suspect !== null;
  const suspect = asksOn ? evaluate(hotfix.affected.suspect, examined) : null;
  const steps = [stepOf(fix, hotfix), rule, ...(suspect === null ? [] : [suspect])];
  return { ...weigh(fix, showing(rule, suspect)), steps };
}

interface Showing {
  readonly state: Extract<AffectedState, 'affected' | 'suspect' | 'not-affected' | 'unknown'>;
  readonly reasons: readonly Reason[];
}

/** What the host shows, the fix aside. */
function showing(rule: VerdictStep, suspect: VerdictStep | null): Showing {
  if (rule.answer === 'yes') return { state: 'affected', reasons: rule.reasons };
  const ruleFirst = [...rule.reasons, ...(suspect?.reasons ?? [])];
  const isOpen = rule.answer === 'unknown';
  if (suspect?.answer === 'yes' && !(isOpen && rule.reasons.some(isWithheld))) {
    return { state: 'suspect', reasons: [...suspect.reasons, ...rule.reasons] };
  }
  return { state: isOpen ? 'unknown' : 'not-affected', reasons: ruleFirst };
}

function weigh(fix: FixPresence, shown: Showing): Pick<JudgedState, 'state' | 'reasons'> {
  const fixFirst = [fix.reason, ...shown.reasons];
  if (fix.state === 'in') return { state: 'already-fixed', reasons: fixFirst };
  // Somebody decided on this host before; what is left is the reboot, so that the rollout finishes the job.
  if (fix.state === 'pending') return { state: 'affected', reasons: fixFirst };
  const shows = shown.state === 'affected' || shown.state === 'suspect';
  // With the fix perhaps in, the symptom may be of the time before it.
  if (fix.state === 'unknown' && shows) return { state: 'unknown', reasons: fixFirst };
  return { state: shown.state, reasons: [...shown.reasons, fix.reason] };
}

function stepOf({ state, reason }: FixPresence, { id }: Hotfix): VerdictStep {
  const answers = { in: 'yes', pending: 'no', out: 'no', unknown: 'unknown' } as const;
  return { question: `${id} is in force`, answer: answers[state], reasons: [reason] };
}

function corroborate(examined: Examined): readonly VerdictStep[] {
  const asked = examined.hotfix.corroboration.map(({ name, when }) => {
    const { answer, reasons } = evaluate(when, examined);
    return { question: name, answer, reasons };
  });
  return fitSteps(asked, corroborationBytes);
}

/** Rule and suspicion often rest on the same. */
function distinct(reasons: readonly Reason[]): Reason[] {
  const seen = new Set<string>();
  return reasons.filter(({ code, message }) => {
    const key = `${code} ${message}`;
    return !seen.has(key) && seen.add(key).size > 0;
  });
}
