import type { AvailabilitySet } from './fleet';
import type { Gate } from './gate';
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
import type { Approval, ApprovalPolicy, Identity, IdentitySource } from './identity';
import type { NoticeChannel } from './notification';
import type { CountOrPercent, HostPolicy, OrderRule, RolloutAction, RolloutPolicy } from './plan';
import type { Reason } from './reason';
import type { StepFailure } from './steps';
import type { Calendar, Opening } from './window';

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
  /** What follows is missing in what earlier releases started. */
  readonly control?: ChangeControl;
  /** Continue as new after so many history events; the tests force it every 20. @default 8000 */
  readonly historyEvents?: number;
}

/** How a change is controlled: who lets it begin, when it may go on, in which order, and who is told. */
export interface ChangeControl {
  /** How it is known who asked; `requestedBy` is the name. */
  readonly requester: IdentitySource;
  /** Null: nobody has to approve. */
  readonly approvals: ApprovalPolicy | null;
  /** Null: hosts may be changed at any time. */
  readonly calendar: Calendar | null;
  readonly order: readonly OrderRule[];
  readonly gates: readonly Gate[];
  readonly notify: readonly NoticeChannel[];
  /** Fleet file as the workers see it; hosts whose entry has changed since the preview are held. Null: it is not read again. */
  readonly fleetFile: string | null;
  /** Of a standing plan: no more hosts than this are changed, and what is left when the window closes is not waited for. */
  readonly firing: { readonly maxHosts: number } | null;
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
    | 'prior-state'
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
  /** Missing where the plan asks for no approvals. */
  readonly approvals?: ApprovalStatus;
  /** Missing where the plan has neither windows nor blackouts. */
  readonly window?: WindowStatus;
  /** Newest last, at most 100; missing where the plan has no gates. */
  readonly gates?: readonly GateStatus[];
  /** Missing before the assessment and when it is done. */
  readonly estimate?: EstimateStatus;
  /** Milliseconds that hosts took until they were back in service, newest last, at most 200. */
  readonly hostDurations?: readonly number[];
  /** Limits that were changed while it ran. */
  readonly limits?: SteeredLimits;
}

export interface OperationRecord {
  readonly at: string;
  readonly operation: OperatorRequest['operation'];
  readonly author: string;
  /** Missing in what earlier releases kept: os-user. */
  readonly source?: IdentitySource;
  readonly reason: string;
  readonly hostId?: HostId;
  /** What else was asked, in words: a number, a time, the name of a gate. */
  readonly detail?: string;
}

export interface ApprovalStatus {
  readonly policy: ApprovalPolicy;
  readonly requester: Identity;
  readonly given: readonly Approval[];
  /** ISO 8601: not begun by then, it counts as denied. */
  readonly expiresAt: string;
  /** e.g. "1 of 2 approvals" */
  readonly words: string;
}

export interface WindowStatus {
  /** The one that is open, or opens next; null when none is known. */
  readonly opening: Opening | null;
  readonly isOpen: boolean;
  /** What a host has to fit into, and what that was learnt from. */
  readonly hostMs: number;
  readonly words: string;
}

/** A gate as it stands: what was asked last, and what it said. */
export interface GateStatus {
  readonly gate: string;
  /** Host that it was asked about; null before a wave. */
  readonly hostId: HostId | null;
  readonly wave: number;
  readonly standing: 'asked' | 'open' | 'closed' | 'waived' | 'no-answer';
  readonly reason: Reason | null;
}

/** Limits that a person changed; what is missing is as the plan has it. */
export interface SteeredLimits {
  readonly maxConcurrency?: number;
  readonly maxErrors?: CountOrPercent;
  /** Null: errors in a row are not looked at any more. */
  readonly maxConsecutiveErrors?: number | null;
}

/** When the rollout will be over, by what is known now. */
export interface EstimateStatus {
  /** ISO 8601; null: not within what is known of the windows. */
  readonly p50: string | null;
  readonly p95: string | null;
}

interface Asked {
  readonly author: string;
  /** How the author is known. @default os-user */
  readonly source?: IdentitySource;
  readonly reason: string;
}

/** One member of a union per operation, so that each can be told from the others. */
type Plain<O extends string> = O extends string ? Asked & { readonly operation: O } : never;
type OfHost<O extends string> = O extends string
  ? Asked & { readonly operation: O; readonly hostId: HostId }
  : never;

/** Hosts that are retried together. */
export type RetriedHosts = 'failed' | 'not-started' | 'all';

/** What an operator asks of a running rollout; each is an Update whose validator refuses nonsense. */
export type OperatorRequest =
  | Plain<'pause' | 'resume' | 'abort' | 'reject' | 'revoke'>
  /** Also ends waits for a reboot and for the symptom; such hosts are reported as last seen. Never an installer. */
  | Plain<'abort-now'>
  | OfHost<'skip' | 'retry' | 'hold' | 'unhold'>
  /** The host counts as up again in its sets, whatever is known of it. */
  | OfHost<'release'>
  | (Asked & { readonly operation: 'retry-all'; readonly which: RetriedHosts })
  | (Asked & { readonly operation: 'approve'; readonly hash: PreviewHash })
  | (Asked & { readonly operation: 'set-concurrency'; readonly maxConcurrency: number })
  | (Asked & {
      readonly operation: 'set-budget';
      /** Missing: it stays as it is. */
      readonly maxErrors?: CountOrPercent;
      /** Missing: it stays as it is; null: errors in a row are not looked at. */
      readonly maxConsecutiveErrors?: number | null;
    })
  /** Moves the end of the window that is open, or opens next. ISO 8601. */
  | (Asked & { readonly operation: 'set-window'; readonly until: string })
  /** Asks a gate again that had no answer. */
  | (Asked & { readonly operation: 'ask-gate'; readonly gate: string });

/** Answer to an operator's request. */
export interface OperatorAnswer {
  readonly phase: RolloutPhase;
  readonly message: string;
}
