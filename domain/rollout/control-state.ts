import type { Gate } from '../../contracts/gate';
import type { PreviewHash } from '../../contracts/ids';
import type { Approval, ApprovalPolicy, Identity } from '../../contracts/identity';
import type { NoticeEvent } from '../../contracts/notification';
import type { Reason } from '../../contracts/reason';
import type { SteeredLimits } from '../../contracts/rollout';
import type { CalendarReading } from '../../contracts/window';

/** How the change is controlled, as decisions need it; hosts are indices of the plan. */
export interface KeptControl {
  /** What is approved; null only where nobody has to approve. */
  readonly hash: PreviewHash | null;
  readonly requester: Identity;
  readonly approvals: ApprovalPolicy | null;
  /** Whether there are windows or blackouts to keep to. */
  readonly hasCalendar: boolean;
  readonly hasFleet: boolean;
  readonly order: readonly KeptOrder[];
  readonly gates: readonly Pick<Gate, 'name' | 'when'>[];
  /** Events that somebody wants to be told of. */
  readonly notify: readonly NoticeEvent[];
  readonly maxHosts: number | null;
}

export interface KeptOrder {
  readonly hosts: readonly number[];
  readonly after: readonly number[];
  readonly notWhile: readonly number[];
}

/** One asking of a gate. */
export interface GateRun {
  readonly run: number;
  readonly gate: string;
  /** Index of the host that it is asked about; missing before a wave. */
  readonly host?: number;
  readonly wave: number;
  readonly is: 'asked' | 'open' | 'closed' | 'waived' | 'no-answer';
  readonly reason?: Reason;
  /** When it was asked or, once it was answered, when that was. */
  readonly at: number;
}

/** Something outside that is asked for as a whole: since when it is awaited, when it came, and what went wrong. */
export interface Asking {
  readonly askedAt: number | null;
  readonly answeredAt: number | null;
  /** Why there was no answer the last time, and when it is asked again. */
  readonly problem: Reason | null;
  readonly retryAt: number | null;
}

export interface ControlState {
  readonly approvals: readonly Approval[];
  readonly approvedAt: number | null;
  /** When the first host was begun: from then on nothing is approved, rejected or revoked any more. */
  readonly begunAt: number | null;
  /** What was read last; null before the first reading. */
  readonly reading: CalendarReading | null;
  readonly calendar: Asking;
  readonly fleet: Asking;
  /** When the newest assessment of all that was to be changed was answered. */
  readonly lookedAt: number | null;
  /** Since when an assessment of all of them is under way. */
  readonly lookingSince: number | null;
  /** A person moved the end of the opening that begins then. */
  readonly moved: { readonly from: number; readonly until: number } | null;
  /** Since when no window is known in which a host could be begun. */
  readonly windowlessSince: number | null;
  /** `from` of the opening that people were told is open; null while it is closed. */
  readonly toldOpen: number | null;
  readonly stagedAhead: 'asked' | 'done' | null;
  /** Newest last. */
  readonly gates: readonly GateRun[];
  readonly lastRun: number;
  /** Milliseconds that hosts took until they were back in service, newest last, at most `durationsKept`. */
  readonly durations: readonly number[];
  readonly steered: SteeredLimits;
  /** What people were told last that it is held for. */
  readonly toldHeld: string | null;
}

export const durationsKept = 200;
export const gateRunsKept = 100;
