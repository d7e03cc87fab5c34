import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';

/** A port that opens and closes with the power of its machine, always the same one. */
export interface Door {
  /** Finds the port and opens it. @throws what listening threw, such as EADDRINUSE. */
  reserve(port: number): Promise<number>;
  open(): void;
  /** Closes the port and cuts all connections, now. */
  shut(): void;
  /** Resolves when nothing of a shut door is left. */
  closed(): Promise<void>;
}

/** Somebody else's outgoing connection may have taken the port while the machine was off; those end soon. */
const retryMs = 50;

export function createDoor(server: Server, address: string): Door {
  const connections = connectionsOf(server);
  let port = 0;
  let wanted = false;
  let pending = false;
  let retry: NodeJS.Timeout | undefined;
  let closing: Promise<void> = Promise.resolve();

  const listen = (): void => {
    if (!wanted || pending || server.listening) return;
    pending = true;
    server.listen(port, address);
  };
  const close = (): void => {
    closing = new Promise((resolve) => {
      server.close(() => resolve());
    });
  };

  server.on('listening', () => {
    pending = false;
    // Looking up the address takes a turn of the event loop, in which the power may have gone.
    if (!wanted) close();
  });
  server.on('error', () => {
    pending = false;
    if (wanted && port !== 0) retry = setTimeout(listen, retryMs);
  });

  return {
    async reserve(asked) {
      wanted = true;
      pending = true;
      server.listen(asked, address);
      await once(server, 'listening');
      ({ port } = server.address() as AddressInfo);
      return port;
    },
    open: () => {
      wanted = true;
      listen();
    },
    shut: () => {
      wanted = false;
      clearTimeout(retry);
      if (server.listening) close();
      connections.cut();
    },
    closed: async () => {
      // A refused port ends the waiting as well as an open one.
      if (pending) await once(server, 'listening').catch(() => undefined);
      await closing;
    },
  };
}

function connectionsOf(server: Server): { readonly cut: () => void } {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return {
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}
