import type { Identity } from '../../contracts/identity';
import { type Reason, reason } from '../../contracts/reason';
import type { StandingApproval, StandingPlan } from '../../contracts/standing';
import { isSamePerson } from '../rollout/approvals';

/** Approvals that hold: of exactly this, by different people, none of them who asked for it. */
export function approvalsThatCount(plan: StandingPlan): readonly StandingApproval[] {
  const counted: StandingApproval[] = [];
  for (const approval of plan.approvals)
    if (refusalOfPerson(plan, approval, counted) === null) counted.push(approval);
  return counted;
}

export const isApproved = (plan: StandingPlan): boolean =>
  approvalsThatCount(plan).length >= plan.policy.minApprovals;

/** `1 of 2 approvals (ada)` */
export function approvalWords(plan: StandingPlan): string {
  const given = approvalsThatCount(plan).map(({ by }) => by.name);
  const names = given.length === 0 ? '' : ` (${given.join(', ')})`;
  return `${given.length} of ${plan.policy.minApprovals} approvals${names}`;
}

/** Why an approval that somebody wants to give is refused; null when it holds. */
export function refusalOfApproval(
  plan: StandingPlan,
  approval: Pick<StandingApproval, 'by' | 'hash'>,
  now: number,
): Reason | null {
  const refused =
    refusalOfExpired(plan, now) ?? refusalOfPerson(plan, approval, approvalsThatCount(plan));
  if (refused !== null) return refused;
  return isApproved(plan) ? reason('approved', `it is approved: ${approvalWords(plan)}`) : null;
}

/** Why a firing does nothing, whatever the hour is; null when it may go on. The same checks as when it was approved. */
export function refusalOfFiring(plan: StandingPlan, now: number): Reason | null {
  const expired = refusalOfExpired(plan, now);
  if (expired !== null) return expired;
  if (isApproved(plan)) return null;
  return reason('not-approved', `not approved: ${approvalWords(plan)}`, {
    needed: plan.policy.minApprovals,
    given: approvalsThatCount(plan).length,
  });
}

function refusalOfExpired({ expiresAt }: StandingPlan, now: number): Reason | null {
  // What is no time has expired: it must not hold for ever.
  if (now < Date.parse(expiresAt)) return null;
  return reason('expired', `the standing plan expired ${expiresAt}: create it again`, {
    expiresAt,
  });
}

function refusalOfPerson(
  { hash, policy, requester }: StandingPlan,
  { by, hash: approved }: Pick<StandingApproval, 'by' | 'hash'>,
  before: readonly StandingApproval[],
): Reason | null {
  if (approved !== hash) {
    const message = `the standing plan is ${hash}, not ${approved}: look at what it is before you approve`;
    return reason('other-hash', message);
  }
  return refusalOfIdentity(by, policy.identity) ?? refusalOfRepeated(by, requester, before);
}

/** Anybody can write `authenticated` into a schedule; nothing in this version could have proved it. */
function refusalOfIdentity(
  { name, source }: Identity,
  wanted: StandingPlan['policy']['identity'],
): Reason | null {
  if (source === 'authenticated') {
    const message = 'nothing in this version proves an identity, so that none counts as proved';
    return reason('identity-unproved', message);
  }
  if (wanted !== 'authenticated') return null;
  const message = `the plan wants approvals by people whose identity is proved; ${name} is asserted (${source})`;
  return reason('identity-asserted', message, { source });
}

function refusalOfRepeated(
  by: Identity,
  requester: Identity,
  before: readonly StandingApproval[],
): Reason | null {
  if (isSamePerson(by, requester)) {
    const message = `${by.name} asked for this standing plan: somebody else has to approve it`;
    return reason('own-approval', message);
  }
  return before.some((one) => isSamePerson(one.by, by))
    ? reason('already-approved', `${by.name} has approved already; once counts`)
    : null;
}
