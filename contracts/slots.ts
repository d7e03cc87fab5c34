import type { IdentitySource } from './identity';
import type { HostId, RolloutId } from './ids';

/**
 * Slots of one availability set, owned by `availability/<set>` for all rollouts together. A lease has no end in time: it
 * ends when its host is found healthy, or when a person releases it.
 */

/** Why a host takes a slot. */
export type LeaseCause =
  /** A rollout is at work on it. */
  | 'in-work'
  /** Its rollout left it failed, unreachable or out of service. */
  | 'left-down'
  /** An assessment found it unhealthy or could not reach it. */
  | 'found-down';

export interface Lease {
  readonly hostId: HostId;
  readonly cause: LeaseCause;
  /** Rollout that works on it, left it or found it so. */
  readonly owner: RolloutId;
  /** ISO 8601. */
  readonly since: string;
  /** One sentence. */
  readonly why: string;
}

/** A host's workflow asks for a slot. Asked again for the same host and rollout it is the same request. */
export interface SlotRequest {
  readonly hostId: HostId;
  readonly owner: RolloutId;
  /** Of the plan that asks; while its lease or request lasts, the smallest of all such numbers counts. */
  readonly maxUnavailable: number;
  /** Execution that is signalled (`slotGranted`) when the slot comes free. */
  readonly workflowId: string;
  /** Its run, so that a later run of the same host is told from one that is gone and may have left the host anyhow. */
  readonly runId: string;
}

export type SlotAnswer =
  | { readonly granted: true }
  | {
      readonly granted: false;
      /** Whose slots are taken, to be told to people. */
      readonly takenBy: readonly Lease[];
      readonly maxUnavailable: number;
      /** False: one comes free when hosts in work are done; true: only a person or a repair frees one. */
      readonly stuck: boolean;
    };

/** What is told of a host to each of its sets. */
export type SlotNews =
  /** Back in service, said by who was at work on it: its lease and its request end. */
  | { readonly kind: 'healthy'; readonly hostId: HostId; readonly owner: RolloutId }
  /**
   * Looked at and found healthy: a lease ends that it has because it was down. It may be late, so that it says nothing
   * about work that has begun since.
   */
  | { readonly kind: 'found-healthy'; readonly hostId: HostId; readonly owner: RolloutId }
  /** Not up any more, or left so: takes a slot from now on, also above the limit. */
  | {
      readonly kind: 'down';
      readonly hostId: HostId;
      readonly owner: RolloutId;
      readonly cause: Exclude<LeaseCause, 'in-work'>;
      readonly why: string;
    }
  /** The host's workflow asks no more and was never given the slot, or never touched the host. */
  | { readonly kind: 'withdrawn'; readonly hostId: HostId; readonly owner: RolloutId }
  /** The workflow that had this lease, of this `since`, ended without a word: nobody knows how it left the host. */
  | {
      readonly kind: 'gone';
      readonly hostId: HostId;
      readonly owner: RolloutId;
      readonly since: string;
    };

/** A host's workflow tells its rollout that it waits. */
export interface SlotsAwaited {
  readonly hostId: HostId;
  readonly set: string;
  /** As in SlotAnswer. */
  readonly stuck: boolean;
  /** One sentence. */
  readonly message: string;
}

/** A host's workflow that had waited tells its rollout that it has its slots. */
export interface SlotsHeld {
  readonly hostId: HostId;
}

/** A person frees the slot of a host. */
export interface ReleaseRequest {
  readonly hostId: HostId;
  readonly author: string;
  /** How the author is known. @default os-user */
  readonly source?: IdentitySource;
  readonly reason: string;
}

export interface SlotsStatus {
  readonly set: string;
  /** Smallest number of the plans that hold or want a slot; null when none does. */
  readonly maxUnavailable: number | null;
  readonly leases: readonly Lease[];
  readonly waiting: readonly {
    readonly hostId: HostId;
    readonly owner: RolloutId;
    readonly since: string;
  }[];
  /** Newest last, at most 100. */
  readonly released: readonly (ReleaseRequest & { readonly at: string })[];
}

/** @see Activities.askSlot */
export interface AskSlotInput {
  readonly set: string;
  readonly request: SlotRequest;
}

/** @see Activities.tellSlots */
export interface TellSlotsInput {
  readonly set: string;
  readonly news: readonly SlotNews[];
}
