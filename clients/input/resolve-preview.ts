import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { nearestOf } from '../../contracts/fields.schema';
import type { AvailabilitySet, Fleet, FleetHost } from '../../contracts/fleet';
import type { Hotfix, PackageRef } from '../../contracts/hotfix';
import { planHosts } from '../../contracts/names';
import type { FieldPath } from '../../contracts/parsed.schema';
import { fieldName } from '../../contracts/parsed.schema';
import type { Plan, PlanPackage } from '../../contracts/plan';
import type { PreviewContent } from '../../contracts/preview';
import type { InputProblem } from './bad-input';
import type { Loaded } from './load';

export interface ResolvedPreview {
  /** Null when there are problems. */
  readonly content: PreviewContent | null;
  readonly problems: readonly InputProblem[];
  /** Where the package lies on this machine, absolute; null for one that the hosts pull. */
  readonly packagePath: string | null;
}

/** Lays plan, fleet and hotfix over each other; tells everything that does not fit at once. */
export async function resolvePreview(input: {
  readonly plan: Loaded<Plan>;
  readonly fleet: Loaded<Fleet>;
  readonly hotfix: Hotfix;
}): Promise<ResolvedPreview> {
  const { plan, fleet, hotfix } = input;
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
  const { packagePath, packageRef } = await resolvePackage(
    plan.value.package,
    dirname(plan.file),
    report,
  );
  const { change, policy, hostPolicy } = plan.value;
  const content =
    problems.length > 0 || packageRef === null
      ? null
      : {
          change,
          hotfix,
          package: packageRef,
          hosts: hosts.map(({ hostId, connection }) => ({ hostId, connection })),
          sets,
          policy,
          hostPolicy,
        };
  return { content, problems, packagePath };
}

type Report = (path: FieldPath, message: string, advice: string) => void;

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

interface ResolvedPackage {
  readonly packagePath: string | null;
  /** Null when something is wrong with it. */
  readonly packageRef: PackageRef | null;
}

/** What a url leads to is not looked at: the hosts may see another network than this machine. */
async function resolvePackage(
  pkg: PlanPackage,
  planDir: string,
  report: Report,
): Promise<ResolvedPackage> {
  if ('url' in pkg) {
    const { url, fileName, sha256 } = pkg;
    return { packagePath: null, packageRef: { fileName, sha256, bytes: null, url } };
  }
  const packagePath = resolve(planDir, pkg.file);
  return { packagePath, packageRef: await readPackage(packagePath, pkg, report) };
}

async function readPackage(
  path: string,
  pkg: PlanPackage & { readonly file: string },
  report: Report,
): Promise<PackageRef | null> {
  const fileName = basename(path);
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/.test(fileName)) {
    // It becomes part of command lines on the hosts.
    report(
      ['package', 'file'],
      `has the name ${fileName}`,
      'use letters, digits, dots and hyphens',
    );
    return null;
  }
  try {
    const file = await stat(path);
    if (!file.isFile()) throw Object.assign(new Error('no file'), { code: 'EISDIR' });
    const sha256 = await digestOf(path);
    if (sha256 !== pkg.sha256) {
      const advice = `get the right file, or correct the plan if ${sha256} is what you mean`;
      report(['package', 'sha256'], `is not that of ${fileName}, which has ${sha256}`, advice);
      return null;
    }
    return { fileName, sha256, bytes: file.size };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const what = code === 'ENOENT' ? 'is not there' : `cannot be read (${code ?? String(error)})`;
    const advice = 'put the package there, or correct the path; it is relative to the plan';
    report(['package', 'file'], `${pkg.file} ${what}`, advice);
    return null;
  }
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
