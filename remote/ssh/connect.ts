import { connect as connectSocket } from 'node:net';
import type { Socket } from 'node:net';
import { Client } from 'ssh2';
import type { ConnectConfig, Prompt } from 'ssh2';
import type { Failure } from '../../contracts/failures';
import type { Credential, SshConnection } from '../../contracts/fleet';
import { offeredAlgorithms } from './algorithms';
import { failureOf, sshFailure, whereOf } from './errors';
import type { ConnectStage, Ssh2Error, Where } from './errors';
import { createHostKeyCheck } from './host-key';
import type { HostKeyCheck } from './host-key';
import { loginOptions, requireSshCredential } from './login';
import type { SshCredential } from './login';

/** A connection that is logged in. */
export interface SshLink {
  readonly client: Client;
  readonly where: Where;
  /** Why the connection ended; null while it stands. */
  readonly lost: Failure | null;
  /** Called once when the connection ends, before the channels on it are told. */
  onLost(listener: (failure: Failure) => void): () => void;
  /** Ends the connection, gently first. */
  end(): Promise<void>;
}

export interface ConnectOptions {
  readonly signal?: AbortSignal;
  readonly connectTimeoutMs?: number;
}

const defaultConnectTimeoutMs = 20_000;
/** A host that dies without a word is noticed after three unanswered questions. */
const keepalive = { keepaliveInterval: 10_000, keepaliveCountMax: 3 } as const;
const goodbyeMs = 2_000;

/** Connects, compares the host key before anything of the credential is sent, and logs in. */
export async function connect(
  connection: SshConnection,
  credential: Credential,
  options: ConnectOptions,
): Promise<SshLink> {
  options.signal?.throwIfAborted();
  const where = whereOf(connection);
  const login = requireSshCredential(credential, where.host);
  const hostKeys = await createHostKeyCheck(connection, where);
  const offer: Offer = {
    ...(await loginOptions(login, where)),
    algorithms: {
      ...offeredAlgorithms(connection),
      ...(hostKeys.wanted === null ? {} : { serverHostKey: [...hostKeys.wanted] }),
    },
  };
  const client = new Client();
  const socket = connectSocket({
    host: connection.address,
    port: connection.port,
    // Questions are small and each waits for its answer: Nagle's algorithm would hold every second packet back.
    noDelay: true,
  });
  try {
    await ready(client, socket, { hostKeys, login, offer, options, where });
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return keep(client, socket, where);
}

/** How far the connection has come, at any later time. */
function stageOf(client: Client, socket: Socket): () => ConnectStage {
  let keysAgreed = false;
  client.once('handshake', () => (keysAgreed = true));
  return () => {
    if (keysAgreed) return 'login';
    if (socket.bytesRead > 0) return 'handshake';
    return socket.pending || socket.connecting ? 'connecting' : 'connected';
  };
}

type Offer = Omit<ConnectConfig, 'hostVerifier'>;

interface Introduction {
  readonly hostKeys: HostKeyCheck;
  readonly login: SshCredential;
  readonly offer: Offer;
  readonly options: ConnectOptions;
  readonly where: Where;
}

function ready(
  client: Client,
  socket: Socket,
  { hostKeys, login, offer, options, where }: Introduction,
): Promise<void> {
  const stage = stageOf(client, socket);
  return new Promise<void>((resolve, reject) => {
    let hostKeyFailure: Failure | null = null;
    const abort = () => reject(options.signal?.reason);
    const settle = (done: () => void) => {
      options.signal?.removeEventListener('abort', abort);
      client.removeListener('close', onClose);
      done();
    };
    const onClose = () =>
      settle(() =>
        reject(sshFailure('connection-lost', 'the host hung up before the login was done', where)),
      );
    options.signal?.addEventListener('abort', abort, { once: true });
    client.once('ready', () => settle(resolve));
    client.once('close', onClose);
    // Not once: an error without a listener would end the process.
    client.on('error', (error: Ssh2Error) =>
      settle(() => reject(hostKeyFailure ?? failureOf(error, where, stage()))),
    );
    client.on('change password', () =>
      settle(() => reject(sshFailure('login-refused', 'the password has expired', where))),
    );
    client.on('keyboard-interactive', (_name, _instructions, _language, prompts, finish) =>
      finish(prompts.map((prompt: Prompt) => answerTo(prompt, login))),
    );
    try {
      client.connect({
        sock: socket,
        readyTimeout: options.connectTimeoutMs ?? defaultConnectTimeoutMs,
        ...keepalive,
        ...offer,
        hostVerifier: (key: Buffer): boolean => {
          hostKeyFailure = hostKeys.refusal(key);
          return hostKeyFailure === null;
        },
      });
    } catch (error) {
      settle(() => reject(refusedKey(error, where)));
    }
  });
}

/** A question that is echoed is not the password (RFC 4256 section 3.2); there is no answer to it. */
const answerTo = (prompt: Prompt, credential: SshCredential): string =>
  prompt.echo !== true && 'password' in credential ? credential.password : '';

/** ssh2 throws before it connects only when it cannot read the private key. */
const refusedKey = (error: unknown, where: Where): Failure =>
  sshFailure(
    'credential-malformed',
    `the login cannot be used: ${error instanceof Error ? error.message : String(error)}`,
    where,
    {
      advice:
        'give a private key in OpenSSH or PEM form, and its passphrase when it is encrypted with one',
    },
  );

function keep(client: Client, socket: Socket, where: Where): SshLink {
  let lost: Failure | null = null;
  const listeners = new Set<(failure: Failure) => void>();
  client.removeAllListeners('error');
  let cause: Failure | null = null;
  client.on('error', (error: Ssh2Error) => (cause ??= failureOf(error, where, 'ready')));
  client.once('close', () => {
    const failure = cause ?? sshFailure('connection-lost', 'the connection ended', where);
    lost = failure;
    for (const listener of listeners) listener(failure);
  });
  return {
    client,
    where,
    get lost() {
      return lost;
    },
    onLost(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    end: () => end(client, socket, () => lost !== null),
  };
}

/** A host that does not answer the goodbye is left after a moment. */
function end(client: Client, socket: Socket, isGone: () => boolean): Promise<void> {
  if (isGone()) return Promise.resolve();
  return new Promise((resolve) => {
    const impatience = setTimeout(() => socket.destroy(), goodbyeMs);
    client.once('close', () => {
      clearTimeout(impatience);
      resolve();
    });
    client.end();
  });
}
