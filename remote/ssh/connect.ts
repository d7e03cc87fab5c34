import type { Duplex } from 'node:stream';
import type { Algorithms } from 'ssh2';
import { Failure } from '../../contracts/failures';
import type { Credential, SshConnection, SshEndpoint } from '../../contracts/fleet';
import type { OpenSessionOptions } from '../session';
import { offeredAlgorithms } from './algorithms';
import { dial } from './dial';
import { sshFailure, whereOf } from './errors';
import type { Where } from './errors';
import { createHostKeyCheck } from './host-key';
import type { HostKeyCheck } from './host-key';
import { introduce } from './introduction';
import type { Introduced } from './introduction';
import { atJumpHost, createJumpPool } from './jump-pool';
import type { JumpPool, Lease, Route } from './jump-pool';
import { keepLink } from './link';
import type { Agreed, SshLink } from './link';
import { loginOptions, requireSshCredential } from './login';
import type { Login } from './login';
import { startStages } from './stages';
import { isFull, openTunnel } from './tunnel';

export type { SshLink } from './link';

/** `connectTimeoutMs` is for each server on the way: every jump host that must be reached first, and the host. */
export interface ConnectOptions extends Pick<
  OpenSessionOptions,
  'signal' | 'connectTimeoutMs' | 'resolveCredential'
> {
  /** A host that is silent for three of them is taken for dead. @default 10000 */
  readonly keepaliveIntervalMs?: number;
  /** Connections with jump hosts. @default those of the process */
  readonly jumpHosts?: JumpPool<ConnectOptions>;
}

const defaultConnectTimeoutMs = 20_000;
const defaultKeepaliveIntervalMs = 10_000;
/** A chain that is longer is a mistake in the fleet. */
const maxJumpHosts = 5;

/** Those of the process. Hosts of a site lie behind the same few. */
const sharedJumpHosts = createJumpPool(openJumpHost);

/**
 * Connects, through jump hosts where there are any, compares the host key before anything of the credential is sent, and
 * logs in.
 *
 * @throws Failure of the connection; `facts.stage` tells how far it came, `facts.hop` the jump host at which it ended
 */
export async function connect(
  connection: SshConnection,
  credential: Credential,
  options: ConnectOptions,
  check?: HostKeyCheck,
): Promise<SshLink> {
  const route = connection.via ?? [];
  if (route.length > maxJumpHosts)
    throw sshFailure(
      'bad-request',
      `${route.length} jump hosts in a row are more than ${maxJumpHosts}`,
      whereOf(connection),
      { advice: 'shorten via: in the fleet' },
    );
  const destination = { endpoint: connection, route, isJumpHost: false };
  return reach(check === undefined ? destination : { ...destination, check }, credential, options);
}

/** A connection with the last host of a route, for the pool. */
export async function openJumpHost(
  route: Route,
  options: ConnectOptions,
  signal: AbortSignal,
): Promise<SshLink> {
  const endpoint = route.at(-1) as SshEndpoint;
  const { resolveCredential } = options;
  if (resolveCredential === undefined)
    throw sshFailure(
      'bad-request',
      'nothing resolves the credential of a jump host',
      whereOf(endpoint),
      { advice: 'open the session with resolveCredential' },
    );
  const credential = await resolveCredential(endpoint.credentialRef);
  return reach({ endpoint, route: route.slice(0, -1), isJumpHost: true }, credential, {
    ...options,
    signal,
  });
}

interface Destination {
  readonly endpoint: SshEndpoint;
  readonly route: Route;
  /** Its connection outlives those who use it, and must not keep the process alive for it. */
  readonly isJumpHost: boolean;
  /** In place of what the fleet says of its host key. */
  readonly check?: HostKeyCheck;
}

/** What is known and checked before anybody is talked to. */
interface Preparation extends Destination {
  readonly where: Where;
  readonly login: Login;
  readonly hostKeys: HostKeyCheck;
  readonly algorithms: Algorithms;
}

async function reach(
  destination: Destination,
  credential: Credential,
  options: ConnectOptions,
): Promise<SshLink> {
  options.signal?.throwIfAborted();
  const { endpoint, route, isJumpHost } = destination;
  const where = whereOf(endpoint);
  const hostKeys = destination.check ?? (await createHostKeyCheck(endpoint, where));
  const preparation: Preparation = {
    ...destination,
    where,
    login: await loginOptions(requireSshCredential(credential, where.host), where, endpoint),
    hostKeys,
    algorithms: {
      ...offeredAlgorithms(endpoint),
      ...(hostKeys.wanted === null ? {} : { serverHostKey: [...hostKeys.wanted] }),
    },
  };
  const openSocket = async (signal: AbortSignal) => {
    const socket = await dial(endpoint, where, signal);
    return isJumpHost ? socket.unref() : socket;
  };
  try {
    return await (route.length === 0
      ? introduceOver(openSocket, preparation, null, options)
      : throughJumpHosts(preparation, options));
  } catch (error) {
    // Nothing of the credential was sent yet; the host may have the pinned key too, of another kind.
    const others = hostKeys.otherKinds(error);
    if (others === null) throw error;
    return reach({ ...destination, check: others }, credential, options);
  }
}

async function throughJumpHosts(
  preparation: Preparation,
  options: ConnectOptions,
): Promise<SshLink> {
  const { endpoint, where } = preparation;
  const attempt = async (isLast: boolean): Promise<SshLink> => {
    const lease = await leaseFor(preparation, options);
    const open = (signal: AbortSignal) => openTunnel(lease.link, endpoint, where, signal);
    try {
      return await introduceOver(open, preparation, lease, options);
    } catch (error) {
      const another = isFull(error) && !lease.isAlone() && !isLast;
      if (another) lease.markFull();
      lease.release();
      if (another) return attempt(true);
      const { lost } = lease.link;
      throw lost !== null && isOurs(error, options) ? atJumpHost(lost, where.host) : error;
    }
  };
  return attempt(false);
}

async function leaseFor({ route, where }: Preparation, options: ConnectOptions): Promise<Lease> {
  try {
    return await (options.jumpHosts ?? sharedJumpHosts).lease(route, options, options.signal);
  } catch (error) {
    throw isOurs(error, options) ? atJumpHost(error, where.host) : error;
  }
}

/** The reason of a signal is the caller's, even if it is a failure. */
const isOurs = (error: unknown, { signal }: ConnectOptions): error is Failure =>
  error instanceof Failure && error !== signal?.reason;

async function introduceOver(
  openCarrier: (signal: AbortSignal) => Promise<Duplex>,
  preparation: Preparation,
  lease: Lease | null,
  options: ConnectOptions,
): Promise<SshLink> {
  // It may have happened while the key was looked up, when nobody listened.
  options.signal?.throwIfAborted();
  const { where } = preparation;
  const keepaliveIntervalMs = options.keepaliveIntervalMs ?? defaultKeepaliveIntervalMs;
  const attempt = new AbortController();
  const abort = () => attempt.abort(options.signal?.reason);
  options.signal?.addEventListener('abort', abort, { once: true });
  const clock = startStages(options.connectTimeoutMs ?? defaultConnectTimeoutMs, where, (failure) =>
    attempt.abort(failure),
  );
  try {
    const { signal } = attempt;
    const carrier = await openCarrier(signal);
    const isLegacy = preparation.endpoint.algorithms === 'legacy';
    const parts = { ...preparation, isLegacy, carrier, keepaliveIntervalMs, clock, signal };
    return linkOf(await introduce(parts), preparation, lease, keepaliveIntervalMs);
  } finally {
    clock.stop();
    options.signal?.removeEventListener('abort', abort);
  }
}

function linkOf(
  introduced: Introduced,
  preparation: Preparation,
  lease: Lease | null,
  keepaliveIntervalMs: number,
): SshLink {
  const { client, wire, hostKeyRefusal } = introduced;
  const { where } = preparation;
  const link = keepLink({
    client,
    wire,
    where,
    agreed: agreedIn(introduced, preparation),
    keepaliveIntervalMs,
    reason: () => {
      const hopLost = lease?.link.lost ?? null;
      return hopLost === null ? hostKeyRefusal() : atJumpHost(hopLost, where.host);
    },
  });
  if (lease !== null) link.onLost(() => lease.release());
  return link;
}

const agreedIn = (
  { server, hostKey, negotiated }: Introduced,
  { endpoint, route, login }: Preparation,
): Agreed => ({
  kind: 'ssh',
  server,
  login: login.used(),
  hostKey,
  keyExchange: negotiated.kex,
  cipher: negotiated.cs.cipher,
  mac: negotiated.cs.mac === '' ? null : negotiated.cs.mac,
  isLegacy: endpoint.algorithms === 'legacy',
  via: route.map((hop) => whereOf(hop).host),
});
