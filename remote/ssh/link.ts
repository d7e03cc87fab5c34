import type { Client } from 'ssh2';
import type { SshChannelFacts } from '../../contracts/facts';
import type { Failure } from '../../contracts/failures';
import { failureOf, sshFailure } from './errors';
import type { Ssh2Error, Where } from './errors';
import type { Wire } from './wire';

/** A connection that is logged in. */
export interface SshLink {
  readonly client: Client;
  readonly where: Where;
  /** What was agreed on with the server. */
  readonly agreed: Agreed;
  /** Why the connection ended; null while it stands. */
  readonly lost: Failure | null;
  /** Called once when the connection ends, before the channels on it are told. */
  onLost(listener: (failure: Failure) => void): () => void;
  /** Ends the connection, gently first. */
  end(): Promise<void>;
}

export type Agreed = Omit<SshChannelFacts, 'shell'>;

export interface LinkParts {
  readonly client: Client;
  readonly wire: Wire;
  readonly where: Where;
  readonly agreed: Agreed;
  /** How often it is asked for a sign of life, in milliseconds. */
  readonly keepaliveIntervalMs: number;
  /** What is known of its end from elsewhere: that of the jump host which carries it, or a host key that was refused. */
  readonly reason: () => Failure | null;
}

/** Intervals without any sign of life after which a host is taken for dead. */
const silentIntervals = 3;
const goodbyeMs = 2_000;

/** Keeps a connection from its login to its end. */
export function keepLink(parts: LinkParts): SshLink {
  const { client, wire, where } = parts;
  let lost: Failure | null = null;
  let cause: Failure | null = null;
  const listeners = new Set<(failure: Failure) => void>();
  client.removeAllListeners('error');
  client.on('error', (error: Ssh2Error) => (cause ??= failureOf(error, where, 'ready')));
  const stopListening = listenForSilence(wire, parts.keepaliveIntervalMs, (silentMs) => {
    cause ??= silence(where, silentMs);
    wire.destroy();
  });
  client.once('close', () => {
    stopListening();
    const failure =
      parts.reason() ?? cause ?? sshFailure('connection-lost', 'the connection ended', where);
    lost = failure;
    for (const listener of listeners) listener(failure);
    listeners.clear();
  });
  return {
    client,
    where,
    agreed: parts.agreed,
    get lost() {
      return lost;
    },
    onLost(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    end: () => end(client, wire, () => lost !== null),
  };
}

/**
 * ssh2 asks (keepalive@openssh.com) once in an interval, and any byte counts as an answer. Intervals are counted, not
 * milliseconds: a process that was stopped for an hour has not listened for an hour.
 */
function listenForSilence(
  wire: Wire,
  intervalMs: number,
  onSilence: (silentMs: number) => void,
): () => void {
  let silent = 0;
  const timer = setInterval(() => {
    silent = wire.takeHeard() ? 0 : silent + 1;
    if (silent < silentIntervals) return;
    clearInterval(timer);
    onSilence(silent * intervalMs);
  }, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}

const silence = (where: Where, silentMs: number): Failure =>
  sshFailure('connection-lost', `nothing was heard from the host for ${silentMs / 1000} s`, where, {
    facts: { stage: 'idle', silentMs },
  });

/** A host that does not answer the goodbye is left after a moment. */
function end(client: Client, wire: Wire, isGone: () => boolean): Promise<void> {
  if (isGone()) return Promise.resolve();
  return new Promise((resolve) => {
    const impatience = setTimeout(() => wire.destroy(), goodbyeMs);
    client.once('close', () => {
      clearTimeout(impatience);
      resolve();
    });
    client.end();
  });
}
