import type { Hotfix, PackageRef } from './hotfix';
import type { PreviewHash, RolloutId } from './ids';
import type { Approval, ApprovalPolicy, Identity } from './identity';
import type { RolloutResult } from './outcome';
import type { Plan } from './plan';
import type { Reason } from './reason';
import type { RolloutInput } from './rollout';
import type { Calendar } from './window';

/**
 * A plan that is carried out again whenever its window opens. A Temporal Schedule is its alarm clock and nothing else:
 * it rings every quarter of an hour, in UTC, and whether a window opens then is decided here, from the time for which it
 * was set. What the schedule hands to each firing is a `StandingPlan`.
 */

/** Between two rings of the alarm clock. */
export const firingEveryMs = 15 * 60_000;

/** Set by the server on what a schedule starts: the time for which it was set, however late it comes. */
export const scheduledTimeAttribute = 'TemporalScheduledStartTime';

/** Everything that a standing approval is for; its SHA-256 is what is approved. */
export interface StandingContent extends Omit<
  Plan,
  'hotfix' | 'package' | 'calendar' | 'approvals'
> {
  /** Resolved: the definition, not its id. `hosts` is the selector: the fleet may grow. */
  readonly hotfix: Hotfix;
  readonly package: PackageRef | null;
  readonly calendar: Calendar;
  readonly approvals: StandingPolicy;
  readonly fleetFile: string;
  readonly maxHosts: number;
  readonly expiresAt: string;
}

/** A standing plan has an expiry of its own, and always needs an approval. */
export type StandingPolicy = Pick<ApprovalPolicy, 'minApprovals' | 'identity'>;

/** Digests of the parts of a standing plan's content, so that it can be told which of them was changed. */
export type StandingParts = { readonly [part in keyof StandingContent]: string };

export interface StandingApproval extends Approval {
  /** What was approved: approvals of anything else do not count. */
  readonly hash: PreviewHash;
}

/** Which files are read, and how far the standing approval goes. */
export interface StandingFiles {
  /** Absolute, as client and workers see it. */
  readonly planFile: string;
  readonly fleetFile: string;
  /** No more hosts than this are changed in one window. */
  readonly maxHosts: number;
  /** ISO 8601: from then on nothing is begun. */
  readonly expiresAt: string;
}

/** What `standingWorkflow` is started with at every firing. */
export interface StandingPlan extends StandingFiles {
  readonly name: string;
  readonly change: string;
  readonly hotfixId: string;
  /** Of the content, when it was created. */
  readonly hash: PreviewHash;
  readonly parts: StandingParts;
  /** As the plan has them; looked at before the files are read, and compared with them when they are. */
  readonly calendar: Calendar;
  readonly policy: StandingPolicy;
  readonly requester: Identity;
  /** ISO 8601. */
  readonly requestedAt: string;
  readonly reason: string;
  readonly approvals: readonly StandingApproval[];
}

/** What the files of a standing plan say now. */
export interface StandingFound {
  readonly hash: PreviewHash;
  readonly parts: StandingParts;
  readonly calendar: Calendar;
  readonly policy: StandingPolicy;
}

export interface PrepareStandingInput {
  readonly plan: StandingPlan;
  readonly rolloutId: RolloutId;
}

export type PrepareStandingResult =
  | { readonly kind: 'ready'; readonly rollout: RolloutInput }
  /** The files are not what was approved. */
  | { readonly kind: 'changed'; readonly reason: Reason };

/** What a firing did. */
export type StandingResult =
  | { readonly did: 'nothing'; readonly reason: Reason }
  | {
      readonly did: 'rollout';
      readonly rolloutId: RolloutId;
      readonly result: RolloutResult;
      readonly reason: Reason;
    };
