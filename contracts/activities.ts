import type { MeasureInput, Measurement } from './gate';
import type { HostId, RolloutId } from './ids';
import type { NotifyInput } from './notification';
import type { CalendarReading, ReadCalendarInput } from './window';
import type { PrepareStandingInput, PrepareStandingResult } from './standing';
import type { AskSlotInput, SlotAnswer, TellSlotsInput } from './slots';
import type {
  AdmitInput,
  ApplyInput,
  ApplyResult,
  AssessInput,
  ChangedHost,
  CheckInput,
  CheckResult,
  CleanUpInput,
  FallbackInput,
  FallbackResult,
  FindChangedInput,
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
  /** Hosts of which the fleet says something else now than the preview froze. On the rollout queue. */
  readonly findChanged: (input: FindChangedInput) => Promise<readonly ChangedHost[]>;
  /** Rollout that has the host now; null when nobody has it or the owner does not say. On the rollout queue. */
  readonly holder: (hostId: HostId) => Promise<RolloutId | null>;
  /** What windows and blackouts say of a span; iCalendar files are read anew. On the rollout queue. */
  readonly readCalendar: (input: ReadCalendarInput) => Promise<CalendarReading>;
  /** Reads plan, fleet and hotfix of a standing plan again and freezes what its next rollout runs. On the rollout queue. */
  readonly prepareStanding: (input: PrepareStandingInput) => Promise<PrepareStandingResult>;
  /** Asks the owner of a set's slots for one. On the rollout queue, as is `tellSlots`. */
  readonly askSlot: (input: AskSlotInput) => Promise<SlotAnswer>;
  /** Tells the owner of a set's slots how hosts stand. */
  readonly tellSlots: (input: TellSlotsInput) => Promise<void>;
  /** One batch, in the order of the input. A host that cannot be asked is a result, never a failure of the batch. */
  readonly assess: (input: AssessInput) => Promise<readonly HostAssessment[]>;
  readonly check: (input: CheckInput) => Promise<CheckResult>;
  /** The same probe as check, after the change. */
  readonly verify: (input: CheckInput) => Promise<CheckResult>;
  readonly stage: (input: StageInput) => Promise<StageResult>;
  /** Unpacks the staged package and asks the host's servicing about it; changes nothing else. */
  readonly inspect: (input: InspectInput) => Promise<InspectResult>;
  /** How the host stands before it is drained, told by the plan's hook; read-only. */
  readonly priorState: (input: HookInput) => Promise<HookResult>;
  readonly drain: (input: HookInput) => Promise<HookResult>;
  readonly restore: (input: HookInput) => Promise<HookResult>;
  readonly apply: (input: ApplyInput) => Promise<ApplyResult>;
  readonly remove: (input: RemoveInput) => Promise<RemoveResult>;
  readonly reboot: (input: RebootInput) => Promise<RebootResult>;
  readonly waitBack: (input: WaitBackInput) => Promise<WaitBackResult>;
  /** One look for the symptom; read-only. */
  readonly watch: (input: WatchInput) => Promise<WatchResult>;
  /** One measurement of a gate. What could not be asked is a measurement that says so, never a failure. Read-only. */
  readonly measure: (input: MeasureInput) => Promise<Measurement>;
  readonly fallback: (input: FallbackInput) => Promise<FallbackResult>;
  readonly cleanUp: (input: CleanUpInput) => Promise<void>;
  /** Tells one channel of one notice. On the rollout queue. */
  readonly notify: (input: NotifyInput) => Promise<void>;
}
