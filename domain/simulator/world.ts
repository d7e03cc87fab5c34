import type { HostId, RolloutId } from '../../contracts/ids';
import type { Outcome } from '../../contracts/outcome';
import type { Reason } from '../../contracts/reason';
import type { AssessedHost, OperatorRequest } from '../../contracts/rollout';

/** How one run of a host's workflow goes. */
export interface Attempt {
  /** Until its end or, when it is watched afterwards, until it is back in service. */
  readonly durationMs: number;
  readonly outcome: Outcome;
  readonly reason?: Reason;
  /** @default true */
  readonly available?: boolean;
  /** How it is watched before it ends; without it, or when it is cancelled before, it is not. */
  readonly watched?: {
    readonly forMs: number;
    /** The symptom comes back: when, of the time that it is watched, and what becomes of it once it has its slots. */
    readonly symptom?: {
      readonly afterMs: number;
      readonly workMs: number;
      readonly outcome: Outcome;
      readonly available?: boolean;
    };
  };
  /** What cancelling makes of it; without it the host goes on to its end. */
  readonly cancelled?: {
    readonly afterMs: number;
    readonly outcome: Outcome;
    readonly available?: boolean;
  };
}

/** Everything outside of the decisions. Times are milliseconds since the rollout began. */
export interface World {
  readonly assess: (hostId: HostId, round: number) => Omit<AssessedHost, 'hostId'>;
  /** `attempt` counts from 1. */
  readonly attempt: (hostId: HostId, attempt: number) => Attempt;
  /** Another owner has the host until then. */
  readonly taken?: (
    hostId: HostId,
  ) => { readonly untilMs: number; readonly by: RolloutId | null } | undefined;
  /** @default 1000 */
  readonly assessmentMs?: number;
  /** From the command to start a host until its workflow is there or found taken. @default 10 */
  readonly startMs?: number;
}

export interface ScriptedRequest {
  readonly atMs: number;
  readonly request: OperatorRequest;
  /** @default a name of its own */
  readonly updateId?: string;
}

/** A person's requests at given times; one that would be refused is recorded and not sent, as the validator does. */
export type Script = readonly ScriptedRequest[];
