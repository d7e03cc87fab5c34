import type { AvailabilitySet } from './fleet';
import type { Hotfix, PackageRef } from './hotfix';
import type { HostId, PreviewHash, RolloutId } from './ids';
import type {
  AffectedState,
  Health,
  HostPhase,
  Outcome,
  RolloutPhase,
  RolloutResult,
  Verdict,
} from './outcome';
import type { PackageState } from './facts';
import type { HostPolicy, RolloutAction, RolloutPolicy } from './plan';
import type { Reason } from './reason';
import type { StepFailure } from './steps';

/** What `rolloutWorkflow` is started with. Host ids only: connections stay in the preview folder. */
export interface RolloutInput {
  readonly rolloutId: RolloutId;
  readonly previewHash: PreviewHash;
  readonly change: string;
  readonly requestedBy: string;
  readonly hotfix: Hotfix;
  /** @default fix */
  readonly action?: RolloutAction;
  /** Null when the action needs none. */
  readonly package: PackageRef | null;
  readonly hosts: readonly HostId[];
  readonly sets: readonly AvailabilitySet[];
  readonly policy: RolloutPolicy;
  readonly hostPolicy: HostPolicy;
  /** Continue as new after so many history events; the tests force it every 20. @default 8000 */
  readonly historyEvents?: number;
}

export interface AssessWorkflowInput {
  readonly owner: string;
  readonly previewHash: PreviewHash;
  readonly hotfix: Hotfix;
  readonly hosts: readonly HostId[];
  /** Batches that run side by side. @default 8 */
  readonly parallel?: number;
}

/** One host of an assessment as a rollout keeps it; the facts stay with the assessment (query `assessmentPiece`). */
export interface AssessedHost {
  readonly hostId: HostId;
  /** null: could not be asked. */
  readonly state: AffectedState | null;
  readonly applicable: Verdict['applicable'];
  readonly health: Health;
  /** Of the hotfix itself; null when it is not known. Missing in what earlier releases recorded. */
  readonly package?: PackageState | null;
  /** Deciding reason; of a host that could not be asked: the failure's. */
  readonly reason: Reason;
}

export interface AssessWorkflowResult {
  /** In the order of the input. */
  readonly hosts: readonly AssessedHost[];
  /** Number of pieces that the query `assessmentPiece` answers, 0 to pieces - 1. */
  readonly pieces: number;
}

/** A step of one host as evidence keeps it. */
export interface StepRecord {
  readonly step:
    | 'check'
    | 'stage'
    | 'inspect'
    | 'drain'
    | 'apply'
    | 'remove'
    | 'reboot'
    | 'wait-back'
    | 'verify'
    | 'fallback'
    | 'restore'
    | 'watch'
    | 'clean-up';
  /** ISO 8601, workflow time. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly ok: boolean;
  /** What was found or done, one sentence. */
  readonly summary: string;
  /** The step's result, cut to what fits; or the failure. */
  readonly detail?: unknown;
  readonly failure?: StepFailure;
}

/** Result of a host workflow and, until a store exists, the host's evidence; at most 32 KB as JSON. */
export interface HostResult {
  readonly hostId: HostId;
  readonly outcome: Outcome;
  readonly reason: Reason;
  /** Whether the host is back in service, so that its set has the slot back. */
  readonly available: boolean;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly steps: readonly StepRecord[];
}

/** Answer of the query `hostStatus`. */
export interface HostProgress {
  readonly phase: HostPhase;
  readonly since: string;
  readonly summary: string;
}

export type HostStanding = 'unassessed' | 'queued' | 'running' | 'taken' | 'held' | 'done';

export interface HostStatus {
  readonly hostId: HostId;
  /** Number of the wave that the host is or was in; null when in none. */
  readonly wave: number | null;
  readonly standing: HostStanding;
  readonly state: AffectedState | null;
  readonly outcome: Outcome | null;
  readonly reason: Reason | null;
  /** Run id of the host workflow that changed it; null when none did. */
  readonly runId: string | null;
  /** Times that a host workflow was started for it by this rollout. */
  readonly attempts: number;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

export interface BudgetStatus {
  /** Errors that are allowed: the rollout stops when there are more. Resolved from a percentage; null until assessed. */
  readonly maxErrors: number | null;
  readonly errors: number;
  readonly maxConsecutiveErrors: number | null;
  readonly consecutiveErrors: number;
  /** e.g. "stops at the 4th failure" */
  readonly words: string;
}

/** Answer of the query `rolloutStatus`; all that is known without asking the hosts' workflows. */
export interface RolloutStatus {
  readonly rolloutId: RolloutId;
  readonly change: string;
  readonly hotfixId: string;
  /** Missing in what earlier releases answered: fix. */
  readonly action?: RolloutAction;
  readonly previewHash: PreviewHash;
  readonly requestedBy: string;
  readonly phase: RolloutPhase;
  readonly result: RolloutResult | null;
  readonly reason: Reason;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  /** When the rollout looks again by itself (soak, hold, taken host), ISO 8601; null when only an event can move it. */
  readonly nextLookAt: string | null;
  /** Current or last wave; 0 before the first. */
  readonly wave: number;
  readonly toBeChanged: number;
  readonly budget: BudgetStatus;
  readonly hosts: readonly HostStatus[];
  /** Owners of the assessments that hold the evidence, in order: workflow ids. */
  readonly assessments: readonly string[];
  /** What operators asked for, newest last, at most 500. */
  readonly operations: readonly OperationRecord[];
}

export interface OperationRecord {
  readonly at: string;
  readonly operation: OperatorRequest['operation'];
  readonly author: string;
  readonly reason: string;
  readonly hostId?: HostId;
}

/** What an operator asks of a running rollout; each is an Update whose validator refuses nonsense. */
export type OperatorRequest =
  | {
      readonly operation: 'pause' | 'resume' | 'abort';
      readonly author: string;
      readonly reason: string;
    }
  | {
      readonly operation: 'skip' | 'retry';
      readonly author: string;
      readonly reason: string;
      readonly hostId: HostId;
    };

/** Answer to an operator's request. */
export interface OperatorAnswer {
  readonly phase: RolloutPhase;
  readonly message: string;
}
