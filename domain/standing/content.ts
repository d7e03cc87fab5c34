import type { Hotfix, PackageRef } from '../../contracts/hotfix';
import type { ApprovalPolicy } from '../../contracts/identity';
import type { Plan } from '../../contracts/plan';
import type { StandingContent, StandingFiles, StandingPolicy } from '../../contracts/standing';
import type { Calendar } from '../../contracts/window';

/** A plan that asks for no approvals needs one all the same: nobody looks at it in the night in which it runs. */
export const standingPolicy = (approvals: ApprovalPolicy | null): StandingPolicy => ({
  minApprovals: approvals?.minApprovals ?? 1,
  identity: approvals?.identity ?? 'asserted',
});

/** All that decides what a firing would do, but for the hosts themselves: their selector stands for them. */
export function standingContent(
  plan: Plan & { readonly calendar: Calendar },
  resolved: { readonly hotfix: Hotfix; readonly package: PackageRef | null },
  { fleetFile, maxHosts, expiresAt }: Omit<StandingFiles, 'planFile'>,
): StandingContent {
  const { change, hosts, policy, hostPolicy, availabilitySets, calendar } = plan;
  const { order, gates, notify } = plan;
  return {
    change,
    hotfix: resolved.hotfix,
    package: resolved.package,
    hosts,
    policy,
    hostPolicy,
    availabilitySets,
    approvals: standingPolicy(plan.approvals),
    calendar,
    order,
    gates,
    notify,
    fleetFile,
    maxHosts,
    expiresAt,
  };
}
