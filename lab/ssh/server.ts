import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { Server } from 'ssh2';
import type { Connection, Session } from 'ssh2';
import type { Machine } from '../machine';
import { createDoor } from '../door';
import type { LabShell } from '../types';
import { decideLogin } from './authentication';
import { serveExec } from './exec';
import type { LabHostKey } from './host-key';
import { serveSftp } from './sftp-server';

export interface SshServerOptions {
  /** @default 127.0.0.1 */
  readonly address?: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly hostKey: LabHostKey;
  /** Channels that one connection may have open, as sshd's MaxSessions. @default 10 */
  readonly maxSessions?: number;
  /** Whether there is an sftp subsystem. @default true */
  readonly sftp?: boolean;
  /** What the account's command lines are given to. @default cmd */
  readonly shell?: LabShell;
}

export interface SshServer {
  readonly address: string;
  readonly port: number;
  readonly fingerprint: string;
  /** To be called when the machine's faults were changed: opens or closes the port if `unreachable` says so now. */
  faultsChanged(): void;
  close(): Promise<void>;
}

/** What Windows' sshd calls itself; clients choose their behaviour by it. */
const ident = 'OpenSSH_for_Windows_8.1';

/** What all connections of one host share. */
interface HostState {
  readonly machine: Machine;
  readonly maxSessions: number;
  readonly sftp: boolean;
  readonly shell: LabShell;
  /** Whether the reply to the command that starts now is to be cut. */
  readonly isCut: () => boolean;
  readonly onSessionEnd: () => void;
}

/** Puts a machine behind a real SSH server, whose port is open while the machine is on and no fault closes it. */
export async function serveSsh(machine: Machine, options: SshServerOptions): Promise<SshServer> {
  const address = options.address ?? '127.0.0.1';
  let sessionEnded = false;
  let closed = false;
  const state: HostState = {
    machine,
    maxSessions: options.maxSessions ?? 10,
    sftp: options.sftp ?? true,
    shell: options.shell ?? 'cmd',
    isCut: cutCounter(machine),
    onSessionEnd: () => {
      sessionEnded = true;
      adjust();
    },
  };
  const receive = socketReceiver(options.hostKey, state);
  const door = createDoor(createServer({ noDelay: true }, receive), address);
  const isWanted = (): boolean => {
    const { unreachable } = machine.faults;
    const blocked =
      unreachable === 'always' || (unreachable === 'after-first-session' && sessionEnded);
    return !closed && !blocked && machine.power === 'on';
  };
  const adjust = (): void => (isWanted() ? door.open() : door.shut());

  const port = await door.reserve(options.port);
  const stopWatching = machine.onPower(adjust);
  adjust();
  return {
    address,
    port,
    fingerprint: options.hostKey.fingerprint,
    faultsChanged: adjust,
    close: async () => {
      closed = true;
      stopWatching();
      adjust();
      await door.closed();
    },
  };
}

/** Counts commands from when the fault was set, so that it also works on a host that has been running for a while. */
function cutCounter(machine: Machine): () => boolean {
  let { faults } = machine;
  let count = 0;
  return () => {
    if (machine.faults !== faults) count = 0;
    ({ faults } = machine);
    count += 1;
    return count === faults.cutReply;
  };
}

/** The SSH server behind a port; made when first needed: a thousand hosts that nobody talks to cost next to nothing. */
function socketReceiver(hostKey: LabHostKey, state: HostState): (socket: Socket) => void {
  let ssh: Server | null = null;
  const create = () => {
    const server = new Server({ hostKeys: [hostKey.privateKey], ident });
    server.on('connection', (connection) => serveConnection(connection, state));
    return server;
  };
  return (socket) => {
    socket.on('error', () => undefined);
    ssh ??= create();
    ssh.injectSocket(socket);
  };
}

/** ssh2 ends connections only politely; the lab also pulls the plug. */
function pullPlug(connection: Connection): void {
  // eslint-disable-next-line no-underscore-dangle -- the only name that ssh2 has for it
  const socket = (connection as unknown as { readonly _sock: Socket })._sock;
  socket.destroySoon();
}

function serveConnection(connection: Connection, state: HostState): void {
  let channels = 0;
  let loggedIn = false;
  // Clients that vanish or talk nonsense are their own business.
  connection.on('error', () => undefined);
  connection.on('authentication', (context) => decideLogin(context, state.machine));
  connection.on('ready', () => (loggedIn = true));
  connection.on('close', () => {
    if (loggedIn) state.onSessionEnd();
  });
  connection.on('session', (accept, reject) => {
    if (channels >= state.maxSessions) return reject();
    channels += 1;
    const session = accept();
    let counted = true;
    session.on('close', () => {
      if (counted) channels -= 1;
      counted = false;
    });
    return serveSession(session, connection, state);
  });
}

function serveSession(session: Session, connection: Connection, state: HostState): void {
  const { machine } = state;
  session.on('exec', (accept, _reject, { command }) => {
    serveExec(session, accept(), command, {
      machine,
      shell: state.shell,
      isCut: state.isCut(),
      cutConnection: () => pullPlug(connection),
    });
  });
  session.on('shell', (accept) => {
    const channel = accept();
    channel.stderr.write('There is no terminal here: give a command, as in ssh HOST "ver".\r\n');
    channel.exit(1);
    channel.end();
  });
  if (state.sftp)
    session.on('sftp', (accept) => serveSftp(accept(), machine.files, homeOf(machine)));
}

/** Where relative paths of SFTP begin, as in the profile of the account. */
const homeOf = (machine: Machine): string => {
  const name = machine.options.credential.username.replace(/^.*\\|@.*$/g, '');
  return `C:\\Users\\${name}`;
};
