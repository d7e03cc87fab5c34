import type { Fleet } from '../../contracts/fleet';
import { traceFleet } from '../../contracts/fleet.schema';
import { type FieldPath, fieldName, type SchemaProblem } from '../../contracts/parsed.schema';
import { BadInput } from '../input/bad-input';
import type { Loaded } from '../input/load';
import { readYaml, type YamlFile } from '../input/read-yaml';
import { withAbsoluteFiles } from './absolute-files';
import type { FoundHost, Source } from './found-host';
import { type Origin, placeOf } from './origin';
import { type Included, readIncludes } from './read-includes';
import { collectProblems, type Report } from './report';

/** Where each value of a host was written, by its field; null is a default that nobody wrote. */
export interface HostOrigins {
  readonly [field: string]: Origin | null;
}

export interface LoadedFleet extends Loaded<Fleet> {
  readonly originsOf: (host: string) => HostOrigins;
  /** Who logs in to a host, as far as an inventory says so. */
  readonly logins: ReadonlyMap<string, { readonly user: string; readonly origin: Origin }>;
}

/**
 * A fleet with the hosts of the inventories that it includes. Files that it names, of certificates and of host keys, are
 * absolute in it: client and worker may run in different folders.
 *
 * @throws BadInput with every problem of the fleet and of its inventories
 */
export async function loadFleet(file: string): Promise<LoadedFleet> {
  const yaml = await readYaml(file);
  const included = await readIncludes(yaml, file);
  const places = createPlaces(yaml, file, included);
  const parsed = traceFleet(yaml.value, included.found.map(fieldsOfHosts));
  const later = parsed.ok ? [] : parsed.problems.filter((problem) => isNews(problem, included));
  const { report, problems } = collectProblems();
  for (const problem of later) tell(problem, places, report);
  const fleet = parsed.ok
    ? withAbsoluteFiles(parsed.value, (path) => places.sourceAt(path), report)
    : null;
  const all = [...included.problems, ...problems()].toSorted(
    (a, b) => Number(a.file === b.file) * ((a.line ?? 0) - (b.line ?? 0)),
  );
  if (all.length > 0 || fleet === null || !parsed.ok) throw new BadInput(all);
  const { traces } = parsed.value;
  return {
    value: fleet,
    file,
    locate: yaml.locate,
    originsOf: (host) =>
      Object.fromEntries(
        Object.entries(traces[host] ?? {}).map(([field, path]) => [
          field,
          path && places.sourceAt(path).origin,
        ]),
      ),
    logins: loginsOf(included),
  };
}

const fieldsOfHosts = (hosts: ReadonlyMap<string, FoundHost>): { [host: string]: unknown } =>
  Object.fromEntries([...hosts].map(([name, { fields }]) => [name, fields]));

function loginsOf({ found }: Included): LoadedFleet['logins'] {
  return new Map(
    found.flatMap((hosts) =>
      [...hosts.values()].flatMap(({ name, login }) => (login === null ? [] : [[name, login]])),
    ),
  );
}

/** What follows from an inventory that could not be read, or from a host of which something was refused, is none. */
function isNews({ path, message }: SchemaProblem, { problems, refused }: Included): boolean {
  if (problems.length === 0) return true;
  const [block, second, third, name] = path;
  if (block === 'availabilitySets' && message.startsWith('matches no host')) return false;
  if (block === 'include' && path.length === 1) return false;
  const host = block === 'hosts' ? second : third === 'found' ? name : undefined;
  return host === undefined || !refused.has(String(host));
}

interface Places {
  /** The place of a field, and the name under which people find it there. */
  sourceAt(path: FieldPath): Source;
  /** The host of an include that a path leads to, and the entry itself. */
  hostAt(path: FieldPath): { readonly host: FoundHost; readonly entry: Source } | null;
}

function createPlaces(yaml: YamlFile, file: string, { found }: Included): Places {
  const inFleet = (path: FieldPath): Source => ({
    origin: { file, line: yaml.locate(path).line },
    name: fieldName(path),
  });
  const hostAt: Places['hostAt'] = (path) => {
    const [block, index, kind, name] = path;
    const host =
      block === 'include' && kind === 'found' ? found[Number(index)]?.get(String(name)) : undefined;
    return host === undefined ? null : { host, entry: inFleet(path.slice(0, 2)) };
  };
  return {
    hostAt,
    sourceAt(path) {
      const included = hostAt(path);
      if (included === null) return inFleet(path);
      const { sources, origin } = included.host;
      const [first = 'the name', second] = path.slice(4);
      const key = second === undefined ? String(first) : `${first}.${second}`;
      return sources.get(key) ?? { origin, name: key };
    },
  };
}

function tell({ path, message, advice }: SchemaProblem, places: Places, report: Report): void {
  const included = places.hostAt(path);
  if (included === null) {
    const { origin, name } = places.sourceAt(path);
    report(origin, name, message, advice);
  } else if (message === 'is missing' && path[4] === 'connection') {
    const { entry, host } = included;
    const { field, how } = howToWrite(String(path[5]), advice, host);
    report(entry.origin, `${entry.name}.connection.${field}`, message, how, host.name);
  } else {
    const { origin, name } = places.sourceAt(path);
    report(origin, name, message, advice, included.host.name);
  }
}

/** What an inventory lacks can be said for all of its hosts at once, or there. */
function howToWrite(
  field: string,
  advice: string,
  { login }: FoundHost,
): { readonly field: string; readonly how: string } {
  if (field === 'credentialRef') {
    const who =
      login === null
        ? 'put name and password where the worker finds them'
        : `${placeOf(login.origin)} logs in as ${login.user}: put that name and its password where the worker finds them`;
    const how = `${who}, and write credentialRef: env:NAME here, or rollout_credential_ref: env:NAME as a variable in the inventory; passwords in it are not taken`;
    return { field, how };
  }
  if (field === 'hostKey') {
    const how =
      'write knownHosts: FILE here, or rollout_host_key or rollout_known_hosts as a variable in the inventory; `rollout doctor --record-host-keys FILE` collects them for you to compare';
    return { field: 'knownHosts', how };
  }
  return { field, how: advice };
}
