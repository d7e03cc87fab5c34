import type { HostId, RolloutId } from '../../contracts/ids';
import { outcomes } from '../../contracts/outcome';
import type {
  AffectedState,
  Health,
  Outcome,
  RolloutPhase,
  RolloutResult,
  Verdict,
} from '../../contracts/outcome';
import type { PackageState } from '../../contracts/facts';
import type { IdentitySource } from '../../contracts/identity';
import type { RolloutAction, RolloutPolicy } from '../../contracts/plan';
import type { Reason } from '../../contracts/reason';
import type { HostStanding, OperatorRequest, RolloutInput } from '../../contracts/rollout';
import type { PriorState } from '../../contracts/steps';
import type { ControlState, KeptControl } from './control-state';

/** The part of a rollout's input that decisions rest on; hotfix, package and the rest stay with the carrier. */
export type RolloutPlan = Pick<RolloutInput, 'hosts' | 'sets' | 'policy' | 'action'> &
  Partial<Pick<RolloutInput, 'control' | 'requestedBy' | 'previewHash'>>;

/**
 * Where a host stands or, once it is done, its outcome. One field for both: a host cannot have an outcome and still be
 * waiting, nor two outcomes.
 */
export type Place = Exclude<HostStanding, 'done'> | Outcome;

/**
 * One host. Every field that says nothing is left out and times are counted from the start of the rollout: 5,000 of
 * these travel through every continue-as-new, whose payload may have 2 MB.
 */
export interface HostRecord {
  readonly is: Place;
  /** Index in `verdicts`; missing while the host could not be asked. */
  readonly verdict?: number;
  /** Index in `reasons`: why the host stands where it stands. */
  readonly reason?: number;
  readonly wave?: number;
  readonly runId?: string;
  readonly attempts?: number;
  readonly startedMs?: number;
  readonly finishedMs?: number;
  /** Takes a slot of its sets although it is not in flight: failed, unreachable, out of service, unhealthy. */
  readonly down?: true;
  /** Place in the order of finishing, of hosts that ended in a way that may count as an error. */
  readonly order?: number;
  readonly heldMs?: number;
  /** When the host was first found taken, and when it is tried again. */
  readonly takenMs?: number;
  readonly retryMs?: number;
  /** To be assessed as soon as something may be started, or asked in this round. */
  readonly wanted?: true;
  readonly asked?: number;
  /** In flight, but back in service and only watched: takes no slot and no place in `maxConcurrency`. */
  readonly watched?: true;
  /** In flight and found with the symptom again: its place in the line of those that wait until they may be worked on. */
  readonly turn?: number;
  /**
   * In flight and waiting for a slot that other rollouts have: 1 will come free by itself, 2 needs a person; 0: it has
   * waited and goes on.
   */
  readonly awaits?: 0 | 1 | 2;
  /** Since when nobody is at work on what it waits for; it may have been called back since, and begun again. */
  readonly awaitsMs?: number;
  /** In flight and called back while it waits for slots: ended untouched, it is queued again. */
  readonly recalled?: true;
  /** A person lets it be changed although it is suspect or unknown. */
  readonly forced?: true;
  /** Drained and not restored yet: how it stood before. */
  readonly owed?: PriorState;
}

export interface KeptVerdict {
  readonly state: AffectedState;
  readonly applicable: Verdict['applicable'];
  readonly health: Health;
  /** Only in a rollback, which asks for nothing else; null: not known. */
  readonly package?: PackageState | null;
}

export interface KeptSet {
  readonly name: string;
  readonly maxUnavailable: number;
  /** Indices of the hosts of the plan; members outside of it are unknown to this rollout. */
  readonly members: readonly number[];
}

/** Never changes during a rollout. */
export interface KeptPlan {
  readonly hosts: readonly HostId[];
  readonly sets: readonly KeptSet[];
  readonly policy: RolloutPolicy;
  /** @default fix */
  readonly action?: RolloutAction;
  /** Missing in rollouts of earlier releases. */
  readonly control?: KeptControl;
}

export interface KeptRequest {
  readonly id: string;
  readonly at: number;
  readonly operation: OperatorRequest['operation'];
  readonly author: string;
  readonly source?: IdentitySource;
  readonly reason: string;
  readonly hostId?: HostId;
  readonly detail?: string;
  readonly answer: { readonly phase: RolloutPhase; readonly message: string };
}

export interface Stop {
  readonly result: Exclude<RolloutResult, 'completed'>;
  readonly reason: Reason;
}

/** All that a rollout knows about itself. Plain JSON; times are epoch milliseconds unless a name says otherwise. */
export interface RolloutState {
  readonly plan: KeptPlan;
  readonly startedAt: number;
  readonly finishedAt: number | null;
  readonly result: RolloutResult | null;
  readonly phase: RolloutPhase;
  readonly phaseReason: Reason;
  /** When the carrier is to send `timerFired`; null when only an event can move the rollout. */
  readonly nextLookAt: number | null;
  readonly admitted: boolean;
  /** In the order of the plan. */
  readonly hosts: readonly HostRecord[];
  readonly verdicts: readonly KeptVerdict[];
  readonly reasons: readonly Reason[];
  /** Length of all `reasons` as JSON. */
  readonly reasonsSize: number;
  /** Last round of assessment that was asked for, and those without an answer yet. */
  readonly round: number;
  readonly openRounds: readonly number[];
  /** Whether the hosts that the first assessment could not ask were tried once more. */
  readonly lookedAgain: boolean;
  /** Hosts to be changed as of the first assessment, the base of every percentage; null before it. */
  readonly toBeChanged: number | null;
  /** Number of the current or last wave; 0 before the first. */
  readonly wave: number;
  /** null while the wave has hosts that are not final. */
  readonly waveEndedAt: number | null;
  /** Last wave after which a person said to go on. */
  readonly resumedWave: number;
  /** Since when all that remain wait for slots that nothing frees by itself. */
  readonly fullSince: number | null;
  readonly finishedCount: number;
  /** Value of `finishedCount` at the last success (`fixed`, in a rollout that fixes): errors after it are in a row. */
  readonly lastFixed: number;
  readonly paused: Reason | null;
  readonly stopping: Stop | null;
  /** The history is full: a new run is wanted as soon as nothing is in flight, or was asked for. */
  readonly moving: 'wanted' | 'asked' | null;
  /** Newest last. */
  readonly requests: readonly KeptRequest[];
  /** There when `plan.control` is. */
  readonly control?: ControlState;
}

export const requestsKept = 500;

const finalPlaces: ReadonlySet<Place> = new Set<Place>(outcomes);

export const isFinal = (place: Place): place is Outcome => finalPlaces.has(place);

export const heldBy = (by: RolloutId | null): Reason => ({
  code: 'held-by',
  message: by === null ? 'held by another owner of its workflow id' : `held by rollout ${by}`,
  facts: { by },
});
