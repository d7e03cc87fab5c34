import type { HostId } from '../../contracts/ids';
import type { AssessedHost } from '../../contracts/rollout';
import type { RolloutPlan } from '../rollout';
import { simulate } from '../simulator';
import { allWell } from './all-well';

export interface Forecast {
  readonly durationMs: number;
  readonly hostsToBeChanged: number;
  readonly waves: number;
  /** Waits for a person between waves, which the duration does not contain. */
  readonly waitsForAPerson: number;
}

/**
 * How long the rollout takes if every host ends as it should and is out of service as long as it is said to. Each is
 * watched for `quietForMs` after that, with its slots free: a wave ends that much later, not each of its hosts.
 */
export const forecast = (
  plan: RolloutPlan,
  verdicts: readonly AssessedHost[],
  durationOf: (hostId: HostId) => number,
  assessmentMs: number,
  quietForMs = 0,
): Forecast => {
  const options = { keepSteps: false, resumeAfterMs: 0 };
  const { action } = plan;
  const world = allWell(verdicts, { action, durationOf, assessmentMs, quietForMs });
  const trace = simulate(plan, world, options);
  return {
    durationMs: trace.durationMs,
    hostsToBeChanged: trace.state.toBeChanged ?? 0,
    waves: trace.state.wave,
    waitsForAPerson: trace.state.requests.length,
  };
};
