import { nearestOf } from '../../contracts/fields.schema';
import type { AvailabilitySet, Fleet, FleetHost } from '../../contracts/fleet';
import type { Hotfix } from '../../contracts/hotfix';
import { planHosts } from '../../contracts/names';
import type { FieldPath } from '../../contracts/parsed.schema';
import { fieldName } from '../../contracts/parsed.schema';
import type { Plan, RolloutAction } from '../../contracts/plan';
import type { PreviewContent } from '../../contracts/preview';
import type { InputProblem } from './bad-input';
import type { Loaded } from './load';
import { type Report, resolvePackage } from './resolve-package';

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
  const hosts = selectHosts(plan.value, fleet.value, report);
  if (hosts.length > planHosts) {
    const message = `selects ${hosts.length} hosts; one plan may have ${planHosts}`;
    report(['hosts'], message, 'split it into several plans, each with hosts of its own');
  }
  const sets = limitSets(plan.value, fleet.value, hosts, report);
  const resolved = await resolvePackage(
    { plan, hotfix, action, packageDir: input.packageDir },
    report,
  );
  const { change, policy, hostPolicy } = plan.value;
  const content: PreviewContent | null =
    problems.length > 0 || resolved === null
      ? null
      : {
          change,
          hotfix: resolved.hotfix,
          // A preview that fixes has the hash that it had when nothing else could be done.
          ...(action !== 'fix' && { action }),
          package: resolved.ref,
          hosts: hosts.map(({ hostId, connection }) => ({ hostId, connection })),
          sets,
          policy,
          hostPolicy,
        };
  return { content, problems, packagePath: resolved?.path ?? null };
}

function selectHosts(plan: Plan, fleet: Fleet, report: Report): readonly FleetHost[] {
  const { hosts: selector } = plan;
  if (selector.kind === 'all') return fleet.hosts;
  if (selector.kind === 'names') return namedHosts(selector.names, fleet, report);
  const wanted = Object.entries(selector.labels);
  const matching = fleet.hosts.filter(({ labels }) =>
    wanted.every(([label, value]) => labels[label] === value),
  );
  if (matching.length === 0) {
    const words = wanted.map(([label, value]) => `${label}: ${value}`).join(', ');
    const advice = 'use labels that hosts of the fleet carry; all given labels must match';
    report(['hosts', 'labels'], `match no host of the fleet (${words})`, advice);
  }
  return matching;
}

function namedHosts(names: readonly string[], fleet: Fleet, report: Report): FleetHost[] {
  const byName = new Map(fleet.hosts.map((host) => [host.hostId.toLowerCase(), host]));
  const chosen = new Set<FleetHost>();
  names.forEach((name, index) => {
    const path = ['hosts', 'names', index];
    const host = byName.get(name.toLowerCase());
    if (host === undefined) {
      const nearest = nearestOf(
        name,
        [...byName.values()].map(({ hostId }) => hostId),
      );
      const advice =
        nearest === null ? 'add it to the fleet or remove it here' : `did you mean ${nearest}?`;
      report(path, `is ${name}, a host that the fleet does not know`, advice);
    } else if (chosen.has(host)) {
      report(path, `names ${host.hostId} a second time`, 'remove one of the two');
    } else {
      chosen.add(host);
    }
  });
  return [...chosen];
}

/** Sets that have a host of the plan, with the limits of the plan over those of the fleet. */
function limitSets(
  plan: Plan,
  fleet: Fleet,
  hosts: readonly FleetHost[],
  report: Report,
): AvailabilitySet[] {
  const names = fleet.availabilitySets.map(({ name }) => name);
  for (const name of Object.keys(plan.availabilitySets)) {
    if (names.includes(name)) continue;
    const nearest = nearestOf(name, names);
    const advice =
      nearest === null
        ? `define it under availabilitySets of the fleet, which has ${names.join(', ') || 'none'}`
        : `did you mean ${nearest}?`;
    report(['availabilitySets', name], 'is a set that the fleet does not know', advice);
  }
  const ids = new Set(hosts.map(({ hostId }) => hostId));
  return fleet.availabilitySets
    .filter((set) => set.hosts.some((hostId) => ids.has(hostId)))
    .map((set) => ({ ...set, ...plan.availabilitySets[set.name] }));
}
