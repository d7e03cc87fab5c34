import { nearestOf } from '../../contracts/fields.schema';
import type { AvailabilitySet, Fleet, FleetHost } from '../../contracts/fleet';
import { fieldName } from '../../contracts/parsed.schema';
import type { Plan } from '../../contracts/plan';
import { maxUnavailableOf } from '../../contracts/set-limit';
import type { InputProblem } from './bad-input';
import type { Loaded } from './load';
import type { Report } from './resolve-package';

/** Sets that have a host of the plan, with the limits of the plan over those of the fleet. */
export function limitSets(
  { availabilitySets }: Plan,
  fleet: Loaded<Fleet>,
  hosts: readonly FleetHost[],
  report: Report,
): { readonly sets: readonly AvailabilitySet[]; readonly problems: readonly InputProblem[] } {
  reportUnknown(availabilitySets, fleet.value, report);
  const ids = new Set(hosts.map(({ hostId }) => hostId));
  const problems: InputProblem[] = [];
  const sets = fleet.value.availabilitySets
    .filter((set) => set.hosts.some((hostId) => ids.has(hostId)))
    .map((set): AvailabilitySet => {
      const own = availabilitySets[set.name];
      const maxUnavailable =
        own === undefined ? set.maxUnavailable : maxUnavailableOf(own, set.hosts.length);
      if (maxUnavailable >= 1) return { ...set, maxUnavailable };
      const words = neverDown(set.hosts.length);
      const path = ['availabilitySets', set.name, 'minAvailable'];
      if (own === undefined) problems.push(inFleet(fleet, path, words));
      else report(path, words.message, words.advice);
      return set;
    });
  return { sets, problems };
}

function reportUnknown(limits: Plan['availabilitySets'], fleet: Fleet, report: Report): void {
  const names = fleet.availabilitySets.map(({ name }) => name);
  for (const name of Object.keys(limits)) {
    if (names.includes(name)) continue;
    const nearest = nearestOf(name, names);
    const advice =
      nearest === null
        ? `define it under availabilitySets of the fleet, which has ${names.join(', ') || 'none'}`
        : `did you mean ${nearest}?`;
    report(['availabilitySets', name], 'is a set that the fleet does not know', advice);
  }
}

const neverDown = (members: number): { readonly message: string; readonly advice: string } => ({
  message: `keeps up all ${members} hosts of the set, so that none of them could ever be changed`,
  advice: `make it less than ${members}`,
});

function inFleet(
  { file, locate }: Loaded<Fleet>,
  path: readonly string[],
  words: { readonly message: string; readonly advice: string },
): InputProblem {
  return { file, line: locate(path).line, field: fieldName(path), ...words };
}
