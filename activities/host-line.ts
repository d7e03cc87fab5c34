import type { Connection } from '../contracts/fleet';
import type { FailureCode } from '../contracts/failures';
import { Failure } from '../contracts/failures';
import type { StepTarget } from '../contracts/steps';
import type { OpenSessionOptions, Session } from '../remote/session';
import type { ActivityDependencies } from './dependencies';

/** Way to one host that may be cut and taken up again; a session is opened when it is first needed. */
export interface HostLine {
  /** Throws what `work` throws. After a failure of the connection the next use opens a new session. */
  use<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /** Closes the session if others wait for its room; for who pauses with it in hand. Never throws. */
  makeRoom(): Promise<void>;
  /** Never throws. */
  close(): Promise<void>;
}

/** The host or the way to it is away: whether what was asked happened is not known. */
const connectionCodes: readonly FailureCode[] = [
  'host-unreachable',
  'connection-lost',
  'connect-timeout',
  'command-timeout',
  'command-killed',
  'kdc-unreachable',
  'too-many-sessions',
];

export const isConnectionFailure = (error: unknown): error is Failure =>
  error instanceof Failure && connectionCodes.includes(error.code);

/** As {@link OpenSessionOptions}: how sessions of a line are opened. */
export type LineOptions = Omit<OpenSessionOptions, 'signal'>;

export function createHostLine(
  deps: ActivityDependencies,
  target: StepTarget,
  signal: AbortSignal,
  way: LineOptions = {},
): HostLine {
  let session: Session | null = null;
  let connection: Connection | null = null;
  const close = async (): Promise<void> => {
    const last = session;
    session = null;
    await last?.close();
  };
  return {
    async use(work) {
      connection ??= await connectionOf(deps, target);
      session ??= await open(deps, target, connection, { signal, ...way });
      try {
        return await work(session);
      } catch (error) {
        // A cancelled command may have left the session in the middle of an answer.
        if (signal.aborted || isConnectionFailure(error)) await close();
        throw located(error, target);
      }
    },
    async makeRoom() {
      if (connection !== null && deps.isSessionWanted?.(connection) === true) await close();
    },
    close,
  };
}

async function open(
  deps: ActivityDependencies,
  target: StepTarget,
  connection: Connection,
  options: OpenSessionOptions,
): Promise<Session> {
  const credential = await deps.resolveCredential(connection.credentialRef);
  try {
    return await deps.openSession(connection, credential, options);
  } catch (error) {
    throw located(error, target);
  }
}

/** @throws Failure bad-request when the preview has no such host */
export async function connectionOf(
  deps: ActivityDependencies,
  target: StepTarget,
): Promise<Connection> {
  const { content } = await deps.previews.read(target.previewHash);
  const host = [...content.hosts, ...(content.managementHosts ?? [])].find(
    ({ hostId }) => hostId === target.hostId,
  );
  if (host !== undefined) return host.connection;
  throw new Failure('bad-request', `host ${target.hostId} is not in the preview`, {
    facts: { host: target.hostId, preview: target.previewHash },
    advice: 'name a host of the preview, or preview the plan again',
  });
}

/** Remote knows no host ids: every failure is told where it happened. */
function located(error: unknown, { hostId }: StepTarget): unknown {
  if (!(error instanceof Failure) || error.facts['host'] !== undefined) return error;
  return new Failure(error.code, `${hostId}: ${error.message}`, {
    facts: { host: hostId, ...error.facts },
    advice: error.advice,
    cause: error.cause ?? error,
  });
}
