import type { HostId, RolloutId } from '../../contracts/ids';
import type { Outcome, RolloutResult } from '../../contracts/outcome';
import type { Reason } from '../../contracts/reason';
import type { AssessedHost, OperatorAnswer, OperatorRequest } from '../../contracts/rollout';

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
  | { readonly type: 'startHost'; readonly hostId: HostId; readonly treatAsAffected: boolean }
  /** Answers `slotsWanted`: the host may be drained again. */
  | { readonly type: 'giveSlots'; readonly hostId: HostId }
  /** Asks a host workflow to stop where that is safe; it still ends with `hostFinished`. */
  | { readonly type: 'cancelHost'; readonly hostId: HostId }
  /** Only ever with nothing in flight: no host, no assessment. */
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
