import type {
  AppPoolFacts,
  BootIdentity,
  HostFacts,
  PackageFacts,
  PackageState,
  ServiceFacts,
} from './facts';
import type { AvailabilitySet } from './fleet';
import type { Gate } from './gate';
import type { Hotfix, PackageRef } from './hotfix';
import type { HostId, PreviewHash, RolloutId } from './ids';
import type { ApprovalPolicy } from './identity';
import type { NoticeChannel } from './notification';
import type { Verdict } from './outcome';
import type { Hook, HostPolicy, OrderRule, RolloutAction, RolloutPolicy } from './plan';
import type { Calendar } from './window';

/**
 * Inputs and results of the activities, one pair per step. A result tells what was found and done; what follows from
 * it is decided elsewhere. Failing to reach or ask a host is a failure (contracts/failures.ts), never a result.
 */

/** Whom a step is about. The connection is read by the worker from the preview, which never enters a payload. */
export interface StepTarget {
  /** Owner of the step: a rollout, or an assessment started by itself. */
  readonly owner: string;
  readonly previewHash: PreviewHash;
  readonly hostId: HostId;
}

export interface AdmitInput {
  readonly previewHash: PreviewHash;
  readonly hosts: readonly HostId[];
  /** Whether the package itself must lie in the worker's package folder; one with a url never has to. */
  readonly needsPackage: boolean;
  /** What a rollout was started with, to be compared with its preview. Missing: hosts are looked at only. */
  readonly asked?: AskedOfPreview;
  /** Fleet file that this worker must be able to read. Null or missing: none. */
  readonly fleetFile?: string | null;
}

/** What a rollout takes from its preview, as the start brought it. */
export interface AskedOfPreview {
  readonly change: string;
  readonly hotfix: Hotfix;
  /** @default fix */
  readonly action?: RolloutAction;
  readonly package: PackageRef | null;
  readonly sets: readonly AvailabilitySet[];
  readonly policy: RolloutPolicy;
  readonly hostPolicy: HostPolicy;
  readonly approvals: ApprovalPolicy | null;
  readonly calendar: Calendar | null;
  readonly order: readonly OrderRule[];
  readonly gates: readonly Gate[];
  readonly notify: readonly NoticeChannel[];
}

/** Which hosts the fleet tells other things of than the preview froze. */
export interface FindChangedInput {
  readonly previewHash: PreviewHash;
  /** Absolute, as the worker sees it. */
  readonly fleetFile: string;
  readonly hosts: readonly HostId[];
}
export interface ChangedHost {
  readonly hostId: HostId;
  /** A sentence. */
  readonly why: string;
}

export interface AssessInput {
  readonly owner: string;
  readonly previewHash: PreviewHash;
  /** At most 25. */
  readonly hosts: readonly HostId[];
  readonly hotfix: Hotfix;
}

/** One host of an assessment: a verdict with the facts it rests on, or why the host could not be asked. */
export type HostAssessment =
  | {
      readonly hostId: HostId;
      readonly reached: true;
      readonly verdict: Verdict;
      readonly facts: HostFacts;
    }
  | {
      readonly hostId: HostId;
      readonly reached: false;
      readonly failure: StepFailure;
    };

/** A failure as a value, for results and evidence. */
export interface StepFailure {
  /** Code of contracts/failures.ts. */
  readonly code: string;
  readonly message: string;
  readonly advice?: string;
}

export interface CheckInput extends StepTarget {
  readonly hotfix: Hotfix;
}
/** Facts with the events cut down to those that decided, and the verdict that all of them gave. */
export interface CheckResult {
  readonly facts: HostFacts;
  readonly verdict: Verdict;
  readonly durationMs: number;
}

export interface StageInput extends StepTarget {
  readonly hotfix: Hotfix;
  readonly package: PackageRef;
}
export interface StageResult {
  /** Folder on the host that holds the package and, later, script, log and result of the installer. */
  readonly folder: string;
  readonly path: string;
  readonly sha256: string;
  /** `pulled` is what the host got by itself from the package's url. */
  readonly how: 'already-there' | 'uploaded' | 'pulled';
  /** How much had to be sent or pulled; 0 when nothing had. */
  readonly bytes: number;
  /** How it was uploaded: `commands` write it piece by piece. Missing for what was not, and in older records. */
  readonly way?: 'sftp' | 'commands';
  /** Bytes of it that an earlier upload, which was cut, had brought; missing when there was none. */
  readonly resumedFrom?: number;
  readonly durationMs: number;
}

export interface HookInput extends StepTarget {
  readonly hook: Hook;
  /** What was found before draining, for `{state}` in the command; null: nothing was reported. Missing in older records. */
  readonly prior?: string | null;
}
export interface HookResult {
  readonly exitCode: number;
  readonly outputTail: string;
  /** What the hook reported (`rollout-state:`), and who else has drained the host (`rollout-drained-by:`). */
  readonly report?: HookReport;
  readonly durationMs: number;
}
/** Null: the hook did not say. */
export interface HookReport {
  /** Of the alphabet `A-Z a-z 0-9 space . _ : , = @ / + -`, at most 1000 characters: it is put into commands. */
  readonly state: string | null;
  readonly drainedBy: string | null;
}

/** How a host stood before it was drained; what restoring puts back, also by another run of its workflow. */
export interface PriorState {
  readonly state: string | null;
  /** Somebody else has it out of service: it is neither drained nor restored. */
  readonly drainedBy: string | null;
}

export interface InspectInput extends StepTarget {
  readonly hotfix: Hotfix;
  readonly package: PackageRef;
  readonly staged: { readonly folder: string; readonly path: string };
}
/** What the host's own servicing says of the package before anything is changed (`dism /get-packageinfo`). */
export interface InspectResult {
  /** In the order in which they are installed. */
  readonly packages: readonly InspectedPackage[];
  readonly durationMs: number;
}
export interface InspectedPackage {
  /** Full path of the cabinet on the host. */
  readonly cabinet: string;
  readonly identity: string;
  /** Null when servicing does not say. */
  readonly applicable: boolean | null;
  readonly state: PackageState;
  readonly restart: 'required' | 'possible' | 'no' | null;
}

export interface ApplyInput extends StepTarget {
  readonly hotfix: Hotfix;
  readonly staged: { readonly folder: string; readonly path: string };
  /** Cabinets to install, full paths, in their order; missing in older records: those of the package, by name. */
  readonly cabinets?: readonly string[];
  /** What each of the cabinets holds, in the same order; missing in older records: only the hotfix's own counts. */
  readonly identities?: readonly string[];
  /** Name of this attempt: the task is `<hotfix>-<attempt>`. The same for every retry of one host workflow run. */
  readonly attempt: string;
}
export interface ApplyResult {
  /** Whether this attempt ran the installer, watched one that somebody else had started, or found nothing to do. */
  readonly how: 'installed' | 'watched' | 'found-installed' | 'found-pending';
  /** Unsigned 32-bit; null when nothing ran or the installer's own code could not be had. */
  readonly exitCode: number | null;
  readonly package: PackageFacts;
  /** Task that did it; null when none. */
  readonly task: string | null;
  readonly logTail: string;
  readonly durationMs: number;
}

export interface RemoveInput extends StepTarget {
  readonly hotfix: Hotfix;
  /** Whole identities of what is to go, as the host lists them. */
  readonly identities: readonly string[];
  /** As of `ApplyInput`. */
  readonly attempt: string;
}
/** `found-absent`: nothing to remove; `found-pending`: removed, but for a reboot. */
export interface RemoveResult {
  readonly how: 'removed' | 'watched' | 'found-absent' | 'found-pending';
  readonly exitCode: number | null;
  readonly package: PackageFacts;
  readonly task: string | null;
  readonly logTail: string;
  /** Folder on the host with script, log and result of the removal, for the clean-up. */
  readonly folder?: string;
  readonly durationMs: number;
}

export interface WatchInput extends StepTarget {
  readonly hotfix: Hotfix;
  /** Since when symptoms count, by the host's own clock, ISO 8601. */
  readonly since: string;
}
/** One look at a host that is only watched. */
export interface WatchResult {
  /** Symptoms logged since; null when that could not be told. */
  readonly symptoms: number | null;
  readonly firstAt: string | null;
  readonly hostTime: string | null;
  /** Why it could not be told. */
  readonly why?: string;
}

export interface RebootInput extends StepTarget {
  /** Boot that is to end: nothing is asked of a host that is already another one. */
  readonly expected: BootIdentity;
  readonly comment: string;
}
export interface RebootResult {
  readonly how: 'asked' | 'already-scheduled' | 'already-rebooted';
  readonly at: string;
}

export interface WaitBackInput extends StepTarget {
  readonly expected: BootIdentity;
  readonly timeoutMs: number;
  /** How long the host is left alone once it is back, before it is looked at again. */
  readonly settleMs: number;
  /** Reboots of its own that are still waited out. */
  readonly maxOwn: number;
}
export type WaitBackResult =
  | {
      readonly back: true;
      readonly boot: BootIdentity;
      /** From the first failed look to the first good one. */
      readonly downMs: number;
      /** Boots seen since the expected one ended, at least 1. */
      readonly reboots: number;
      /** Which way the last look was taken; missing in what older releases recorded. */
      readonly asked?: 'shell' | 'wmi';
    }
  | {
      readonly back: false;
      readonly code: 'never-went' | 'never-came-back' | 'keeps-rebooting';
      readonly message: string;
    };

export interface FallbackInput extends StepTarget {
  readonly hotfix: Hotfix;
  /** What ran before anything was done to the host; exactly that is started again. */
  readonly before: {
    readonly services: readonly ServiceFacts[];
    readonly appPools: readonly AppPoolFacts[];
  };
  readonly observeMs: number;
  /** Whether the process of a service that does not stop in time may be ended. */
  readonly endStuck?: boolean;
}
export interface FallbackResult {
  readonly services: readonly {
    readonly name: string;
    readonly processBefore: number;
    /** 0 when it does not run afterwards. */
    readonly processAfter: number;
  }[];
  readonly appPools: readonly {
    readonly name: string;
    readonly workersBefore: readonly number[];
    readonly workersAfter: readonly number[];
  }[];
  /** Whether the symptom was logged again while it was watched; null when that could not be told. False without a symptom. */
  readonly symptomSince: boolean | null;
  /** What was done, in its order, each a sentence with its time; missing in what earlier releases recorded. */
  readonly done?: readonly { readonly at: string; readonly what: string }[];
  /** What did not work, each a sentence; empty when everything runs again under new process ids. */
  readonly problems: readonly string[];
  readonly durationMs: number;
}

export interface CleanUpInput extends StepTarget {
  readonly hotfix: Hotfix;
  readonly folder: string;
}

/** What a workflow is started with that brings a package to hosts ahead of their turn. */
export interface StageWorkflowInput {
  readonly rolloutId: RolloutId;
  readonly previewHash: PreviewHash;
  readonly hotfix: Hotfix;
  readonly package: PackageRef;
  readonly hosts: readonly HostId[];
  /** Hosts at once. */
  readonly parallel: number;
  /** ISO 8601: what is not there by then is left to the host's own turn. */
  readonly until: string;
}
export interface StageWorkflowResult {
  readonly staged: number;
  /** At most 100. */
  readonly failed: readonly { readonly hostId: HostId; readonly message: string }[];
}

/** What a host workflow is started with. */
export interface HostWorkflowInput {
  readonly rolloutId: RolloutId;
  readonly hostId: HostId;
  readonly previewHash: PreviewHash;
  readonly change: string;
  readonly hotfix: Hotfix;
  /** @default fix */
  readonly action?: RolloutAction;
  /** Null when the action needs none. */
  readonly package: PackageRef | null;
  readonly policy: HostPolicy;
  readonly scope: 'affected' | 'applicable';
  /** A suspect or unknown host is changed too when a person asked for that. */
  readonly treatAsAffected: boolean;
  /**
   * Availability sets of the host, sorted by name, of which it takes a slot each before it is drained. Missing: none is
   * asked for.
   */
  readonly sets?: readonly HostSet[];
  /** An earlier run of its workflow drained it and never restored it: this one does, however it ends. */
  readonly owed?: PriorState;
  /** Nothing but restoring what is owed. */
  readonly restoreOnly?: true;
}

export interface HostSet {
  readonly name: string;
  readonly maxUnavailable: number;
}
