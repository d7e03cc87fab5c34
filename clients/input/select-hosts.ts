import { nearestOf } from '../../contracts/fields.schema';
import type { FleetHost } from '../../contracts/fleet';
import type { FieldPath } from '../../contracts/parsed.schema';
import type { HostSelector } from '../../contracts/plan';
import type { Report } from './resolve-package';

/** Hosts of the fleet that a selector means; names keep their order, all else has that of the fleet. */
export function selectHosts(
  selector: HostSelector,
  hosts: readonly FleetHost[],
  path: FieldPath,
  report: Report,
): readonly FleetHost[] {
  if (selector.kind === 'all') return hosts;
  if (selector.kind === 'names') return namedHosts(selector.names, hosts, path, report);
  const wanted = Object.entries(selector.labels);
  const matching = hosts.filter(({ labels }) =>
    wanted.every(([label, value]) => labels[label] === value),
  );
  if (matching.length === 0) {
    const words = wanted.map(([label, value]) => `${label}: ${value}`).join(', ');
    const advice = 'use labels that hosts of the fleet carry; all given labels must match';
    report([...path, 'labels'], `match no host of the fleet (${words})`, advice);
  }
  return matching;
}

function namedHosts(
  names: readonly string[],
  hosts: readonly FleetHost[],
  path: FieldPath,
  report: Report,
): FleetHost[] {
  const find = hostFinder(hosts);
  const chosen = new Set<FleetHost>();
  names.forEach((name, index) => {
    const at = [...path, 'names', index];
    const host = find(name);
    if (host === undefined) {
      report(at, ...unknownHost(name, hosts));
    } else if (chosen.has(host)) {
      report(at, `names ${host.hostId} a second time`, 'remove one of the two');
    } else {
      chosen.add(host);
    }
  });
  return [...chosen];
}

/** By name, in whatever letters. */
export function hostFinder(hosts: readonly FleetHost[]): (name: string) => FleetHost | undefined {
  const byName = new Map(hosts.map((host) => [host.hostId.toLowerCase(), host]));
  return (name) => byName.get(name.toLowerCase());
}

/** What is wrong with the name of a host that nobody knows, and what to do. */
export function unknownHost(
  name: string,
  hosts: readonly FleetHost[],
): [message: string, advice: string] {
  const nearest = nearestOf(
    name,
    hosts.map(({ hostId }) => hostId),
  );
  const advice =
    nearest === null ? 'add it to the fleet or remove it here' : `did you mean ${nearest}?`;
  return [`is ${name}, a host that the fleet does not know`, advice];
}
