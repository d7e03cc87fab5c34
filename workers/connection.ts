import { Client, Connection, isGrpcServiceError } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection } from '@temporalio/worker';
import { Failure } from '../contracts/failures';
import { checkNamespace } from './namespace';
import { installRuntime } from './runtime';

/** Where the server is; without it the profile and environment of Temporal's own tools decide. */
export interface ServerAddress {
  readonly address: string;
  readonly namespace: string;
}

export interface ClientConnection extends ServerAddress {
  readonly client: Client;
  close(): Promise<void>;
}

export interface WorkerConnection extends ServerAddress {
  readonly connection: NativeConnection;
  close(): Promise<void>;
}

/**
 * Connects a client and looks whether the namespace has what rollouts need.
 *
 * @throws Failure bad-request: no server, unknown namespace, missing search attributes
 */
export async function connectClient(server?: ServerAddress): Promise<ClientConnection> {
  const target = targetOf(server);
  const connection = await reaching(target.address, () => Connection.connect(target.options));
  try {
    await checkNamespace(connection, target.namespace);
  } catch (error) {
    await connection.close();
    throw error;
  }
  return {
    client: new Client({ connection, namespace: target.namespace }),
    address: target.address,
    namespace: target.namespace,
    close: () => connection.close(),
  };
}

/** @throws Failure bad-request when no server answers */
export async function connectWorker(server?: ServerAddress): Promise<WorkerConnection> {
  installRuntime();
  const target = targetOf(server);
  const connection = await reaching(target.address, () => NativeConnection.connect(target.options));
  return {
    connection,
    address: target.address,
    namespace: target.namespace,
    close: () => connection.close(),
  };
}

function targetOf(server: ServerAddress | undefined) {
  if (server !== undefined) {
    return { ...server, options: { address: server.address } };
  }
  try {
    const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
    const address = connectionOptions.address ?? 'localhost:7233';
    return { address, namespace, options: { ...connectionOptions, address } };
  } catch (cause) {
    throw new Failure(
      'bad-request',
      `the Temporal connection settings cannot be read: ${messageOf(cause)}`,
      { advice: 'correct temporal.toml, TEMPORAL_PROFILE and the TEMPORAL_… variables', cause },
    );
  }
}

async function reaching<T>(address: string, connect: () => Promise<T>): Promise<T> {
  try {
    return await connect();
  } catch (cause) {
    throw new Failure('bad-request', `no Temporal server answers at ${address}`, {
      facts: { address, error: messageOf(cause) },
      advice:
        'start one with `rollout dev`, or name another in TEMPORAL_ADDRESS or a profile of temporal.toml',
      cause,
    });
  }
}

function messageOf(error: unknown): string {
  if (isGrpcServiceError(error)) return error.details;
  return error instanceof Error ? error.message : String(error);
}
