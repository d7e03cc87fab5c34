import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { WinRmConnection } from '../../contracts/fleet';
import { startPython } from '../judges/judge';

/** A listener whose logins and seals are those of a library that we did not write; see wsman_peer.py. */
export interface PeerConfig {
  readonly library: 'pyspnego' | 'gssapi';
  readonly protocol: 'ntlm' | 'kerberos' | 'negotiate';
  /** PEM; https, with the channel bindings of this certificate. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** PEM of the certificate whose channel bindings are demanded in place of its own. */
  readonly boundTo?: string;
  /** Refuses a login that names no channel bindings, as CbtHardeningLevel `Strict` does. */
  readonly strict?: boolean;
  /** How often a command prints its own line, one piece for each Receive. @default 1 */
  readonly repeat?: number;
  /** @default 0 */
  readonly exitCode?: number;
  /** What happens to the message of that number, counted over all connections from 1. */
  readonly faults?: { readonly [number: number]: PeerFault };
  /** Every token is answered by 401 without one. */
  readonly answersNoToken?: boolean;
}

export type PeerFault =
  /** The answer is the last one on its connection, and says so. */
  | 'close'
  /** No answer; the connection ends. */
  | 'drop'
  /** 401 in place of an answer: the login is forgotten. */
  | 'expire'
  /** Access denied, not sealed. */
  | 'plain-fault'
  /** The right answer, not sealed. */
  | 'plain-answer'
  | 'tamper-data'
  | 'tamper-header'
  /** The sealed answer to the message before. */
  | 'replay';

/** Domain, name, password. */
export type PeerAccount = readonly [domain: string, name: string, password: string];

export interface PeerLogin {
  readonly connection: number;
  readonly accepted: boolean;
  readonly user?: string;
  readonly mechanism?: string;
  readonly why?: string;
}

export interface PeerMessage {
  readonly connection: number;
  readonly number: number;
  readonly kind: string;
  readonly bytes: number;
  readonly sealed: boolean;
}

type PeerEvent = { readonly peer: number } & (
  | { readonly event: 'listening'; readonly port: number }
  | { readonly event: 'reported'; readonly number: number }
  | { readonly event: 'opened' | 'closed' | 'unsealed' | 'ended' }
  | ({ readonly event: 'login' } & PeerLogin)
  | ({ readonly event: 'message' } & PeerMessage)
  | { readonly event: 'unreadable' | 'error'; readonly why: string }
);

export interface Peer {
  readonly port: number;
  /** What has happened until now: logins, messages, and what could not be made sense of. */
  report(): Promise<{
    readonly logins: readonly PeerLogin[];
    readonly messages: readonly PeerMessage[];
    readonly unreadable: number;
  }>;
  /** Ends the connections that are open, as a host does to idle ones; resolves when both sides know. */
  dropConnections(): Promise<void>;
  /** @throws when something went wrong in the peer that no test asked for */
  close(): Promise<void>;
}

/** One process for many listeners: it takes longer to start than a test to run. */
export interface PeerProcess {
  serve(config: PeerConfig): Promise<Peer>;
  close(): Promise<void>;
}

/** @param environment where its Kerberos finds realm and keytab */
export function startPeers(
  accounts: readonly PeerAccount[],
  environment: { readonly [name: string]: string } = {},
): PeerProcess {
  const child = startPython(join(__dirname, 'wsman_peer.py'), environment);
  const exited = once(child, 'exit');
  const events: PeerEvent[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    events.push(JSON.parse(line) as PeerEvent);
    for (const look of waiting) look();
  });
  const tell = (line: unknown): void => {
    child.stdin.write(`${JSON.stringify(line)}\n`);
  };
  const until = <T>(find: () => T | undefined): Promise<T> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = find();
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      exited.then(() => reject(new Error('the peer has ended')), reject);
      look();
    });
  tell(accounts);
  let peers = 0;
  return {
    serve: (config) => {
      peers += 1;
      return servePeer(peers, config, { events, tell, until });
    },
    close: async () => {
      child.stdin.end();
      await exited;
    },
  };
}

interface Line {
  readonly events: readonly PeerEvent[];
  readonly tell: (line: unknown) => void;
  readonly until: <T>(find: () => T | undefined) => Promise<T>;
}

async function servePeer(peer: number, config: PeerConfig, line: Line): Promise<Peer> {
  const of = <K extends PeerEvent['event']>(kind: K): (PeerEvent & { event: K })[] =>
    line.events.filter(
      (one): one is PeerEvent & { event: K } => one.peer === peer && one.event === kind,
    );
  let reports = 0;
  line.tell({ do: 'serve', peer, config });
  const port = await line.until(() => of('listening')[0]?.port);
  const report: Peer['report'] = async () => {
    reports += 1;
    const number = reports;
    line.tell({ do: 'report', peer, number });
    await line.until(() => of('reported').find((one) => one.number === number));
    return {
      logins: of('login'),
      messages: of('message'),
      unreadable: of('unreadable').length + of('unsealed').length,
    };
  };
  return {
    port,
    report,
    dropConnections: async () => {
      // Else a connection that it has not told of yet would not be waited for.
      await report();
      line.tell({ do: 'drop', peer });
      await line.until(() => (of('closed').length === of('opened').length ? true : undefined));
      // The ends of the connections are at this process, each behind an answer perhaps: the event loop reads one piece
      // of a socket in a turn.
      for (let turn = 0; turn < 5; turn += 1) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    close: async () => {
      line.tell({ do: 'close', peer });
      await line.until(() => of('ended')[0]);
      const wrong = of('error').map((one) => one.why);
      if (wrong.length > 0) throw new Error(`the peer failed: ${wrong.join(', ')}`);
    },
  };
}

/** How a session reaches a peer; over https it has to be told whom to trust. */
export const connectionTo = (
  peer: Peer,
  more: Partial<WinRmConnection> & Pick<WinRmConnection, 'auth'>,
): WinRmConnection => ({
  kind: 'winrm',
  address: '127.0.0.1',
  port: peer.port,
  scheme: 'http',
  credentialRef: 'env:PEER',
  allowUnencrypted: false,
  ...more,
});
