import type { Connection, Credential, Fleet } from '../contracts/fleet';
import type { PackageRef } from '../contracts/hotfix';
import type { HostId, PreviewHash, RolloutId } from '../contracts/ids';
import type { Preview } from '../contracts/preview';
import type { SlotAnswer, SlotNews, SlotRequest } from '../contracts/slots';
import type { RolloutInput } from '../contracts/rollout';
import type { StandingFiles, StandingFound } from '../contracts/standing';
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
  /** Fleet of a file, as clients read it. @throws Failure fleet-unreadable */
  readonly readFleet: (file: string) => Promise<Fleet>;
  /** Standing plans, read again at each opening. @default none can be read */
  readonly standing?: StandingReader;
  /** Owners of the slots of availability sets. */
  readonly slots: SlotsPort;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Factor for the pauses between two looks at a host, below 1 in tests and on a fast lab. @default 1 */
  readonly pace: number;
}

export interface PreviewReader {
  /** @throws Failure preview-missing, preview-changed */
  read(hash: PreviewHash): Promise<Preview>;
}

export interface StandingReader {
  /** @throws Failure when a file cannot be read or says nonsense */
  read(files: StandingFiles): Promise<{
    readonly found: StandingFound;
    /** Freezes a rollout of it, its preview kept in the preview folder. */
    readonly freeze: (rollout: {
      readonly rolloutId: RolloutId;
      readonly requestedBy: string;
    }) => Promise<RolloutInput>;
  }>;
}

export interface SlotsPort {
  /** @param updateId the same for every try of one request */
  ask(set: string, request: SlotRequest, updateId: string): Promise<SlotAnswer>;
  /** @param updateId the same for every try of the same news */
  tell(set: string, news: readonly SlotNews[], updateId: string): Promise<void>;
}

export interface PackageFinder {
  /** Path of the local file with this digest. @throws Failure package-missing, package-corrupt */
  find(ref: PackageRef): Promise<string>;
}
