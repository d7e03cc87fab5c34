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

/** How a verdict was come by, step by step: a question, its answer and why, and the questions that it was made of. */
export interface VerdictStep {
  /** In words, e.g. `%windir%\\system32\\dns.exe is older than 6.1.7601.24557`. */
  readonly question: string;
  readonly answer: 'yes' | 'no' | 'unknown';
  readonly reasons: readonly Reason[];
  readonly of?: readonly VerdictStep[];
}

export interface Verdict {
  readonly state: AffectedState;
  /** Whether the hotfix can be installed here at all, whatever the symptom. */
  readonly applicable: 'yes' | 'no' | 'unknown';
  /** At least one; the first is the deciding one. */
  readonly reasons: readonly Reason[];
  /** The symptom was seen within the last burst window: shown, never decisive. */
  readonly currentlyStalling: boolean;
  readonly health: Health;
  /** In the order in which they were asked; missing in what earlier releases gave. */
  readonly steps?: readonly VerdictStep[];
  /** What goes with the problem, shown and never decisive. */
  readonly corroboration?: readonly VerdictStep[];
}

/** Final, exactly one per host. */
export const outcomes = [
  'fixed',
  'mitigated',
  'rolled-back',
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
  'watching',
  'done',
] as const;
export type HostPhase = (typeof hostPhases)[number];

export const rolloutPhases = [
  'awaiting-approval',
  'awaiting-window',
  'assessing',
  'progressing',
  'soaking',
  'held',
  'paused',
  'aborting',
  'done',
] as const;
export type RolloutPhase = (typeof rolloutPhases)[number];

export const rolloutResults = [
  'completed',
  'stopped-by-budget',
  'stopped-by-gate',
  'aborted',
  'rejected',
  'expired',
] as const;
export type RolloutResult = (typeof rolloutResults)[number];
