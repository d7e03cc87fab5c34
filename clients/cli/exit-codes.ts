import type { AffectedState, Outcome, RolloutResult } from '../../contracts/outcome';
import type { RolloutAction } from '../../contracts/plan';
import { successOf } from '../../domain/rollout';

/** What the exit code of `rollout` says. One table, so that scripts and docs have one truth. */
export const exitCodes = {
  /**
   * Nothing is left to do: every host ended as the rollout wants it (fixed; mitigated; rolled-back), not-affected,
   * already-fixed, not-applicable or skipped.
   */
  good: 0,
  /** A fault of this program. */
  internal: 1,
  /** What was asked for cannot be done as asked; nothing was started. */
  badInput: 2,
  /** At least one host ended, or stands, otherwise. */
  unfinished: 3,
  /**
   * The failure budget, a gate or a person stopped it, or it was not approved in time; wins over `unfinished`. What is
   * not `completed` is stopped, whatever a later release calls it.
   */
  stopped: 4,
  /** Ended by Ctrl-C, as shells expect it: 128 + SIGINT. */
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Whatever the rollout was to do. */
const goodOutcomes: ReadonlySet<Outcome> = new Set<Outcome>([
  'fixed',
  'not-affected',
  'already-fixed',
  'not-applicable',
  'skipped',
]);

const goodStates: ReadonlySet<AffectedState> = new Set<AffectedState>([
  'not-affected',
  'already-fixed',
  'not-applicable',
]);

/**
 * A host without an outcome (null) is not done, so it counts as "anything else". `mitigated` and `rolled-back` are good
 * where they were asked for: after a rollout that fixes, the hotfix is still owed.
 */
export function exitCodeOfRollout(
  result: RolloutResult | null,
  outcomes: readonly (Outcome | null)[],
  action: RolloutAction = 'fix',
): ExitCode {
  if (result !== null && result !== 'completed') return exitCodes.stopped;
  const success = successOf(action);
  const good = outcomes.every(
    (outcome) => outcome !== null && (outcome === success || goodOutcomes.has(outcome)),
  );
  return good ? exitCodes.good : exitCodes.unfinished;
}

/** null: the host could not be asked. */
export function exitCodeOfAssessment(states: readonly (AffectedState | null)[]): ExitCode {
  const good = states.every((state) => state !== null && goodStates.has(state));
  return good ? exitCodes.good : exitCodes.unfinished;
}
