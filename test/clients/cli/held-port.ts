import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A way to a port that lets nothing through until it is told to: whoever connects waits. */
export interface HeldPort {
  readonly port: number;
  /** Resolves once somebody waits. */
  readonly waited: Promise<void>;
  release(): void;
  close(): Promise<void>;
}

export async function holdPort(target: number): Promise<HeldPort> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
  };
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  let tellWaited = (): void => undefined;
  const waited = new Promise<void>((resolve) => (tellWaited = resolve));
  const server = createServer((socket) => {
    keep(socket);
    tellWaited();
    void released.then(() => {
      const there = keep(connect(target, '127.0.0.1'));
      socket.pipe(there).pipe(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    waited,
    release,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
