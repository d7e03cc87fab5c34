import { stat, writeFile } from 'node:fs/promises';
import { Failure } from '../../contracts/failures';
import type { Credential, FleetHost, SshConnection, SshEndpoint } from '../../contracts/fleet';
import type { HostId } from '../../contracts/ids';
import { createHostKeyCheck } from '../../remote/ssh/host-key';
import { scanHostKeys } from '../../remote/ssh/host-key-scan';
import { bounded } from '../rollouts/bounded';

/** One key that an SSH server showed, for a person to compare with the host itself. */
export interface RecordedKey {
  /** Address and port. */
  readonly server: string;
  /** Hosts of the fleet that are this server, or that are reached over it. */
  readonly hosts: readonly HostId[];
  readonly kind: string;
  readonly fingerprint: string;
  /** What the fleet says of it: `new` when it knows no key of this server, `changed` when it knows another. */
  readonly standing: 'known' | 'new' | 'changed' | 'revoked';
  /** As a line of known_hosts. */
  readonly line: string;
}

export interface Recording {
  readonly keys: readonly RecordedKey[];
  readonly unreached: readonly {
    readonly server: string;
    readonly hosts: readonly HostId[];
    readonly failure: Failure;
  }[];
}

interface Server {
  readonly endpoint: SshEndpoint;
  readonly via: readonly SshEndpoint[];
  readonly hosts: readonly HostId[];
}

export interface RecordOptions {
  readonly signal: AbortSignal;
  /** For jump hosts, which must be logged in to on the way. */
  readonly resolveCredential: (credentialRef: string) => Promise<Credential>;
}

const parallelServers = 20;
const connectTimeoutMs = 15_000;

/** Asks every SSH server of the fleet for its keys, jump hosts first, without logging in to it. Nothing is trusted by it. */
export async function recordHostKeys(
  fleet: readonly FleetHost[],
  options: RecordOptions,
): Promise<Recording> {
  const results = await bounded(parallelServers, serversOf(fleet), (server) =>
    askServer(server, options),
  );
  return {
    keys: results.flatMap((result) => result.keys),
    unreached: results.flatMap((result) => result.unreached),
  };
}

/** Each server once, however many hosts are reached over it. */
function serversOf(fleet: readonly FleetHost[]): Server[] {
  const servers = new Map<string, Server>();
  const add = (endpoint: SshEndpoint, via: readonly SshEndpoint[], host: HostId): void => {
    const key = [...via, endpoint].map((one) => nameOf(one)).join(' ');
    const before = servers.get(key);
    servers.set(key, { endpoint, via, hosts: [...(before?.hosts ?? []), host] });
  };
  const ssh = fleet.flatMap(({ hostId, connection }) =>
    connection.kind === 'ssh' ? [{ hostId, connection }] : [],
  );
  for (const { hostId, connection } of ssh) {
    (connection.via ?? []).forEach((hop, index, hops) => add(hop, hops.slice(0, index), hostId));
  }
  for (const { hostId, connection } of ssh) add(connection, connection.via ?? [], hostId);
  return [...servers.values()];
}

const nameOf = ({ address, port }: SshEndpoint): string =>
  `${address.includes(':') ? `[${address}]` : address}:${String(port)}`;

async function askServer(
  { endpoint, via, hosts }: Server,
  { signal, resolveCredential }: RecordOptions,
): Promise<Recording> {
  const server = nameOf(endpoint);
  try {
    const found = await scanHostKeys(asConnection(endpoint, via), {
      signal,
      connectTimeoutMs,
      resolveCredential,
    });
    const standingOf = await judge(endpoint, server);
    const keys = found.map(({ kind, fingerprint, line }) => ({
      server,
      hosts,
      kind,
      fingerprint,
      line,
      standing: standingOf(line),
    }));
    return { keys, unreached: [] };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof Failure)) throw error;
    return { keys: [], unreached: [{ server, hosts, failure: error }] };
  }
}

const asConnection = (endpoint: SshEndpoint, via: readonly SshEndpoint[]): SshConnection => ({
  ...endpoint,
  kind: 'ssh',
  ...(via.length > 0 && { via }),
});

/** A known_hosts file that is not there yet knows nothing: recording is how it comes to be. */
async function judge(
  endpoint: SshEndpoint,
  server: string,
): Promise<(line: string) => RecordedKey['standing']> {
  try {
    const check = await createHostKeyCheck(endpoint, { host: server });
    return (line) => standingAfter(check.refusal(keyIn(line)));
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'bad-request') throw error;
    const { knownHosts: _missing, ...pinned } = endpoint;
    return pinned.hostKey === undefined ? () => 'new' : judge(pinned, server);
  }
}

function standingAfter(refusal: Failure | null): RecordedKey['standing'] {
  if (refusal === null) return 'known';
  if (refusal.code === 'host-key-revoked') return 'revoked';
  return refusal.code === 'host-key-unknown' ? 'new' : 'changed';
}

const keyIn = (line: string): Buffer => Buffer.from(line.split(' ')[2] ?? '', 'base64');

/**
 * Never into a file that is there: what it says may be in use, and a key that changed must not slip in between.
 *
 * @throws Failure bad-request
 */
export async function requireNewFile(file: string): Promise<void> {
  const isThere = await stat(file).then(
    () => true,
    () => false,
  );
  if (isThere) throw unwritable(file, 'is there already');
}

/** @throws Failure bad-request */
export async function writeRecord(file: string, { keys }: Recording): Promise<void> {
  const text = [
    '# Host keys as the servers showed them: compare each fingerprint with the host itself before you trust it.',
    ...keys.flatMap(({ server, fingerprint, standing, line }) => [
      `# ${server} ${fingerprint} (${standing})`,
      line,
    ]),
    '',
  ].join('\n');
  try {
    await writeFile(file, text, { flag: 'wx', mode: 0o644 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const what = code === 'EEXIST' ? 'is there already' : `cannot be written (${String(code)})`;
    throw unwritable(file, what, error);
  }
}

const unwritable = (file: string, what: string, cause?: unknown): Failure =>
  new Failure('bad-request', `${file} ${what}`, {
    facts: { file },
    advice: 'name a new file: host keys are compared before they take the place of others',
    ...(cause !== undefined && { cause }),
  });
