import { z } from 'zod';

import { address } from './connection-fields.schema';
import { connectionFields } from './connection.schema';
import { block, text } from './fields.schema';
import type { AvailabilitySet, Fleet, FleetHost } from './fleet';
import { type HostLayer, type HostTrace, layHost } from './host-layers.schema';
import { hostId, hostIdPattern } from './ids';
import { includeEntry, labels } from './include.schema';
import { adviceMark, advised, type FieldPath, type Parsed, parseWith } from './parsed.schema';
import type { SchemaProblem } from './parsed.schema';
import { setName } from './plan.schema';
import { maxUnavailableOf } from './set-limit';
import { givesBoth, givesOneAtMost, setLimitFields, setLimitOf } from './set-limit.schema';
import { jumpHost, jumpHostName, unprovedAdvice } from './ssh-connection.schema';

/** The YAML of a fleet, checked, with defaults merged under each host and sets expanded. */

const hostName = text(
  hostIdPattern,
  'write a host id of letters, digits, dots and hyphens, at most 63',
);

const hostFields = block({
  /** An inventory may have told it already. */
  address: address.optional(),
  labels: labels.optional(),
  connection: connectionFields.optional(),
});
const hosts = z.record(hostName, hostFields);

export const fleetSchema = block({
  defaults: block({
    labels: labels.optional(),
    connection: connectionFields.optional(),
  }).optional(),
  /** Inventories that name hosts; what `hosts` says of one of these goes over what they say. */
  include: z.array(includeEntry).max(1000).optional(),
  hosts: hosts.optional(),
  /** SSH servers on the way to hosts, which name them by `via`. */
  jumpHosts: z.record(jumpHostName, jumpHost).default({}),
  availabilitySets: z
    .record(
      setName,
      block({ labels, ...setLimitFields })
        .meta({ not: { required: ['maxUnavailable', 'minAvailable'] } })
        .refine(givesOneAtMost, givesBoth),
    )
    .default({}),
});

type RawFleet = z.output<typeof fleetSchema>;
type RawHosts = z.output<typeof hosts>;

/** Hosts that one include leads to, by name, in the fields of the fleet's own `hosts`. */
export type IncludedHosts = { readonly [host: string]: unknown };

export interface TracedFleet {
  readonly fleet: Fleet;
  /** By the name of the host; hosts of an include are at `include[0].found`. */
  readonly traces: { readonly [host: string]: HostTrace };
}

/** Fleet as read from YAML, without includes → hosts with complete connections, and sets with their members. */
export function parseFleet(raw: unknown): Parsed<Fleet> {
  const parsed = traceFleet(raw, []);
  return parsed.ok ? { ok: true, value: parsed.value.fleet } : parsed;
}

/** The same with hosts of includes, one block for each, and with the place of every value. */
export function traceFleet(raw: unknown, included: readonly IncludedHosts[]): Parsed<TracedFleet> {
  const parsed = parseWith(fleetSchema, raw);
  const found = included.map((hostsOfInclude) => parseWith(hosts, hostsOfInclude));
  const problems: SchemaProblem[] = parsed.ok ? [] : [...parsed.problems];
  found.forEach((one, index) => {
    if (one.ok) return;
    const inside = (path: FieldPath): FieldPath => ['include', index, 'found', ...path];
    problems.push(...one.problems.map((problem) => ({ ...problem, path: inside(problem.path) })));
  });
  if (!parsed.ok || problems.length > 0) return { ok: false, problems };
  const report = (path: FieldPath, marked: string): void => {
    const [message = '', advice = ''] = marked.split(adviceMark);
    problems.push({ path, message, advice });
  };
  const traces: { [host: string]: HostTrace } = {};
  const foundHosts = found.map((one) => (one.ok ? one.value : {}));
  reportEmpty(parsed.value, foundHosts, report);
  reportUnproved(parsed.value, report);
  const known = resolveHosts(parsed.value, foundHosts, report, traces);
  reportTwins(known, report);
  const complete = known.flatMap(({ host }) => (host === null ? [] : [host]));
  const availabilitySets = resolveSets(parsed.value, complete, report);
  return problems.length > 0
    ? { ok: false, problems }
    : { ok: true, value: { fleet: { hosts: complete, availabilitySets }, traces } };
}

type Report = (path: FieldPath, marked: string) => void;

function reportEmpty(raw: RawFleet, found: readonly RawHosts[], report: Report): void {
  const hasHost = [raw.hosts ?? {}, ...found].some((each) => Object.keys(each).length > 0);
  if (hasHost) return;
  const field = raw.include === undefined ? 'hosts' : 'include';
  if (raw.hosts === undefined && raw.include === undefined) {
    report([field], advised('is missing', 'add a block of hosts, or include an inventory'));
  } else {
    report([field], advised('names no host', 'add at least one'));
  }
}

function reportUnproved(raw: RawFleet, report: Report): void {
  for (const [name, { hostKey, knownHosts }] of Object.entries(raw.jumpHosts)) {
    if (hostKey === undefined && knownHosts === undefined)
      report(['jumpHosts', name, 'hostKey'], advised('is missing', unprovedAdvice));
  }
}

/** A host under its name, with the place where it is named first; null when it has problems. */
interface KnownHost {
  readonly name: string;
  readonly path: FieldPath;
  readonly host: FleetHost | null;
}

function resolveHosts(
  raw: RawFleet,
  found: readonly RawHosts[],
  report: Report,
  traces: { [host: string]: HostTrace },
): KnownHost[] {
  const own = raw.hosts ?? {};
  const layersOf = new Map<string, HostLayer[]>();
  found.forEach((hostsOfInclude, index) => {
    const { connection, labels: more } = raw.include?.[index] ?? {};
    for (const [name, fields] of Object.entries(hostsOfInclude)) {
      layersOf.set(name, [
        { path: ['include', index], connection, labels: more },
        { path: ['include', index, 'found', name], ...fields },
      ]);
    }
  });
  for (const [name, fields] of Object.entries(own)) {
    layersOf.set(name, [...(layersOf.get(name) ?? []), { path: ['hosts', name], ...fields }]);
  }
  return [...layersOf].map(([name, layers]) => {
    const { trace, ...resolved } = resolveHost(
      name,
      [{ path: ['defaults'], ...raw.defaults }, ...layers],
      raw,
      report,
    );
    traces[name] = trace;
    return resolved;
  });
}

function resolveHost(
  name: string,
  layers: readonly HostLayer[],
  raw: RawFleet,
  report: Report,
): KnownHost & { readonly trace: HostTrace } {
  const { connection, labels: own, problems, trace } = layHost(layers, raw.jumpHosts);
  const path = Object.hasOwn(raw.hosts ?? {}, name) ? ['hosts', name] : (layers.at(-1)?.path ?? []);
  if (trace['address'] === undefined)
    report([...path, 'address'], advised('is missing', 'add it: a host name or IP address'));
  for (const [field, marked] of problems) {
    // What the fleet says by name is told there; what an inventory says, where that says it.
    const written = trace[`connection.${field}`];
    const isIncluded = written?.[0] === 'include';
    report(isIncluded ? written : [...path, 'connection', field], marked);
  }
  const host = connection === null ? null : { hostId: hostId(name), connection, labels: own };
  return { name, path, host, trace };
}

/** One machine under two names would be changed twice at once: nothing else could tell that they are the same. */
function reportTwins(known: readonly KnownHost[], report: Report): void {
  const names = new Map<string, string>();
  const endpoints = new Map<string, string>();
  for (const { name, path, host } of known) {
    const twin = names.get(name.toLowerCase());
    if (twin !== undefined)
      report(path, advised(`is the host ${twin} in other letters`, 'remove one of the two'));
    names.set(name.toLowerCase(), name);
    if (host === null) continue;
    const endpoint = `${host.connection.address.toLowerCase()}:${host.connection.port}`;
    const other = endpoints.get(endpoint);
    if (other !== undefined) {
      const message = `has the address and port of ${other} (${endpoint})`;
      const advice = 'correct one of the two, or remove it';
      report([...path, 'address'], advised(message, advice));
    }
    endpoints.set(endpoint, name);
  }
}

function resolveSets(
  raw: RawFleet,
  known: readonly FleetHost[],
  report: Report,
): AvailabilitySet[] {
  return Object.entries(raw.availabilitySets).map(([name, set]) => {
    const wanted = Object.entries(set.labels);
    const members = known.filter(({ labels: own }) =>
      wanted.every(([label, value]) => own[label] === value),
    );
    if (wanted.length === 0 || members.length === 0) {
      const what = wanted.length === 0 ? 'names no label' : 'matches no host of the fleet';
      const advice = 'name labels that hosts carry, or remove the set';
      report(['availabilitySets', name, 'labels'], advised(what, advice));
    }
    const limit = setLimitOf(set) ?? { maxUnavailable: 1 };
    return {
      name,
      maxUnavailable: Math.max(0, maxUnavailableOf(limit, members.length)),
      hosts: members.map(({ hostId: id }) => id),
    };
  });
}
