import type { HostId, RolloutId } from './ids';
import type {
  AdmitInput,
  ApplyInput,
  ApplyResult,
  AssessInput,
  CheckInput,
  CheckResult,
  CleanUpInput,
  FallbackInput,
  FallbackResult,
  HookInput,
  HookResult,
  HostAssessment,
  InspectInput,
  InspectResult,
  RebootInput,
  RebootResult,
  RemoveInput,
  RemoveResult,
  StageInput,
  StageResult,
  WaitBackInput,
  WaitBackResult,
  WatchInput,
  WatchResult,
} from './steps';

/**
 * Everything that workflows ask of the world, one activity per step. Each throws a `Failure` (contracts/failures.ts)
 * when the host or what the worker needs could not be reached or asked; the worker turns it into the failure that
 * Temporal retries or not.
 */
export interface Activities {
  /** Whether this worker has the preview (and the package), and the preview has the hosts. Local, on the rollout queue. */
  readonly admit: (input: AdmitInput) => Promise<void>;
  /** Rollout that has the host now; null when nobody has it or the owner does not say. On the rollout queue. */
  readonly holder: (hostId: HostId) => Promise<RolloutId | null>;
  /** One batch, in the order of the input. A host that cannot be asked is a result, never a failure of the batch. */
  readonly assess: (input: AssessInput) => Promise<readonly HostAssessment[]>;
  readonly check: (input: CheckInput) => Promise<CheckResult>;
  /** The same probe as check, after the change. */
  readonly verify: (input: CheckInput) => Promise<CheckResult>;
  readonly stage: (input: StageInput) => Promise<StageResult>;
  /** Unpacks the staged package and asks the host's servicing about it; changes nothing else. */
  readonly inspect: (input: InspectInput) => Promise<InspectResult>;
  readonly drain: (input: HookInput) => Promise<HookResult>;
  readonly restore: (input: HookInput) => Promise<HookResult>;
  readonly apply: (input: ApplyInput) => Promise<ApplyResult>;
  readonly remove: (input: RemoveInput) => Promise<RemoveResult>;
  readonly reboot: (input: RebootInput) => Promise<RebootResult>;
  readonly waitBack: (input: WaitBackInput) => Promise<WaitBackResult>;
  /** One look for the symptom; read-only. */
  readonly watch: (input: WatchInput) => Promise<WatchResult>;
  readonly fallback: (input: FallbackInput) => Promise<FallbackResult>;
  readonly cleanUp: (input: CleanUpInput) => Promise<void>;
}
