import { Failure } from '../../contracts/failures';
import type { SshEndpoint } from '../../contracts/fleet';
import type { SshLink } from './link';

/** Jump hosts, the one nearest to us first; the last is the one that is meant. */
export type Route = readonly SshEndpoint[];

/** Use of a connection with a jump host. */
export interface Lease {
  readonly link: SshLink;
  /** Whether nobody else uses the connection. */
  isAlone(): boolean;
  /** It opens no more channels: who comes next gets another connection. */
  markFull(): void;
  /** Gives it back; safe to call twice. */
  release(): void;
}

export interface JumpPool<O> {
  /**
   * A connection with the last host of the route: one that stands, one that is being made, or a new one. Those who wait
   * for the same one share the attempt and its failure, which the next to come does not inherit.
   *
   * @throws Failure of the attempt, or the reason of the signal, which ends the attempt if nobody else waits for it
   */
  lease(route: Route, options: O, signal?: AbortSignal): Promise<Lease>;
  /** Ends all connections. */
  close(): Promise<void>;
}

/** How a connection is made; the signal says that nobody waits for it any more. */
type OpenHop<O> = (route: Route, options: O, signal: AbortSignal) => Promise<SshLink>;

interface Entry {
  readonly key: string;
  readonly attempt: Promise<SshLink>;
  readonly abandoned: AbortController;
  link: SshLink | null;
  users: number;
  idle: NodeJS.Timeout | undefined;
}

const defaultIdleMs = 30_000;

/**
 * Connections with jump hosts, shared by all sessions of a process: sshd takes few logins at once (MaxStartups), and
 * channels as many as there are. Those that nobody uses stand for a while and never keep the process alive.
 */
export const createJumpPool = <O>(open: OpenHop<O>, idleMs = defaultIdleMs): JumpPool<O> =>
  new Pool(open, idleMs);

class Pool<O> implements JumpPool<O> {
  readonly #open: OpenHop<O>;
  readonly #idleMs: number;
  /** Those that new users get, by route. */
  readonly #current = new Map<string, Entry>();
  readonly #all = new Set<Entry>();

  constructor(open: OpenHop<O>, idleMs: number) {
    this.#open = open;
    this.#idleMs = idleMs;
  }

  async lease(route: Route, options: O, signal?: AbortSignal): Promise<Lease> {
    signal?.throwIfAborted();
    const key = JSON.stringify(route);
    const entry = this.#current.get(key) ?? this.#start(key, route, options);
    clearTimeout(entry.idle);
    entry.users += 1;
    try {
      const link = await orAborted(entry.attempt, signal);
      if (link.lost !== null) throw link.lost;
      return this.#leaseOf(entry, link);
    } catch (error) {
      this.#leave(entry);
      throw error;
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all].map((entry) => this.#end(entry)));
  }

  #start(key: string, route: Route, options: O): Entry {
    const abandoned = new AbortController();
    const attempt = this.#open(route, options, abandoned.signal);
    const entry: Entry = { key, attempt, abandoned, link: null, users: 0, idle: undefined };
    this.#current.set(key, entry);
    this.#all.add(entry);
    attempt.then(
      (link) => {
        entry.link = link;
        link.onLost(() => this.#forget(entry));
        if (abandoned.signal.aborted) void link.end();
      },
      () => this.#forget(entry),
    );
    return entry;
  }

  #leaseOf(entry: Entry, link: SshLink): Lease {
    let released = false;
    return {
      link,
      isAlone: () => entry.users === 1,
      markFull: () => this.#hide(entry),
      release: () => {
        if (!released) this.#leave(entry);
        released = true;
      },
    };
  }

  #leave(entry: Entry): void {
    entry.users -= 1;
    if (entry.users > 0) return;
    if (entry.link !== null && this.#current.get(entry.key) === entry) {
      entry.idle = setTimeout(() => void this.#end(entry), this.#idleMs);
      entry.idle.unref();
    } else void this.#end(entry);
  }

  async #end(entry: Entry): Promise<void> {
    this.#forget(entry);
    entry.abandoned.abort();
    await entry.link?.end();
  }

  #hide(entry: Entry): void {
    if (this.#current.get(entry.key) === entry) this.#current.delete(entry.key);
  }

  #forget(entry: Entry): void {
    clearTimeout(entry.idle);
    this.#hide(entry);
    this.#all.delete(entry);
  }
}

/** The promise, or the reason of the signal if that comes first. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** A failure on the way to a host is told of that host, but as the jump host's. */
export function atJumpHost(failure: Failure, host: string): Failure {
  const { facts } = failure;
  const hop = facts['hop'] ?? facts['host'] ?? null;
  // One that was told so already, of a host in between, is told anew from its beginning.
  const origin =
    facts['hop'] !== undefined && failure.cause instanceof Failure ? failure.cause : failure;
  return new Failure(
    failure.code,
    `at the jump host ${hop} on the way to ${host}: ${origin.message}`,
    { facts: { ...facts, host, hop }, advice: failure.advice, cause: origin },
  );
}
