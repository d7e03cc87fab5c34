import type { AvailabilitySet, Connection } from './fleet';
import type { Hotfix, PackageRef } from './hotfix';
import type { HostId, PreviewHash } from './ids';
import type { HostPolicy, RolloutAction, RolloutPolicy } from './plan';

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
}

export interface PreviewHost {
  readonly hostId: HostId;
  readonly connection: Connection;
}
