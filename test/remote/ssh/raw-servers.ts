import { createServer, connect as connectTcp } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { Server } from 'ssh2';
import type { Connection } from 'ssh2';
import type { Credential, SshConnection } from '../../../contracts/fleet';
import { labHostKey } from '../../../lab/ssh/host-key';

export const rawHostKey = labHostKey('test', 'raw');
export const rawCredential: Credential = { username: 'somebody', password: 'Correct-Horse-1' };

/** A server of the test's own, for what neither the lab's nor sshd ever does. */
export interface RawServer {
  readonly port: number;
  /** Connections that stand. */
  readonly sockets: ReadonlySet<Socket>;
  /** Connections that there ever were. */
  readonly accepted: number;
  close(): Promise<void>;
}

export async function rawTcpServer(onSocket: (socket: Socket) => void): Promise<RawServer> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  const server = createServer((socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    get accepted() {
      return accepted;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Speaks SSH as ssh2 does; what becomes of logins and channels is the test's. */
export function rawSshServer(
  onConnection: (connection: Connection) => void,
  debug?: (line: string) => void,
): Promise<RawServer> {
  const ssh = new Server(
    { hostKeys: [rawHostKey.privateKey], ...(debug === undefined ? {} : { debug }) },
    (connection) => {
      connection.on('error', () => undefined);
      onConnection(connection);
    },
  );
  return rawTcpServer((socket) => ssh.injectSocket(socket));
}

/** Lets everybody in. */
export const welcome = (connection: Connection): Connection =>
  connection.on('authentication', (context) => context.accept());

/** A jump host that makes the connections it is asked for. */
export function forwardAll(connection: Connection): void {
  welcome(connection).on('tcpip', (accept, _reject, { destPort }) => {
    const channel = accept();
    const socket = connectTcp({ host: '127.0.0.1', port: destPort });
    socket.on('error', () => channel.close());
    channel.on('error', () => socket.destroy());
    channel.on('close', () => socket.destroy());
    socket.pipe(channel).pipe(socket);
  });
}

export const rawTarget = (port: number, more: Partial<SshConnection> = {}): SshConnection => ({
  kind: 'ssh',
  address: '127.0.0.1',
  port,
  credentialRef: 'env:TEST',
  hostKey: rawHostKey.fingerprint,
  ...more,
});
