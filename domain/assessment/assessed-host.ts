import type { HostId } from '../../contracts/ids';
import { reason } from '../../contracts/reason';
import type { AssessedHost } from '../../contracts/rollout';
import type { HostAssessment, StepFailure } from '../../contracts/steps';

/** What a rollout keeps of an assessment; the facts stay behind. */
export function assessedHost(assessment: HostAssessment): AssessedHost {
  const { hostId } = assessment;
  if (!assessment.reached) {
    const { code, message } = assessment.failure;
    return {
      hostId,
      state: null,
      applicable: 'unknown',
      health: 'unknown',
      package: null,
      reason: reason(code, message),
    };
  }
  const { state, applicable, health, reasons } = assessment.verdict;
  const { package: found } = assessment.facts;
  return {
    hostId,
    state,
    applicable,
    health,
    package: found.known ? found.value.state : null,
    reason: reasons[0] ?? reason(state, state),
  };
}

/**
 * One assessment for every host that was asked about, in that order: a batch that failed, or an answer that leaves a
 * host out, never loses a host.
 */
export function completeBatch(
  hosts: readonly HostId[],
  answered: readonly HostAssessment[],
  missing: StepFailure,
): HostAssessment[] {
  const byHost = new Map(answered.map((assessment) => [assessment.hostId, assessment]));
  return hosts.map((hostId) => byHost.get(hostId) ?? { hostId, reached: false, failure: missing });
}
