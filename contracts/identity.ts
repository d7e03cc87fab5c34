/**
 * Who somebody is, and how that is known. From the command line it is the operating-system user, or a name that was given
 * with `--as`: both are asserted by whoever runs it. An identity that was proved (by a login at an API) says so.
 */
export interface Identity {
  readonly name: string;
  readonly source: IdentitySource;
}

/** `authenticated` is proved, the others are asserted. */
export const identitySources = ['os-user', 'given', 'authenticated'] as const;
export type IdentitySource = (typeof identitySources)[number];

/** Approvals that a plan asks for before anything is done. */
export interface ApprovalPolicy {
  /** Different people, none of them the requester. */
  readonly minApprovals: number;
  /** From the request until the first host is begun; not begun by then, it counts as denied. */
  readonly ttlMs: number;
  /** `authenticated` takes no identity that is only asserted. @default asserted */
  readonly identity: 'asserted' | 'authenticated';
}

/** One approval that counts. */
export interface Approval {
  readonly by: Identity;
  /** ISO 8601. */
  readonly at: string;
  readonly reason: string;
}
