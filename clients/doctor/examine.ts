import { setMaxListeners } from 'node:events';
import { Failure } from '../../contracts/failures';
import type { Connection, Credential, FleetHost } from '../../contracts/fleet';
import type { Hotfix } from '../../contracts/hotfix';
import type { OpenSessionOptions, Session } from '../../remote/session';
import { probe } from '../../remote/windows/probe';
import { bounded } from '../rollouts/bounded';
import { diagnoseFacts, diagnoseFailure } from './diagnose';
import type { Diagnosis } from './diagnose';

export interface ExamineOptions {
  readonly hotfix: Hotfix;
  readonly resolveCredential: (credentialRef: string) => Promise<Credential>;
  readonly openSession: (
    connection: Connection,
    credential: Credential,
    options: OpenSessionOptions,
  ) => Promise<Session>;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

const parallelHosts = 20;
const connectTimeoutMs = 15_000;

/** Asks hosts from this machine, without server or worker: what a worker here would meet. Changes nothing. */
export function examine(
  hosts: readonly FleetHost[],
  options: ExamineOptions,
): Promise<Diagnosis[]> {
  // Every open session listens to the one signal: more than Node's default takes for honest.
  setMaxListeners(0, options.signal);
  return bounded(parallelHosts, hosts, (host) => examineHost(host, options));
}

async function examineHost(host: FleetHost, options: ExamineOptions): Promise<Diagnosis> {
  const { hotfix, now, signal, resolveCredential } = options;
  try {
    const credential = await resolveCredential(host.connection.credentialRef);
    const session = await options.openSession(host.connection, credential, {
      signal,
      connectTimeoutMs,
      resolveCredential,
    });
    try {
      return diagnoseFacts(host.hostId, await probe(session, hotfix, now, { signal }), hotfix);
    } finally {
      await session.close();
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Failure) return diagnoseFailure(host.hostId, error);
    throw error;
  }
}
