import { utils } from 'ssh2';
import { Failure } from '../contracts/failures';
import type { Credential, Fleet, FleetHost, TicketCredential, WinRmAuth } from '../contracts/fleet';
import type { LabScenario, ScenarioHost } from './scenario.schema';
import { labHostKey } from './ssh/host-key';
import type { LabHostOptions, LabOptions, LabShell, LabTransport, WinRmLogin } from './types';

export interface LabFleetOptions {
  /** `fixed`: those that the fleet names; `ephemeral`: free ones, the lab tells which. */
  readonly ports: 'fixed' | 'ephemeral';
}

/**
 * A lab with one emulated host for every host of a fleet, at its address and port, accepting the credential that the
 * fleet names for it.
 *
 * @throws Failure bad-request when the fleet cannot be emulated here, naming the hosts; or what resolveCredential threw
 */
export async function labOptionsFor(
  fleet: Fleet,
  scenario: LabScenario,
  resolveCredential: (credentialRef: string) => Promise<Credential>,
  options: LabFleetOptions,
): Promise<LabOptions> {
  refuseStrangers(fleet, scenario);
  const credentials = new Map<string, Promise<Credential>>();
  const credentialOf = (ref: string): Promise<Credential> => {
    const resolved = credentials.get(ref) ?? resolveCredential(ref);
    credentials.set(ref, resolved);
    return resolved;
  };
  const hosts = fleet.hosts.map(async (host): Promise<LabHostOptions> => {
    if (options.ports === 'fixed') refuseOtherHostKey(host, scenario.seed);
    const own: ScenarioHost = scenario.hosts[host.hostId] ?? {};
    return {
      id: host.hostId,
      transport: transportOf(host, options, own.shell ?? scenario.defaults.shell),
      credential: accepted(host, await credentialOf(host.connection.credentialRef)),
      windows: { ...scenario.defaults.windows, ...own.windows },
      faults: { ...scenario.defaults.faults, ...own.faults },
    };
  });
  return {
    hosts: await Promise.all(hosts),
    timeScale: scenario.timeScale,
    seed: scenario.seed,
  };
}

function refuseStrangers(fleet: Fleet, scenario: LabScenario): void {
  const known = new Set<string>(fleet.hosts.map(({ hostId }) => hostId));
  const strangers = Object.keys(scenario.hosts).filter((id) => !known.has(id));
  if (strangers.length === 0) return;
  throw new Failure(
    'bad-request',
    `the lab scenario names hosts that the fleet does not know: ${strangers.join(', ')}`,
    { advice: 'correct their names, or remove them from the scenario' },
  );
}

function transportOf(
  { connection }: FleetHost,
  { ports }: LabFleetOptions,
  shell: LabShell | undefined,
): LabTransport {
  const { address } = connection;
  const port = ports === 'fixed' ? connection.port : 0;
  if (connection.kind === 'ssh') {
    return { kind: 'ssh', address, port, ...(shell !== undefined && { shell }) };
  }
  const { scheme, allowUnencrypted, tls } = connection;
  return {
    kind: 'winrm',
    scheme,
    address,
    port,
    auth: offeredFor(connection.auth),
    allowUnencrypted,
    ...(tls !== undefined && { tls }),
  };
}

/** Negotiate is on in every Windows unless it was switched off; the other methods are what their fleet needs. */
function offeredFor(auth: WinRmAuth): readonly WinRmLogin[] {
  return auth === 'basic' || auth === 'certificate' ? ['negotiate', auth] : ['negotiate'];
}

/** Nobody could log in to a host whose key is not the one that the fleet pins. */
function refuseOtherHostKey({ hostId, connection }: FleetHost, seed: string): void {
  if (connection.kind !== 'ssh') return;
  const { fingerprint } = labHostKey(seed, hostId);
  const named = [connection.hostKey ?? []].flat();
  // Files of known hosts are for who connects: only they say whether a key is in them.
  if (named.includes(fingerprint) || (named.length === 0 && connection.knownHosts !== undefined)) {
    return;
  }
  throw new Failure(
    'bad-request',
    `${hostId} has another host key in the lab than the fleet names (${named.join(', ')})`,
    { advice: `write hostKey: ${fingerprint} into the fleet, or emulate it on free ports` },
  );
}

/** What the emulated host has to know of a credential in order to accept it. */
function accepted(
  { hostId, connection }: FleetHost,
  credential: Credential,
): LabHostOptions['credential'] {
  const refuse = (what: string, advice: string): never => {
    throw new Failure('bad-request', `${connection.credentialRef} of ${hostId} ${what}`, {
      advice,
    });
  };
  if (connection.kind === 'winrm' && connection.auth === 'kerberos') {
    throw new Failure('bad-request', `${hostId} is reached with auth: kerberos`, {
      advice: noKerberos,
    });
  }
  if ('ticketCache' in credential || 'keytab' in credential) {
    return refuse('is a Kerberos principal', noKerberos);
  }
  if (connection.kind === 'ssh') return acceptedOverSsh(credential, refuse);
  const isCertificate = connection.auth === 'certificate';
  if (isCertificate && 'certificate' in credential) {
    return { username: mappedAccount, certificate: credential.certificate };
  }
  if (!isCertificate && 'password' in credential) {
    return { username: credential.username, password: credential.password };
  }
  const needed = isCertificate ? 'a certificate and its privateKey' : 'username and password';
  return refuse(
    `is ${describe(credential)}, which auth: ${connection.auth} does not take`,
    `give ${needed}`,
  );
}

const noKerberos =
  'the lab has no Kerberos realm: give this host auth: ntlm or negotiate and a password in the lab';

/** The host's mapping names the account; a client certificate says nothing of it. */
const mappedAccount = 'Administrator';

type Refuse = (what: string, advice: string) => never;

function acceptedOverSsh(
  credential: Exclude<Credential, TicketCredential>,
  refuse: Refuse,
): LabHostOptions['credential'] {
  if ('password' in credential) {
    return { username: credential.username, password: credential.password };
  }
  const advice = 'give it a username and a password, or a private key that can be read';
  if ('agent' in credential)
    return refuse('is an ssh-agent, whose keys the lab cannot know', advice);
  if ('certificate' in credential) {
    return refuse('is a client certificate, which SSH does not take', advice);
  }
  const key = utils.parseKey(credential.privateKey, credential.passphrase);
  if (key instanceof Error) return refuse('has a private key that cannot be read', advice);
  const publicKey = `${key.type} ${key.getPublicSSH().toString('base64')}`;
  return { username: credential.username, publicKey };
}

function describe(credential: Exclude<Credential, TicketCredential>): string {
  if ('password' in credential) return 'a password';
  return 'certificate' in credential ? 'a client certificate' : 'a private key for SSH';
}
