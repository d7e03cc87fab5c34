import { basename, dirname, relative } from 'node:path';
import { nearestOf } from '../../contracts/fields.schema';
import type { AvailabilitySet, Connection, FleetHost } from '../../contracts/fleet';
import { BadInput } from '../input';
import type { LoadedFleet } from '../inventory/load-fleet';
import { type Origin, placeOf } from '../inventory/origin';
import { plural } from '../report/words';
import type { Colors } from './colors';
import { table } from './print';

/** A host as it is reached, and where each value was written; null is a default that nobody wrote. */
interface ShownHost extends FleetHost {
  readonly sets: readonly string[];
  /** Who logs in, if an inventory says so; what the credential says is known to the worker alone. */
  readonly login: { readonly user: string; readonly origin: Origin } | null;
  readonly origins: { readonly [field: string]: Origin | null };
}

export interface FleetView {
  readonly hosts: readonly ShownHost[];
  readonly availabilitySets: readonly AvailabilitySet[];
}

/** @throws BadInput when the fleet has no host of that name */
export function fleetView(fleet: LoadedFleet, only?: string): FleetView {
  const { hosts, availabilitySets } = fleet.value;
  const chosen = only === undefined ? hosts : [hostNamed(only, fleet)];
  return {
    hosts: chosen.map((host) => ({
      ...host,
      sets: availabilitySets
        .filter((set) => set.hosts.includes(host.hostId))
        .map(({ name }) => name),
      login: shortLogin(fleet, host.hostId),
      origins: Object.fromEntries(
        Object.entries(fleet.originsOf(host.hostId)).map(([field, origin]) => [
          field,
          origin && shortOrigin(origin, fleet.file),
        ]),
      ),
    })),
    availabilitySets,
  };
}

function hostNamed(name: string, { value, file }: LoadedFleet): FleetHost {
  const host = value.hosts.find(({ hostId }) => hostId.toLowerCase() === name.toLowerCase());
  if (host !== undefined) return host;
  const nearest = nearestOf(
    name,
    value.hosts.map(({ hostId }) => hostId),
  );
  const advice =
    nearest === null ? '`rollout fleet show` lists them all' : `did you mean ${nearest}?`;
  const message = `knows no host ${name}`;
  throw new BadInput([{ file, line: null, field: '', message, advice }]);
}

function shortLogin(fleet: LoadedFleet, host: string): ShownHost['login'] {
  const login = fleet.logins.get(host);
  return login === undefined ? null : { ...login, origin: shortOrigin(login.origin, fleet.file) };
}

/** Seen from the folder of the fleet: that is how the fleet itself names its inventories. */
function shortOrigin(origin: Origin, fleetFile: string): Origin {
  const file = relative(dirname(fleetFile), origin.file);
  return { ...origin, file: file === '' ? basename(fleetFile) : file };
}

export function describeFleet(view: FleetView, colors: Colors, width?: number): string {
  const { hosts, availabilitySets } = view;
  const rows = hosts.map((host) => [
    host.hostId,
    overWords(host.connection),
    endpointOf(host.connection),
    host.connection.credentialRef,
    aboutWords(host),
  ]);
  const sets =
    availabilitySets.length === 0 ? '' : `, ${plural(availabilitySets.length, 'availability set')}`;
  const hint = `${plural(hosts.length, 'host')}${sets}; --host NAME shows where each value comes from`;
  const head = ['HOST', 'OVER', 'ADDRESS', 'CREDENTIAL', 'SETS, LABELS, GROUPS, LOGIN'];
  return [table(head, rows, width), '', colors.dim(hint)].join('\n');
}

/** In one column, since most of it is there for some hosts only. */
function aboutWords({ sets, labels, login }: ShownHost): string {
  const groups = Object.keys(labels).flatMap((name) => /^group\.(.+)$/.exec(name)?.[1] ?? []);
  const own = Object.entries(labels)
    .filter(([name]) => !name.startsWith('group.'))
    .map(([name, value]) => `${name}: ${value}`);
  const words = [
    ...(sets.length === 0 ? [] : [`in ${sets.join(', ')}`]),
    ...(own.length === 0 ? [] : [own.join(', ')]),
    ...(groups.length === 0 ? [] : [`groups ${groups.join(' ')}`]),
    ...(login === null ? [] : [`logs in as ${login.user}`]),
  ];
  return words.join('; ') || '–';
}

/** Value by value, with its place. */
export function describeHost(host: ShownHost, colors: Colors): string {
  const { connection, labels, origins, login, sets } = host;
  const place = (field: string): string => {
    const origin = origins[field];
    return origin ? placeOf(origin) : colors.dim('default');
  };
  const rows = [
    ['address', connection.address, place('address')],
    ...rowsOf(connection, 'connection', place),
    ...Object.entries(labels).map(([name, value]) => [
      `label ${name}`,
      value,
      place(`labels.${name}`),
    ]),
    ...(login === null ? [] : [['login', login.user, placeOf(login.origin)]]),
  ];
  const within = sets.length === 0 ? 'in no availability set' : `in ${sets.join(', ')}`;
  return [
    `${colors.bold(host.hostId)}  ${overWords(connection)}, ${within}`,
    '',
    // Fingerprints and paths are never cut.
    table(['FIELD', 'VALUE', 'FROM'], rows),
  ].join('\n');
}

const hidden = new Set(['address', 'site', 'via']);

function rowsOf(
  connection: Connection | object,
  prefix: string,
  place: (field: string) => string,
): string[][] {
  const own = Object.entries(connection).filter(([field]) => !hidden.has(field));
  const rows = own.map(([field, value]) => [
    `${prefix}.${field}`.replace(/^connection\./, ''),
    wordsOf(value),
    place(`${prefix}.${field}`),
  ]);
  const { via = [] } = connection as { via?: readonly object[] };
  const hops = via.flatMap((hop, index) => {
    const at = `${prefix}.via[${index}]`;
    const { address } = hop as { address?: string };
    return [
      [at.replace(/^connection\./, ''), address ?? '', place(`${at}.address`)],
      ...rowsOf(hop, at, place),
    ];
  });
  return [...rows, ...hops];
}

const wordsOf = (value: unknown): string =>
  Array.isArray(value) ? value.map(String).join('\n') : String(value);

const overWords = (connection: Connection): string =>
  connection.kind === 'ssh'
    ? `ssh${connection.via === undefined ? '' : ` via ${connection.via.length}`}`
    : `winrm ${connection.scheme}`;

const endpointOf = ({ address, port }: Connection): string => `${address}:${String(port)}`;
