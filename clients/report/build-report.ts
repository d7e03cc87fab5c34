import { outcomes } from '../../contracts/outcome';
import type { HostResult, HostStatus, RolloutStatus } from '../../contracts/rollout';
import type { HostAssessment } from '../../contracts/steps';
import { channelWarning } from '../channel-words';
import type { HostEvidence, OutcomeCount, Report, ReportControl, ReportHost } from './report';

/** What was found of the evidence; a sentence in place of what could not be had. */
export interface Evidence {
  readonly results: ReadonlyMap<string, HostResult | { readonly missing: string }>;
  /** The newest answer per host. */
  readonly assessments: ReadonlyMap<string, HostAssessment>;
  readonly gaps: readonly string[];
}

/** Pure: status and evidence in, report out. */
export function buildReport(
  status: RolloutStatus,
  evidence: Evidence,
  generatedAt: string,
): Report {
  const hosts = status.hosts.map((host) => reportHost(host, evidence));
  const incomplete = hosts.filter((host) => host.missing.length > 0);
  return {
    schema: 'hotfix-rollout/report/1',
    generatedAt,
    rolloutId: status.rolloutId,
    change: status.change,
    hotfixId: status.hotfixId,
    action: status.action ?? 'fix',
    previewHash: status.previewHash,
    requestedBy: status.requestedBy,
    phase: status.phase,
    result: status.result,
    reason: status.reason,
    startedAt: status.startedAt,
    finishedAt: status.finishedAt,
    wave: status.wave,
    toBeChanged: status.toBeChanged,
    budget: status.budget,
    counts: countOutcomes(status.hosts),
    operations: status.operations,
    ...controlOf(status),
    hosts,
    warnings: hosts.flatMap(unsafeWay),
    gaps:
      incomplete.length === 0
        ? evidence.gaps
        : [
            ...evidence.gaps,
            `Evidence is missing for ${String(incomplete.length)} of ${String(hosts.length)} hosts; each says why.`,
          ],
  };
}

const controlOf = ({
  approvals,
  window,
  gates,
  estimate,
  limits,
}: RolloutStatus): ReportControl => ({
  ...(approvals !== undefined && { approvals }),
  ...(window !== undefined && { window }),
  ...(gates !== undefined && { gates }),
  ...(estimate !== undefined && { estimate }),
  ...(limits !== undefined && { limits }),
});

function reportHost(host: HostStatus, evidence: Evidence): ReportHost {
  const found = evidence.results.get(host.hostId);
  const missing = found !== undefined && 'missing' in found ? [found.missing] : [];
  const result = found !== undefined && !('missing' in found) ? found : null;
  const { startedAt, finishedAt } = result ?? host;
  return {
    hostId: host.hostId,
    wave: host.wave,
    standing: host.standing,
    state: host.state,
    outcome: host.outcome,
    reason: host.reason,
    runId: host.runId,
    attempts: host.attempts,
    startedAt,
    finishedAt,
    durationMs: spanMs(startedAt, finishedAt),
    available: result?.available ?? null,
    steps: result?.steps ?? [],
    assessment: evidenceOf(evidence.assessments.get(host.hostId)),
    missing,
  };
}

function unsafeWay({ hostId, assessment }: ReportHost): string[] {
  const channel = assessment?.reached === true ? assessment.facts.asked?.channel : null;
  const warning = channel === null || channel === undefined ? null : channelWarning(channel);
  return warning === null ? [] : [`${hostId} ${warning}.`];
}

const spanMs = (from: string | null, to: string | null): number | null =>
  from === null || to === null ? null : Date.parse(to) - Date.parse(from);

function evidenceOf(assessment: HostAssessment | undefined): HostEvidence | null {
  if (assessment === undefined) return null;
  return assessment.reached
    ? { reached: true, verdict: assessment.verdict, facts: assessment.facts }
    : {
        reached: false,
        code: assessment.failure.code,
        message: assessment.failure.message,
      };
}

/** In the order of the contract's list, what does not occur left out; hosts still under way come last. */
export function countOutcomes(
  hosts: readonly { readonly outcome: HostStatus['outcome'] }[],
): OutcomeCount[] {
  const counts: OutcomeCount[] = outcomes.map((outcome) => ({
    outcome,
    hosts: hosts.filter((host) => host.outcome === outcome).length,
  }));
  counts.push({ outcome: 'open', hosts: hosts.filter((host) => host.outcome === null).length });
  return counts.filter((count) => count.hosts > 0);
}
