import type { AvailabilitySet, Connection } from './fleet';
import type { Hotfix, PackageRef } from './hotfix';
import type { HostId, PreviewHash } from './ids';
import type { Gate } from './gate';
import type { ApprovalPolicy } from './identity';
import type { NoticeChannel } from './notification';
import type { HostPolicy, OrderRule, RolloutAction, RolloutPolicy, SetLimit } from './plan';
import type { Calendar } from './window';

/**
 * A plan resolved against fleet and hotfix, frozen: what is in it is what runs. It is kept as a file under its hash in
 * the preview folder, which clients write and workers read; workflow payloads carry the hash, ids and policies only.
 */
export interface Preview {
  readonly hash: PreviewHash;
  readonly content: PreviewContent;
}

export interface PreviewContent {
  readonly change: string;
  readonly hotfix: Hotfix;
  /** @default fix */
  readonly action?: RolloutAction;
  /** Null when the action needs none. */
  readonly package: PackageRef | null;
  /** In the order in which they are walked through: the order of the plan, else of the fleet. */
  readonly hosts: readonly PreviewHost[];
  /** Only sets that have a host of the plan; members outside the plan stay listed. */
  readonly sets: readonly AvailabilitySet[];
  readonly policy: RolloutPolicy;
  readonly hostPolicy: HostPolicy;
  /** Hosts that hooks and gates use and that the plan does not change. */
  readonly managementHosts?: readonly PreviewHost[];
  /**
   * Limits of sets that the plan itself gives, so that later it can be told what the fleet's would be now. Only where the
   * fleet is read again: of a plan with approvals or a calendar.
   */
  readonly planLimits?: { readonly [set: string]: SetLimit };
  readonly approvals?: ApprovalPolicy;
  /** Missing: hosts may be changed at any time. */
  readonly calendar?: Calendar;
  readonly order?: readonly OrderRule[];
  readonly gates?: readonly Gate[];
  readonly notify?: readonly NoticeChannel[];
}

export interface PreviewHost {
  readonly hostId: HostId;
  readonly connection: Connection;
}
