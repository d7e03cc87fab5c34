import { createHttpConnection } from './http-connection';
import type { HttpConnection } from './http-connection';
import type { WinRmTuning } from './config';
import type { Dialer } from './dial';
import type { Target } from './errors';
import { orAborted } from './stop';
import { listenerPath } from './wire/namespaces';

/** The connections of one session: as many as it has exchanges at a time, kept between them. */
export interface ConnectionPool {
  /**
   * Lends a connection that nobody else uses meanwhile. Whatever `work` throws ends the connection, for what is in
   * flight on it would be taken for the answer to the next message.
   *
   * @throws what `work` throws, Failure when none can be had, or the signal's reason
   */
  use<T>(
    work: (connection: HttpConnection) => Promise<T>,
    signal?: AbortSignal,
    choice?: 'any' | 'new',
  ): Promise<T>;
  close(): void;
}

export function createConnectionPool(
  dialer: Dialer,
  target: Target,
  tuning: Pick<WinRmTuning, 'idleSocketMs' | 'maxReplyBytes'>,
): ConnectionPool {
  const idle: HttpConnection[] = [];
  const all = new Set<HttpConnection>();
  let isClosed = false;

  const drop = (connection: HttpConnection): void => {
    all.delete(connection);
    connection.close();
  };
  const giveBack = (connection: HttpConnection): void => {
    if (isClosed || !connection.isOpen()) drop(connection);
    else idle.push(connection);
  };
  const dial = async (): Promise<HttpConnection> => {
    const connection = createHttpConnection(await dialer.dial(), target, listenerPath, tuning);
    all.add(connection);
    return connection;
  };
  const take = (): HttpConnection | undefined => {
    for (let one = idle.pop(); one !== undefined; one = idle.pop()) {
      if (one.isOpen()) return one;
      drop(one);
    }
    return undefined;
  };

  return {
    use: async (work, signal, choice = 'any') => {
      const connection =
        (choice === 'any' ? take() : undefined) ?? (await dialFor(dial, giveBack, signal));
      try {
        const result = await work(connection);
        giveBack(connection);
        return result;
      } catch (error) {
        drop(connection);
        throw error;
      }
    },
    close: () => {
      isClosed = true;
      dialer.close();
      for (const connection of all) drop(connection);
    },
  };
}

/** A connection that comes after its asker has gone is kept for the next one. */
async function dialFor(
  dial: () => Promise<HttpConnection>,
  giveBack: (connection: HttpConnection) => void,
  signal?: AbortSignal,
): Promise<HttpConnection> {
  const dialing = dial();
  if (signal === undefined) return dialing;
  let isTaken = false;
  try {
    const connection = await orAborted(dialing, signal);
    isTaken = true;
    return connection;
  } finally {
    if (!isTaken) dialing.then(giveBack, () => undefined);
  }
}
