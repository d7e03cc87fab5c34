import { z } from 'zod';

import { address } from './connection-fields.schema';
import {
  completeConnection,
  connectionFields,
  type ConnectionFields,
  mergeConnection,
} from './connection.schema';
import { block, line, text, whole } from './fields.schema';
import type { AvailabilitySet, Fleet, FleetHost } from './fleet';
import { hostId, hostIdPattern } from './ids';
import { adviceMark, advised, type FieldPath, type Parsed, parseWith } from './parsed.schema';
import type { SchemaProblem } from './parsed.schema';
import { setName } from './plan.schema';
import { jumpHost, jumpHostName, unprovedAdvice } from './ssh-connection.schema';

/** The YAML of a fleet, checked, with defaults merged under each host and sets expanded. */

const hostName = text(
  hostIdPattern,
  'write a host id of letters, digits, dots and hyphens, at most 63',
);
const labels = z.record(line(63), line(255));

const hostFields = block({
  address,
  labels: labels.default({}),
  connection: connectionFields.optional(),
});

export const fleetSchema = block({
  defaults: block({
    labels: labels.optional(),
    connection: connectionFields.optional(),
  }).optional(),
  hosts: z.record(hostName, hostFields).refine((hosts) => Object.keys(hosts).length > 0, {
    error: advised('names no host', 'add at least one'),
  }),
  /** SSH servers on the way to hosts, which name them by `via`. */
  jumpHosts: z.record(jumpHostName, jumpHost).default({}),
  availabilitySets: z
    .record(setName, block({ labels, maxUnavailable: whole(1, 100_000).default(1) }))
    .default({}),
});

type RawFleet = z.output<typeof fleetSchema>;

/** Fleet as read from YAML → hosts with complete connections, and sets with their members. */
export function parseFleet(raw: unknown): Parsed<Fleet> {
  const parsed = parseWith(fleetSchema, raw);
  if (!parsed.ok) return parsed;
  const problems: SchemaProblem[] = [];
  for (const [name, { hostKey, knownHosts }] of Object.entries(parsed.value.jumpHosts)) {
    if (hostKey === undefined && knownHosts === undefined)
      problems.push({
        path: ['jumpHosts', name, 'hostKey'],
        message: 'is missing',
        advice: unprovedAdvice,
      });
  }
  const report = (path: FieldPath, marked: string): void => {
    const [message = '', advice = ''] = marked.split(adviceMark);
    problems.push({ path, message, advice });
  };
  const hosts = resolveHosts(parsed.value, report);
  reportTwins(parsed.value, hosts, report);
  const availabilitySets = resolveSets(parsed.value, hosts, report);
  return problems.length > 0
    ? { ok: false, problems }
    : { ok: true, value: { hosts, availabilitySets } };
}

type Report = (path: FieldPath, marked: string) => void;

function resolveHosts(raw: RawFleet, report: Report): FleetHost[] {
  const defaults: ConnectionFields = raw.defaults?.connection ?? {};
  return Object.entries(raw.hosts).flatMap(([name, fields]) => {
    const merged = mergeConnection(defaults, fields.connection ?? {});
    const result = completeConnection(fields.address, merged, raw.jumpHosts);
    if (result.ok) {
      const allLabels = { ...raw.defaults?.labels, ...fields.labels };
      const { site } = allLabels;
      const connection = site === undefined ? result.connection : { ...result.connection, site };
      return [{ hostId: hostId(name), connection, labels: allLabels }];
    }
    for (const [field, marked] of result.problems) {
      report(['hosts', name, 'connection', field], marked);
    }
    return [];
  });
}

/** One machine under two names would be changed twice at once: nothing else could tell that they are the same. */
function reportTwins(raw: RawFleet, hosts: readonly FleetHost[], report: Report): void {
  const names = new Map<string, string>();
  for (const name of Object.keys(raw.hosts)) {
    const twin = names.get(name.toLowerCase());
    if (twin !== undefined) {
      report(
        ['hosts', name],
        advised(`is the host ${twin} in other letters`, 'remove one of the two'),
      );
    }
    names.set(name.toLowerCase(), name);
  }
  const endpoints = new Map<string, string>();
  for (const { hostId: id, connection } of hosts) {
    const endpoint = `${connection.address.toLowerCase()}:${connection.port}`;
    const twin = endpoints.get(endpoint);
    if (twin !== undefined) {
      const message = `has the address and port of ${twin} (${endpoint})`;
      report(['hosts', id, 'address'], advised(message, 'correct one of the two, or remove it'));
    }
    endpoints.set(endpoint, id);
  }
}

function resolveSets(
  raw: RawFleet,
  hosts: readonly FleetHost[],
  report: Report,
): AvailabilitySet[] {
  return Object.entries(raw.availabilitySets).map(([name, set]) => {
    const wanted = Object.entries(set.labels);
    const members = hosts.filter(({ labels: own }) =>
      wanted.every(([label, value]) => own[label] === value),
    );
    if (wanted.length === 0 || members.length === 0) {
      const what = wanted.length === 0 ? 'names no label' : 'matches no host of the fleet';
      const advice = 'name labels that hosts carry, or remove the set';
      report(['availabilitySets', name, 'labels'], advised(what, advice));
    }
    return {
      name,
      maxUnavailable: set.maxUnavailable,
      hosts: members.map(({ hostId: id }) => id),
    };
  });
}
