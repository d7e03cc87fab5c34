import type { HostProgress, RolloutStatus } from '../../contracts/rollout';

/** What the live view shows of one moment. */
export interface ProgressView {
  readonly status: RolloutStatus;
  /** Phases of the hosts in flight, by host id; a host that did not answer is left out. */
  readonly inFlight: ReadonlyMap<string, HostProgress>;
}
