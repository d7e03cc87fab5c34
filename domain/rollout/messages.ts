import type { GateAnswer } from '../../contracts/gate';
import type { HostId, RolloutId } from '../../contracts/ids';
import type { Notice } from '../../contracts/notification';
import type { Outcome, RolloutPhase, RolloutResult } from '../../contracts/outcome';
import type { Reason } from '../../contracts/reason';
import type { AssessedHost, OperatorAnswer, OperatorRequest } from '../../contracts/rollout';
import type { PriorState } from '../../contracts/steps';
import type { CalendarReading } from '../../contracts/window';

/** What happened: the only way in which anything reaches a rollout. */
export type RolloutEvent =
  /** The input was admitted by a worker that has preview and package. */
  | { readonly type: 'admitted' }
  | { readonly type: 'assessed'; readonly round: number; readonly hosts: readonly AssessedHost[] }
  /** The host's workflow is there; its run id leads to the evidence. */
  | { readonly type: 'hostStarted'; readonly hostId: HostId; readonly runId: string }
  /** The host's workflow could not be started: another rollout has the host. */
  | { readonly type: 'hostTaken'; readonly hostId: HostId; readonly by: RolloutId | null }
  | {
      readonly type: 'hostFinished';
      readonly hostId: HostId;
      readonly outcome: Outcome;
      readonly reason: Reason;
      /** Whether the host is back in service, so that its sets have the slot back. */
      readonly available: boolean;
    }
  /** The host is back in service and only watched: its slots are free. */
  | { readonly type: 'hostWatched'; readonly hostId: HostId }
  /** The symptom is back on a host that was watched: it waits for `giveSlots` before it is touched again. */
  | { readonly type: 'slotsWanted'; readonly hostId: HostId }
  /** Not started: its entry in the fleet is not what was approved, or could not be read. */
  | { readonly type: 'hostChanged'; readonly hostId: HostId; readonly reason: Reason }
  /** The host waits for a slot that other rollouts have; `stuck`: nothing that is under way frees it. */
  | {
      readonly type: 'slotsAwaited';
      readonly hostId: HostId;
      readonly stuck: boolean;
      readonly message: string;
    }
  /** It has all its slots. */
  | { readonly type: 'slotsHeld'; readonly hostId: HostId }
  /** What is owed to the host from now on: it is drained, or about to be. */
  | { readonly type: 'hostDrained'; readonly hostId: HostId; readonly prior: PriorState }
  | { readonly type: 'hostRestored'; readonly hostId: HostId }
  | { readonly type: 'calendarRead'; readonly reading: CalendarReading }
  | { readonly type: 'calendarUnread'; readonly reason: Reason }
  | {
      readonly type: 'fleetRead';
      readonly changed: readonly { readonly hostId: HostId; readonly why: string }[];
    }
  | { readonly type: 'fleetUnread'; readonly reason: Reason }
  /** Packages were brought to hosts ahead of the window; a host that has none gets it when its turn comes. */
  | { readonly type: 'staged' }
  | { readonly type: 'gateAnswered'; readonly run: number; readonly answer: GateAnswer }
  /** `state.nextLookAt` has come. */
  | { readonly type: 'timerFired' }
  | { readonly type: 'operator'; readonly request: OperatorRequest; readonly updateId: string }
  /** The history nears its limits: nothing more is started until the state has gone on in a new run. */
  | { readonly type: 'historyFull' }
  /** First event of a new run. */
  | { readonly type: 'continued' };

/** What is to be carried out. The carrier has no opinion: each command is carried out once, in order. */
export type RolloutCommand =
  /** Ends with `assessed` of the same round. */
  | { readonly type: 'assess'; readonly round: number; readonly hosts: readonly HostId[] }
  /** Ends with `hostTaken`, or with `hostStarted` and later `hostFinished`. */
  | {
      readonly type: 'startHost';
      readonly hostId: HostId;
      readonly treatAsAffected: boolean;
      /** An earlier run of its workflow has drained it. */
      readonly owed?: PriorState;
      /** Nothing is done to it but that. */
      readonly restoreOnly?: true;
    }
  /** Answers `slotsWanted`: the host may be drained again. */
  | { readonly type: 'giveSlots'; readonly hostId: HostId }
  /** Asks a host workflow to stop where that is safe; it still ends with `hostFinished`. */
  | { readonly type: 'cancelHost'; readonly hostId: HostId }
  /** Ends its waits for a reboot and for the symptom; it still ends with `hostFinished`. */
  | { readonly type: 'endWaits'; readonly hostId: HostId }
  /** Ends with `calendarRead` or `calendarUnread`. */
  | { readonly type: 'readCalendar'; readonly from: number; readonly until: number }
  /** Ends with `fleetRead` or `fleetUnread`. */
  | { readonly type: 'readFleet'; readonly hosts: readonly HostId[] }
  /** Ends with `staged`, whatever came of it. */
  | {
      readonly type: 'stageAhead';
      readonly hosts: readonly HostId[];
      /** Epoch milliseconds: what is not there by then is left to the host's own turn. */
      readonly until: number;
    }
  /** Ends with `gateAnswered` of the same run. */
  | {
      readonly type: 'askGate';
      readonly run: number;
      readonly gate: string;
      readonly hostId: HostId | null;
    }
  /** Tells every availability set of these hosts how they were found. */
  | {
      readonly type: 'tellSets';
      readonly healthy: readonly HostId[];
      readonly down: readonly { readonly hostId: HostId; readonly why: string }[];
      /** Whether they were found so by a look, or left so by a host's workflow, which may have been lost. */
      readonly cause: 'found-down' | 'left-down';
    }
  /** Nothing comes of it here. */
  | { readonly type: 'notify'; readonly notice: Notice; readonly phase: RolloutPhase }
  /** Only ever with nothing in flight: no host, no assessment, no gate. */
  | { readonly type: 'continueAsNew' }
  /** The last command of a rollout. */
  | { readonly type: 'finish'; readonly result: RolloutResult };

export interface Decision<S> {
  readonly state: S;
  readonly commands: readonly RolloutCommand[];
  /** Which rules were looked at, with the numbers they saw and what they said. */
  readonly reasons: readonly Reason[];
  /** Only for the event `operator`. */
  readonly answer?: OperatorAnswer;
}
