import type { HostId, RolloutId } from '../../contracts/ids';
import type { GateAnswer } from '../../contracts/gate';
import type { Outcome } from '../../contracts/outcome';
import type { Reason } from '../../contracts/reason';
import type { AssessedHost, OperatorRequest } from '../../contracts/rollout';
import type { PriorState } from '../../contracts/steps';
import type { CalendarReading, Interval } from '../../contracts/window';

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
  /** It waits for slots that other rollouts have, before anything is done to it; null: until it is called off. */
  readonly awaits?: { readonly stuck: boolean; readonly forMs: number | null };
  /** It is drained as it begins, and restored as it ends unless it stays as it is. */
  readonly drained?: { readonly prior: PriorState; readonly restored: boolean };
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
  /**
   * What the calendar says of this span, epoch milliseconds, when it is read at that time; null: it cannot be read.
   * Without it there are no windows to be read.
   */
  readonly calendar?: (span: Interval, atMs: number) => CalendarReading | null;
  /** Hosts whose entry in the fleet is not what was approved, at this time; null: it cannot be read. @default none */
  readonly changed?: (
    atMs: number,
  ) => readonly { readonly hostId: HostId; readonly why: string }[] | null;
  /** How the rest goes of a host that was in flight already when the simulation took over. @default as a first attempt */
  readonly rest?: (hostId: HostId, sinceMs: number) => Attempt;
  /** What a gate says, and after how long. @default open after a second */
  readonly gate?: (
    gate: string,
    hostId: HostId | null,
    atMs: number,
  ) => { readonly afterMs: number; readonly answer: Pick<GateAnswer, 'phase' | 'reason'> };
  /** How long bringing packages ahead takes. @default 1 min */
  readonly stagingMs?: number;
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
