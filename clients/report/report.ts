import type { HostId, PreviewHash, RolloutId } from '../../contracts/ids';
import type {
  AffectedState,
  Outcome,
  RolloutPhase,
  RolloutResult,
  Verdict,
} from '../../contracts/outcome';
import type { HostFacts } from '../../contracts/facts';
import type { RolloutAction } from '../../contracts/plan';
import type { Reason } from '../../contracts/reason';
import type {
  BudgetStatus,
  HostStanding,
  OperationRecord,
  RolloutStatus,
  StepRecord,
} from '../../contracts/rollout';

/** How the change was controlled, as the status has it; what the plan does not ask for is missing. */
export type ReportControl = Pick<
  RolloutStatus,
  'approvals' | 'window' | 'gates' | 'estimate' | 'limits'
>;

/** Everything that can be shown of a rollout, in one value; the formats only write it down. */
export interface Report extends ReportControl {
  readonly schema: 'hotfix-rollout/report/1';
  readonly generatedAt: string;
  readonly rolloutId: RolloutId;
  readonly change: string;
  readonly hotfixId: string;
  /** What the rollout was to do to its hosts. */
  readonly action: RolloutAction;
  readonly previewHash: PreviewHash;
  readonly requestedBy: string;
  readonly phase: RolloutPhase;
  readonly result: RolloutResult | null;
  readonly reason: Reason;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly wave: number;
  readonly toBeChanged: number;
  readonly budget: BudgetStatus;
  readonly counts: readonly OutcomeCount[];
  readonly operations: readonly OperationRecord[];
  readonly hosts: readonly ReportHost[];
  /** Hosts that were reached in a way that is not safe, a sentence each. */
  readonly warnings: readonly string[];
  /** Evidence that could not be had, a sentence each; empty when the report is complete. */
  readonly gaps: readonly string[];
}

/** `open` counts the hosts without an outcome. */
export interface OutcomeCount {
  readonly outcome: Outcome | 'open';
  readonly hosts: number;
}

export interface ReportHost {
  readonly hostId: HostId;
  readonly wave: number | null;
  readonly standing: HostStanding;
  readonly state: AffectedState | null;
  readonly outcome: Outcome | null;
  readonly reason: Reason | null;
  readonly runId: string | null;
  readonly attempts: number;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly durationMs: number | null;
  /** Whether the host was back in service when its workflow ended; null when no workflow changed it. */
  readonly available: boolean | null;
  /** Steps of the last attempt. */
  readonly steps: readonly StepRecord[];
  readonly assessment: HostEvidence | null;
  /** Evidence of this host that could not be had, a sentence each. */
  readonly missing: readonly string[];
}

/** The verdict with the facts that it rests on, or why the host could not be asked. */
export type HostEvidence =
  | { readonly reached: true; readonly verdict: Verdict; readonly facts: HostFacts }
  | { readonly reached: false; readonly code: string; readonly message: string };
