import type { HostFacts } from '../../contracts/facts';
import type { Hotfix, SymptomPattern } from '../../contracts/hotfix';
import { type Reason, reason } from '../../contracts/reason';
import { isSameBoot } from './boot-identity';
import { compareVersions } from './compare-versions';
import { findFix } from './fix-presence';
import { servicesBack } from './services-back';
import { nameOf, readSymptoms } from './symptoms';

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
const severity: readonly VerificationResult[] = [
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
  /**
   * The rollout was begun before rules were data, when a verification asked neither for another boot nor for the files
   * beside an installed package: its history replays only when the same is asked again. @default false
   */
  readonly asEarlier?: boolean;
}

/** Compares the same probe before and after: the fix is in, what ran runs again, the symptom has not come back. */
export function judgeVerification(input: VerificationInput): VerificationJudgement {
  const findings = [
    fixFinding(input),
    ...(input.asEarlier === true ? [] : [...filesFinding(input), ...bootFinding(input)]),
    servicesFinding(input),
    ...symptomFinding(input),
  ].toSorted((a, b) => severity.indexOf(a.result) - severity.indexOf(b.result));
  return {
    result: findings[0]?.result ?? 'unknown',
    reasons: findings.map((finding) => finding.reason),
  };
}

const fixResults = {
  in: 'fixed',
  pending: 'not-installed',
  out: 'not-installed',
  unknown: 'unknown',
} as const;

function fixFinding({ after, hotfix }: VerificationInput): Finding {
  const fix = findFix(after, hotfix);
  return { result: fixResults[fix.state], reason: fix.reason };
}

/** A package that is there and files that are not its own: servicing has failed half way, or somebody put them back. */
function filesFinding({ after, hotfix }: VerificationInput): readonly Finding[] {
  const { files } = hotfix.verification;
  if (files.length === 0) return [];
  if (!after.fileVersions.known) {
    const message = `The versions of the files are not known: ${after.fileVersions.why}.`;
    return [{ result: 'unknown', reason: reason('file-version-unknown', message) }];
  }
  const versions = after.fileVersions.value;
  return files.map(({ path, atLeast }) => fileFinding(path, atLeast, versions[path]));
}

function fileFinding(path: string, atLeast: string, version: string | null | undefined): Finding {
  const seen = { version: version ?? null, atLeast };
  if (version === null) {
    const message = `${path} is not there; the fix brings version ${atLeast}.`;
    return { result: 'not-installed', reason: reason('file-missing', message, seen) };
  }
  const order = version === undefined ? null : compareVersions(version, atLeast);
  if (order === null) {
    const message = `The version of ${path} is not known, the fix brings ${atLeast}.`;
    return { result: 'unknown', reason: reason('file-version-unknown', message, seen) };
  }
  const message = `${path} is ${version}, the fix brings ${atLeast}.`;
  return order < 0
    ? { result: 'not-installed', reason: reason('file-too-old', message, seen) }
    : { result: 'fixed', reason: reason('file-new-enough', message, seen) };
}

/** Without a reboot the old files are still those that run, whatever servicing says. */
function bootFinding({ before, after, hotfix }: VerificationInput): readonly Finding[] {
  if (hotfix.install.reboot !== 'required') return [];
  const same =
    before.boot.known && after.boot.known ? isSameBoot(before.boot.value, after.boot.value) : null;
  if (same === null) {
    const message = 'Whether the host was rebooted, which the hotfix requires, is not known.';
    return [{ result: 'unknown', reason: reason('reboot-unknown', message) }];
  }
  const seen = after.boot.known ? { ...after.boot.value } : {};
  if (same) {
    const message =
      'The host was not rebooted since it was first looked at; the hotfix requires it.';
    return [{ result: 'not-installed', reason: reason('not-rebooted', message, seen) }];
  }
  return [{ result: 'fixed', reason: reason('rebooted', 'The host was rebooted.', seen) }];
}

function servicesFinding({ before, after }: VerificationInput): Finding {
  const { are, reason: why } = servicesBack(before, after);
  const results = { back: 'fixed', lost: 'regression', unknown: 'unknown' } as const;
  return { result: results[are], reason: why };
}

const open = (why: string): Finding => ({
  result: 'unknown',
  reason: reason('symptom-unknown', `Whether the symptom came back is not known: ${why}.`),
});

function symptomFinding(input: VerificationInput): readonly Finding[] {
  const { symptom } = input.hotfix;
  return symptom === null ? [] : [findSymptom(input, symptom)];
}

function findSymptom(input: VerificationInput, pattern: SymptomPattern): Finding {
  const { after } = input;
  const sinceMs = beginningOf(input);
  if (!after.events.known) return open(after.events.why);
  if (sinceMs === null || !after.hostTime.known) return open('the time of the reboot is missing');
  const { symptoms, complete } = after.events.value;
  const times = symptoms.map(({ at }) => Date.parse(at));
  const read = readSymptoms(pattern, symptoms, Date.parse(after.hostTime.value));
  const back = read.ours.filter(({ atMs }) => atMs >= sinceMs);
  if (back.length > 0) {
    const message = `${nameOf(pattern)} was logged ${back.length} times since the host is back.`;
    const seen = { symptoms: back.length, firstAt: back[0]?.record.at ?? null };
    return { result: 'still-affected', reason: reason('symptom-again', message, seen) };
  }
  const unreadable = read.unreadable.length;
  if (unreadable > 0) return open(`${unreadable} events could not be read`);
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
