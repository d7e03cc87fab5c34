import { canonicalJson } from '../../contracts/canonical-json';
import type { AvailabilitySet, Connection, Fleet } from '../../contracts/fleet';
import type { HostId } from '../../contracts/ids';
import type { PreviewContent, PreviewHost } from '../../contracts/preview';
import { maxUnavailableOf } from '../../contracts/set-limit';

/**
 * What the fleet says now against what a preview froze: for a host of the preview the sentence that tells what has
 * changed, or null. A management host that has changed concerns every host, for hooks and gates of all of them use it.
 */
export function compareWithFleet(
  content: PreviewContent,
  fleet: Fleet,
): (hostId: HostId) => string | null {
  const now = new Map(fleet.hosts.map(({ hostId, connection }) => [hostId, connection]));
  const before = new Map(content.hosts.map((host) => [host.hostId, host]));
  const setsNow = setsByHost(fleet.availabilitySets);
  const setsBefore = setsByHost(content.sets);
  const managed = managementChange(content.managementHosts ?? [], now);
  return (hostId) => {
    const host = before.get(hostId);
    if (host === undefined) return 'the preview does not have it';
    return (
      connectionChange(host, now) ??
      membershipChange(setsBefore.get(hostId) ?? [], setsNow.get(hostId) ?? []) ??
      limitChange(setsBefore.get(hostId) ?? [], setsNow.get(hostId) ?? [], content) ??
      managed
    );
  };
}

type Connections = ReadonlyMap<HostId, Connection>;

function setsByHost(
  sets: readonly AvailabilitySet[],
): ReadonlyMap<HostId, readonly AvailabilitySet[]> {
  const found = new Map<HostId, AvailabilitySet[]>();
  for (const set of sets) {
    for (const hostId of set.hosts) found.set(hostId, [...(found.get(hostId) ?? []), set]);
  }
  return found;
}

function managementChange(hosts: readonly PreviewHost[], now: Connections): string | null {
  for (const host of hosts) {
    const change = connectionChange(host, now);
    if (change !== null) return `of its management host ${host.hostId}: ${change}`;
  }
  return null;
}

function connectionChange({ hostId, connection }: PreviewHost, now: Connections): string | null {
  const current = now.get(hostId);
  if (current === undefined) return 'the fleet does not have it any more';
  if (canonicalJson(connection) === canonicalJson(current)) return null;
  if (connection.kind !== current.kind) {
    return `it is now reached over ${current.kind} (was ${connection.kind})`;
  }
  const [older, newer] = [fieldsOf(connection), fieldsOf(current)];
  const fields = [...new Set([...Object.keys(older), ...Object.keys(newer)])].filter(
    (field) => textOf(older[field]) !== textOf(newer[field]),
  );
  return fields.map((field) => fieldChange(field, older[field], newer[field])).join(', ');
}

interface Fields {
  readonly [field: string]: unknown;
}

const fieldsOf = (connection: Connection): Fields => ({ ...connection });

const textOf = (value: unknown): string => (value === undefined ? '' : canonicalJson(value));

function fieldChange(field: string, older: unknown, newer: unknown): string {
  if (newer === undefined) return `its ${field} is gone`;
  if (older === undefined) return `it has a ${field} now`;
  const [before, now] = [shortText(older), shortText(newer)];
  return before === null || now === null
    ? `its ${field} is another now`
    : `its ${field} is now ${now} (was ${before})`;
}

/** Null for what would be no help in a sentence: lists, keys. */
const shortText = (value: unknown): string | null => {
  const text = typeof value === 'string' ? value : canonicalJson(value);
  return typeof value === 'object' || text.length > 100 ? null : text;
};

function membershipChange(
  before: readonly AvailabilitySet[],
  now: readonly AvailabilitySet[],
): string | null {
  const [older, newer] = [namesOf(before), namesOf(now)];
  const left = older.filter((name) => !newer.includes(name));
  const joined = newer.filter((name) => !older.includes(name));
  const changes = [
    ...(left.length > 0 ? [`it is in ${left.join(', ')} no more`] : []),
    ...(joined.length > 0 ? [`it is in ${joined.join(', ')} now`] : []),
  ];
  return changes.length === 0 ? null : changes.join(', ');
}

const namesOf = (sets: readonly AvailabilitySet[]): string[] => sets.map(({ name }) => name);

/** Where the plan has a limit of its own, that of the fleet does not count, but the number of members may. */
function limitChange(
  before: readonly AvailabilitySet[],
  now: readonly AvailabilitySet[],
  { planLimits = {} }: PreviewContent,
): string | null {
  for (const set of now) {
    const older = before.find(({ name }) => name === set.name);
    const own = planLimits[set.name];
    const newer = own === undefined ? set.maxUnavailable : maxUnavailableOf(own, set.hosts.length);
    if (older !== undefined && older.maxUnavailable !== newer) {
      return `its set ${set.name} may now have ${newer} down (was ${older.maxUnavailable})`;
    }
  }
  return null;
}
