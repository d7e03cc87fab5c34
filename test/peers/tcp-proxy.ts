import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A bad network between a client and a server on loopback: it cuts, falls silent and is slow, as it is told to. */
export interface TcpProxy {
  readonly port: number;
  /** Connections that stand. */
  readonly connections: number;
  /** Connections that there ever were. */
  readonly accepted: number;
  /** Bytes that went to the client so far. */
  readonly toClient: number;
  /** Resets every connection; new ones are served. */
  cut(): void;
  /** Passes nothing on any more and closes nothing, as a firewall does that has forgotten a connection. */
  fallSilent(): void;
  /** Each way of each connection, from now on. */
  limitTo(bytesPerSecond: number): void;
  close(): Promise<void>;
}

const piecesPerSecond = 50;

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
}

export async function startTcpProxy(to: number): Promise<TcpProxy> {
  const pairs = new Set<Pair>();
  let silent = false;
  let rate = Number.POSITIVE_INFINITY;
  let accepted = 0;
  let toClient = 0;

  const pass = (from: Socket, into: Socket, count: (bytes: number) => void) => {
    const sendOn = (bytes: Buffer) => {
      if (silent || into.destroyed) return;
      // In pieces: a slow line is slow all the time, not silent and then fast.
      const piece = bytes.subarray(0, Math.max(1, Math.min(bytes.length, rate / piecesPerSecond)));
      const rest = bytes.subarray(piece.length);
      count(piece.length);
      const isTaken = into.write(piece);
      const goOn = () => (rest.length > 0 ? sendOn(rest) : from.resume());
      const waitMs = (piece.length / rate) * 1000;
      if (isTaken && waitMs === 0) return;
      from.pause();
      if (waitMs > 0) setTimeout(goOn, waitMs);
      else into.once('drain', goOn);
    };
    from.on('data', sendOn);
    from.on('end', () => {
      if (!silent) into.end();
    });
  };
  const listener = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    accepted += 1;
    const server = connect({ host: '127.0.0.1', port: to, allowHalfOpen: true, noDelay: true });
    const pair = { client, server };
    pairs.add(pair);
    for (const socket of [client, server]) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        pairs.delete(pair);
        if (!silent) for (const end of [client, server]) end.destroy();
      });
    }
    pass(client, server, () => undefined);
    pass(server, client, (bytes) => (toClient += bytes));
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    for (const { client, server } of pairs) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
  };
  return {
    port: (listener.address() as AddressInfo).port,
    get connections() {
      return pairs.size;
    },
    get accepted() {
      return accepted;
    },
    get toClient() {
      return toClient;
    },
    cut,
    fallSilent: () => {
      silent = true;
    },
    limitTo: (bytesPerSecond) => {
      rate = bytesPerSecond;
    },
    close: async () => {
      cut();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}
