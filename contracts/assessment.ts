import type { AssessedHost } from './rollout';

/** Answer of the query `assessmentProgress`. */
export interface AssessmentProgress {
  /** Hosts that have been asked, or found impossible to ask. */
  readonly done: number;
  readonly total: number;
  /** Those that are done, in the order of the input. */
  readonly hosts: readonly AssessedHost[];
}
