import type { HostFacts } from '../../contracts/facts';
import type { Hotfix } from '../../contracts/hotfix';
import { type Reason, reason } from '../../contracts/reason';
import { isSameBoot } from './boot-identity';
import { findFix } from './fix-presence';
import { codeOf, readSymptoms } from './symptoms';

export type VerificationResult =
  'fixed' | 'still-affected' | 'not-installed' | 'regression' | 'unknown';

export interface VerificationJudgement {
  readonly result: VerificationResult;
  /** The first is the deciding one. */
  readonly reasons: readonly Reason[];
}

/** One question of the verification: proved, disproved with what that makes of the host, or open. */
interface Finding {
  readonly result: VerificationResult;
  readonly reason: Reason;
}

/** What is worse decides; an open question only when nothing is known to be wrong. */
const order: readonly VerificationResult[] = [
  'not-installed',
  'regression',
  'still-affected',
  'unknown',
  'fixed',
];

export interface VerificationInput {
  readonly before: HostFacts;
  readonly after: HostFacts;
  readonly hotfix: Hotfix;
  /** When the host came up again, by its own clock, ISO 8601. Null: taken from its boot identity, else nothing rebooted. */
  readonly rebootedAt: string | null;
}

/** Compares the same probe before and after: the fix is in, what ran runs again, the symptom has not come back. */
export function judgeVerification(input: VerificationInput): VerificationJudgement {
  const findings = [fixFinding(input), servicesFinding(input), symptomFinding(input)].toSorted(
    (a, b) => order.indexOf(a.result) - order.indexOf(b.result),
  );
  return {
    result: findings[0]?.result ?? 'unknown',
    reasons: findings.map((finding) => finding.reason),
  };
}

function fixFinding({ after, hotfix }: VerificationInput): Finding {
  const fix = findFix(after, hotfix);
  const results = {
    in: 'fixed',
    pending: 'not-installed',
    out: 'not-installed',
    unknown: 'unknown',
  };
  return { result: results[fix.state] as VerificationResult, reason: fix.reason };
}

function servicesFinding({ before, after }: VerificationInput): Finding {
  if (!before.services.known || !after.services.known) {
    const message = 'Whether every service that ran before runs again is not known.';
    return { result: 'unknown', reason: reason('services-unanswered', message) };
  }
  const running = new Set(
    after.services.value.flatMap(({ name, state }) =>
      state === 'running' ? [name.toLowerCase()] : [],
    ),
  );
  const ran = before.services.value.filter(({ state }) => state === 'running');
  const lost = ran.filter(({ name }) => !running.has(name.toLowerCase()));
  if (lost.length > 0) {
    const message = `Services that ran before do not run: ${lost.map(({ name }) => name).join(', ')}.`;
    return {
      result: 'regression',
      reason: reason('services-lost', message, { lost: lost.length, ranBefore: ran.length }),
    };
  }
  const message = `All ${ran.length} services that ran before run again.`;
  return { result: 'fixed', reason: reason('services-back', message, { ranBefore: ran.length }) };
}

const open = (why: string): Finding => ({
  result: 'unknown',
  reason: reason('symptom-unknown', `Whether the symptom came back is not known: ${why}.`),
});

function symptomFinding(input: VerificationInput): Finding {
  const { after, hotfix } = input;
  const rule = hotfix.affected;
  const sinceMs = beginningOf(input);
  if (!after.events.known) return open(after.events.why);
  if (sinceMs === null || !after.hostTime.known) return open('the time of the reboot is missing');
  const { symptoms, complete } = after.events.value;
  const times = symptoms.map(({ at }) => Date.parse(at));
  const read = readSymptoms(rule, symptoms, Date.parse(after.hostTime.value));
  const back = read.ours.filter(({ atMs }) => atMs >= sinceMs);
  if (back.length > 0) {
    const code = codeOf(rule.symptom.code) ?? rule.symptom.code;
    const message = `Error 0x${code} was logged ${back.length} times since the host is back.`;
    const seen = { symptoms: back.length, firstAt: back[0]?.record.at ?? null };
    return { result: 'still-affected', reason: reason('symptom-again', message, seen) };
  }
  if (read.unreadable > 0) return open(`${read.unreadable} events could not be read`);
  // A host sends its newest events first: an older one among them proves that all since the boot were sent.
  if (!complete && !times.some((time) => time < sinceMs))
    return open('the host sent too few events');
  const message = 'The symptom was not logged since the host is back.';
  return { result: 'fixed', reason: reason('symptom-gone', message) };
}

/**
 * Symptoms from before the reboot are those that the hotfix was installed for. Where nothing rebooted, whatever is newer
 * than the first look counts.
 */
function beginningOf({ before, after, rebootedAt }: VerificationInput): number | null {
  const hostTime = before.hostTime.known ? before.hostTime.value : null;
  if (rebootedAt !== null) return timeOf(rebootedAt);
  if (!before.boot.known || !after.boot.known) return null;
  const sameBoot = isSameBoot(before.boot.value, after.boot.value);
  if (sameBoot === null) return null;
  return timeOf(sameBoot ? hostTime : after.boot.value.lastBootUpTime);
}

function timeOf(iso: string | null): number | null {
  const time = iso === null ? Number.NaN : Date.parse(iso);
  return Number.isNaN(time) ? null : time;
}
