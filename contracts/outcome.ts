import type { Reason } from './reason';

/** What a host's state is with regard to the hotfix, told from facts. */
export const affectedStates = [
  'affected',
  'suspect',
  'not-affected',
  'already-fixed',
  'not-applicable',
  'unknown',
] as const;
export type AffectedState = (typeof affectedStates)[number];

/** Whether the services that the host is there for are up; what cannot be told is not healthy. */
export type Health = 'healthy' | 'unhealthy' | 'unknown';

export interface Verdict {
  readonly state: AffectedState;
  /** Whether the hotfix can be installed here at all, whatever the symptom. */
  readonly applicable: 'yes' | 'no' | 'unknown';
  /** At least one; the first is the deciding one. */
  readonly reasons: readonly Reason[];
  /** The symptom was seen within the last burst window: shown, never decisive. */
  readonly currentlyStalling: boolean;
  readonly health: Health;
}

/** Final, exactly one per host. */
export const outcomes = [
  'fixed',
  'mitigated',
  'not-affected',
  'already-fixed',
  'not-applicable',
  'failed',
  'unreachable',
  'skipped',
  'not-started',
  'undecided',
] as const;
export type Outcome = (typeof outcomes)[number];

export const hostPhases = [
  'queued',
  'checking',
  'staging',
  'draining',
  'applying',
  'rebooting',
  'verifying',
  'falling-back',
  'restoring',
  'done',
] as const;
export type HostPhase = (typeof hostPhases)[number];

export const rolloutPhases = [
  'assessing',
  'progressing',
  'soaking',
  'held',
  'paused',
  'aborting',
  'done',
] as const;
export type RolloutPhase = (typeof rolloutPhases)[number];

export const rolloutResults = ['completed', 'stopped-by-budget', 'aborted'] as const;
export type RolloutResult = (typeof rolloutResults)[number];
