import type { Connection } from '../contracts/fleet';
import type { OpenSession, Session } from './session';

/** How many sessions a process may have; opening and closing ones count. Connections to jump hosts do not. */
export interface SessionLimits {
  readonly perWorker: number;
  /** With hosts of the same `site`; hosts without one share no such limit. Null for none. */
  readonly perSite: number | null;
}

/** Sessions of a process that is kept within limits. */
export interface LimitedSessions {
  /**
   * As the one it is made of, once there is room: who came first is served first, and a site that is full holds up
   * nobody else. Waiting is no part of `connectTimeoutMs`; a signal ends it with its reason.
   */
  readonly open: OpenSession<Connection>;
  /**
   * Whether somebody waits for the room that a session with this host takes. Who only pauses with an open session is
   * asked to close it then: others would wait as long as an installer runs.
   */
  readonly isWanted: (connection: Connection) => boolean;
  /** Sessions that count now, those waited for, and the most there ever were at once. */
  figures(): SessionFigures;
}

interface SessionFigures {
  readonly taken: number;
  readonly waiting: number;
  readonly peak: number;
}

interface Waiter {
  readonly site: string | undefined;
  readonly admit: () => void;
}

/**
 * Keeps the sessions that `openSession` opens within limits. It cannot deadlock as long as nobody waits for a second
 * session with one in hand: then all who have room end without any more of it.
 *
 * @throws Failure from `open` whatever `openSession` throws, never one of its own
 */
export function limitSessions(
  openSession: OpenSession<Connection>,
  limits: SessionLimits,
): LimitedSessions {
  const room = createRoom(limits);
  return {
    open: async (connection, credential, options = {}) => {
      const leave = await room.enter(connection.site, options.signal);
      try {
        return leaving(await openSession(connection, credential, options), leave);
      } catch (error) {
        leave();
        throw error;
      }
    },
    isWanted: ({ site }) => room.isWanted(site),
    figures: () => room.figures(),
  };
}

/** A session that leaves its place when nothing of it is left on the wire. */
function leaving(session: Session, leave: () => void): Session {
  let closing: Promise<void> | null = null;
  return { ...session, close: () => (closing ??= session.close().finally(leave)) };
}

function createRoom({ perWorker, perSite }: SessionLimits) {
  /** In the order of their arrival. */
  const waiters = new Set<Waiter>();
  const takenBySite = new Map<string, number>();
  let taken = 0;
  let peak = 0;

  const isSiteFull = (site: string | undefined): boolean =>
    perSite !== null && site !== undefined && (takenBySite.get(site) ?? 0) >= perSite;
  const count = (site: string | undefined, by: 1 | -1): void => {
    taken += by;
    peak = Math.max(peak, taken);
    if (site === undefined) return;
    const ofSite = (takenBySite.get(site) ?? 0) + by;
    if (ofSite === 0) takenBySite.delete(site);
    else takenBySite.set(site, ofSite);
  };
  const admit = (): void => {
    for (const waiter of waiters) {
      if (taken >= perWorker) return;
      if (isSiteFull(waiter.site)) continue;
      waiters.delete(waiter);
      count(waiter.site, 1);
      waiter.admit();
    }
  };
  const leaveOnce = (site: string | undefined): (() => void) => {
    let hasLeft = false;
    return () => {
      if (hasLeft) return;
      hasLeft = true;
      count(site, -1);
      admit();
    };
  };

  return {
    /** Waits for a place; resolves with how to leave it. */
    enter(site: string | undefined, signal: AbortSignal | undefined): Promise<() => void> {
      return new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const giveUp = () => {
          waiters.delete(waiter);
          reject(signal?.reason);
        };
        const waiter: Waiter = {
          site,
          admit: () => {
            signal?.removeEventListener('abort', giveUp);
            resolve(leaveOnce(site));
          },
        };
        signal?.addEventListener('abort', giveUp, { once: true });
        waiters.add(waiter);
        admit();
      });
    },
    isWanted: (site: string | undefined): boolean => {
      if (waiters.size === 0) return false;
      // Who waits for a full site is helped only by a place there.
      return [...waiters].some((waiter) => waiter.site === site || !isSiteFull(waiter.site));
    },
    figures: (): SessionFigures => ({ taken, waiting: waiters.size, peak }),
  };
}
