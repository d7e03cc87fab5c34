import type { Connection, Credential } from '../contracts/fleet';
import type { PackageRef } from '../contracts/hotfix';
import type { HostId, PreviewHash, RolloutId } from '../contracts/ids';
import type { Preview } from '../contracts/preview';
import type { OpenSessionOptions, Session } from '../remote/session';

/** What the activities need of the worker process, injected, so that tests choose the world they act on. */
export interface ActivityDependencies {
  readonly previews: PreviewReader;
  readonly packages: PackageFinder;
  /** Resolves a `credentialRef`. @throws Failure credential-missing, credential-malformed */
  readonly resolveCredential: (credentialRef: string) => Promise<Credential>;
  readonly openSession: (
    connection: Connection,
    credential: Credential,
    options?: OpenSessionOptions,
  ) => Promise<Session>;
  /** Whether others wait for the room that a session with this host takes. @default never */
  readonly isSessionWanted?: (connection: Connection) => boolean;
  /** Rollout whose workflow has the host now; null when nobody has it or its owner does not say. */
  readonly holderOf: (hostId: HostId) => Promise<RolloutId | null>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Factor for the pauses between two looks at a host, below 1 in tests and on a fast lab. @default 1 */
  readonly pace: number;
}

export interface PreviewReader {
  /** @throws Failure preview-missing, preview-changed */
  read(hash: PreviewHash): Promise<Preview>;
}

export interface PackageFinder {
  /** Path of the local file with this digest. @throws Failure package-missing, package-corrupt */
  find(ref: PackageRef): Promise<string>;
}
