import type { AvailabilitySet } from '../../contracts/fleet';
import type { HostId } from '../../contracts/ids';
import type { RolloutAction, RolloutPolicy } from '../../contracts/plan';
import { reason, type Reason } from '../../contracts/reason';
import type { AssessedHost } from '../../contracts/rollout';
import { statusesOf, successOf } from '../rollout';
import { simulate } from '../simulator';
import { allWell } from './all-well';

export interface PreviewedHost {
  readonly hostId: HostId;
  readonly reason: Reason;
}

/** An assessment laid over a plan: what would be changed, in which waves, if everything went well. */
export interface PreviewedWaves {
  readonly hostsInPlan: number;
  readonly hostsToBeChanged: number;
  readonly waves: readonly (readonly HostId[])[];
  /** Suspect or unknown: a person decides while the rollout runs. */
  readonly held: readonly PreviewedHost[];
  /** Could not be asked; they are asked once more. */
  readonly unassessed: readonly PreviewedHost[];
  /** To be changed, but a set that they are in is full of hosts that are down. */
  readonly blocked: readonly PreviewedHost[];
  /** Why the rollout would end with nothing started; null when it would not. */
  readonly stops: Reason | null;
}

/** What the rollout itself would do, so that preview and rollout cannot disagree. */
export const previewWaves = (
  hosts: readonly HostId[],
  verdicts: readonly AssessedHost[],
  policy: RolloutPolicy,
  sets: readonly AvailabilitySet[],
  action: RolloutAction = 'fix',
): PreviewedWaves => {
  const plan = { hosts, sets, policy: { ...policy, pause: null }, action };
  const all = { action, durationOf: () => 1, assessmentMs: 1, quietForMs: 0 };
  const { state } = simulate(plan, allWell(verdicts, all), { keepSteps: false });
  const ended = statusesOf(state);
  const noReason = reason('unknown', 'no reason is known');
  const those = (test: (host: (typeof ended)[number]) => boolean): PreviewedHost[] =>
    ended.filter(test).map((host) => ({ hostId: host.hostId, reason: host.reason ?? noReason }));
  const waves = Array.from({ length: state.wave }, (_, index) =>
    those((host) => host.wave === index + 1 && host.outcome === successOf(action)).map(
      (host) => host.hostId,
    ),
  );
  return {
    hostsInPlan: hosts.length,
    hostsToBeChanged: state.toBeChanged ?? 0,
    waves,
    held: those((host) => host.outcome === 'undecided'),
    unassessed: those((host) => host.outcome === 'unreachable'),
    blocked: state.stopping === null ? those((host) => host.outcome === 'not-started') : [],
    stops: state.stopping?.reason ?? null,
  };
};
