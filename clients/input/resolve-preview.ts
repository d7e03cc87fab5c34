import type { AvailabilitySet, Fleet, FleetHost } from '../../contracts/fleet';
import type { Hotfix } from '../../contracts/hotfix';
import { planHosts } from '../../contracts/names';
import type { FieldPath } from '../../contracts/parsed.schema';
import { fieldName } from '../../contracts/parsed.schema';
import type { Plan, RolloutAction } from '../../contracts/plan';
import type { PreviewContent, PreviewHost } from '../../contracts/preview';
import type { InputProblem } from './bad-input';
import { limitSets } from './limit-sets';
import type { Loaded } from './load';
import { managementHosts } from './management-hosts';
import { missingFiles } from './plan-files';
import { resolveOrder } from './resolve-order';
import { resolvePackage } from './resolve-package';
import { selectHosts } from './select-hosts';

export interface ResolvedPreview {
  /** Null when there are problems. */
  readonly content: PreviewContent | null;
  readonly problems: readonly InputProblem[];
  /** Where the package lies on this machine, absolute; null for one that the hosts pull, and when there is none. */
  readonly packagePath: string | null;
}

/**
 * Lays plan, fleet and hotfix over each other; tells everything that does not fit at once. What is read in the package
 * counts too: one of another number or for another architecture is refused here.
 */
export async function resolvePreview(input: {
  readonly plan: Loaded<Plan>;
  readonly fleet: Loaded<Fleet>;
  readonly hotfix: Hotfix;
  /** @default fix */
  readonly action?: RolloutAction;
  /** Package folder into which the package of a self-extracting archive is put. */
  readonly packageDir: string;
}): Promise<ResolvedPreview> {
  const { plan, fleet, hotfix, action = 'fix' } = input;
  const problems: InputProblem[] = [];
  const report = (path: FieldPath, message: string, advice: string): void => {
    const { line } = plan.locate(path);
    problems.push({ file: plan.file, line, field: fieldName(path), message, advice });
  };
  if (plan.value.hotfix !== hotfix.id) {
    report(['hotfix'], `is ${plan.value.hotfix}, not ${hotfix.id}`, 'use the hotfix of the plan');
  }
  const chosen = selectHosts(plan.value.hosts, fleet.value.hosts, ['hosts'], report);
  if (chosen.length > planHosts) {
    const message = `selects ${chosen.length} hosts; one plan may have ${planHosts}`;
    report(['hosts'], message, 'split it into several plans, each with hosts of its own');
  }
  const { sets, problems: ofFleet } = limitSets(plan.value, fleet, chosen, report);
  const { rules, hosts } = resolveOrder(plan.value.order, fleet.value.hosts, chosen, report);
  const managed = managementHosts(plan.value, fleet.value.hosts, chosen, report);
  const resolved = await resolvePackage(
    { plan, hotfix, action, packageDir: input.packageDir },
    report,
  );
  const all = [...problems, ...ofFleet, ...(await missingFiles(plan))];
  const content: PreviewContent | null =
    all.length > 0 || resolved === null
      ? null
      : {
          change: plan.value.change,
          hotfix: resolved.hotfix,
          // What a plan has none of is left out: its preview keeps the hash that it had before there was such a thing.
          ...(action !== 'fix' && { action }),
          package: resolved.ref,
          hosts: hosts.map(frozenHost),
          sets,
          policy: plan.value.policy,
          hostPolicy: managed.hostPolicy,
          ...controlOf(plan.value, sets),
          ...(managed.hosts.length > 0 && { managementHosts: managed.hosts.map(frozenHost) }),
          ...(managed.gates.length > 0 && { gates: managed.gates }),
          ...(rules.length > 0 && { order: rules }),
        };
  return { content, problems: all, packagePath: resolved?.path ?? null };
}

const frozenHost = ({ hostId, connection }: FleetHost): PreviewHost => ({ hostId, connection });

function controlOf(
  { approvals, calendar, notify, availabilitySets }: Plan,
  sets: readonly AvailabilitySet[],
): Partial<PreviewContent> {
  const planLimits = Object.fromEntries(
    Object.entries(availabilitySets).filter(([name]) => sets.some((set) => set.name === name)),
  );
  const isReadAgain = approvals !== null || calendar !== null;
  return {
    ...(approvals !== null && { approvals }),
    ...(calendar !== null && { calendar }),
    ...(notify.length > 0 && { notify }),
    ...(isReadAgain && Object.keys(planLimits).length > 0 && { planLimits }),
  };
}
