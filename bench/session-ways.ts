import { connect as connectTls } from 'node:tls';
// oxlint-disable-next-line no-restricted-imports -- what a session costs beyond a bare connection is the question
import { Client } from 'ssh2';
import type { Connection } from '../contracts/fleet';
import type { LabEndpoint, LabHostOptions } from '../lab/types';
import { openSession } from '../remote/open-session';
import { limitSessions } from '../remote/session-limits';
import { credential } from './fleet';

/** A session or a bare connection. */
interface Opened {
  /** Asks for something small. Bare connections cannot. */
  readonly ask?: () => Promise<unknown>;
  close(): Promise<unknown>;
}

/** A way to have many of them at once. */
export interface SessionWay {
  readonly name: string;
  readonly transports: readonly ('ssh' | 'winrm')[];
  readonly open: (endpoint: LabEndpoint) => Promise<Opened>;
}

/** As many hosts of each transport. */
export const sessionHosts = (count: number): LabHostOptions[] =>
  (['ssh', 'winrm'] as const).flatMap((kind) =>
    Array.from({ length: count }, (_, index): LabHostOptions => {
      const id = `${kind}${String(index + 1).padStart(4, '0')}`;
      const transport = kind === 'ssh' ? { kind } : { kind, scheme: 'https' as const };
      return { id, transport, credential, windows: { exchange: false } };
    }),
  );

export const isSsh = (endpoint: LabEndpoint): boolean => endpoint.hostKey !== undefined;

/** The sessions of one worker, which is not to be what holds them up. */
const sessions = limitSessions(openSession, { perWorker: 1_000_000, perSite: null });

async function openOurs(endpoint: LabEndpoint): Promise<Opened> {
  const session = await sessions.open(connectionTo(endpoint), credential, {
    connectTimeoutMs: 120_000,
  });
  return {
    async ask() {
      const { exitCode } = await session.run('ver');
      if (exitCode !== 0) throw new Error(`ver ended with ${exitCode}`);
    },
    close: () => session.close(),
  };
}

const openBareSsh = ({ address, port }: LabEndpoint): Promise<Opened> =>
  new Promise((resolve, reject) => {
    const client = new Client();
    const closed = new Promise<void>((done) => {
      client.once('close', () => done());
    });
    client.once('error', reject);
    client.once('ready', () =>
      resolve({
        close: () => {
          client.end();
          return closed;
        },
      }),
    );
    client.connect({ host: address, port, ...credential, readyTimeout: 120_000 });
  });

const openBareTls = ({ address, port }: LabEndpoint): Promise<Opened> =>
  new Promise((resolve, reject) => {
    const socket = connectTls({ host: address, port, rejectUnauthorized: false });
    const closed = new Promise<void>((done) => {
      socket.once('close', () => done());
    });
    socket.once('error', reject);
    socket.once('secureConnect', () =>
      resolve({
        close: () => {
          socket.destroy();
          return closed;
        },
      }),
    );
  });

export const sessionWays: readonly SessionWay[] = [
  { name: 'SSH, bare connection', transports: ['ssh'], open: openBareSsh },
  { name: 'SSH', transports: ['ssh'], open: openOurs },
  { name: 'TLS, bare connection', transports: ['winrm'], open: openBareTls },
  { name: 'WinRM over https, NTLM', transports: ['winrm'], open: openOurs },
  { name: 'both', transports: ['ssh', 'winrm'], open: openOurs },
];

function connectionTo({ address, port, hostKey, certificateFingerprint }: LabEndpoint): Connection {
  const common = { address, port, credentialRef: 'env:BENCH_ADMIN' };
  if (hostKey !== undefined) return { kind: 'ssh', ...common, hostKey };
  return {
    kind: 'winrm',
    ...common,
    scheme: 'https',
    auth: 'ntlm',
    allowUnencrypted: false,
    certificateFingerprint: certificateFingerprint ?? '',
  };
}
