import type { LabFaults, LabHostOptions } from './types';

/**
 * What the lab's servers need of an emulated machine. A machine knows nothing of WinRM or SSH; a server knows nothing
 * of Windows.
 */
export interface Machine {
  readonly options: LabHostOptions;
  readonly faults: LabFaults;
  /** `off` from the moment the ports close until the services that serve them run again. */
  readonly power: 'on' | 'off';
  /** Calls back when power changes; returns how to stop. On `off` a server cuts connections and closes its port. */
  onPower(listener: (power: 'on' | 'off') => void): () => void;
  /** Passes the login or refuses it, and writes the ledger. */
  login(attempt: LoginAttempt): boolean;
  /** Starts `cmd.exe /c <commandLine>` as the logged-in administrator of a network logon. */
  start(commandLine: string, options: StartOptions): MachineProcess;
  readonly files: MachineFiles;
  readonly wmi: MachineWmi;
  readonly eventLogs: MachineEventLogs;
  /** Ends processes and timers; the machine is of no use afterwards. */
  dispose(): void;
}

export type LoginAttempt =
  | { readonly username: string; readonly password: string }
  /** Key in OpenSSH's one-line form, already proven by a signature. */
  | { readonly username: string; readonly publicKey: string }
  /** A challenge was answered; only who knows the password can tell whether rightly. To be asked once. */
  | {
      readonly username: string;
      readonly domain?: string;
      readonly proves: (password: string) => boolean;
    }
  /** SHA-256 of a client certificate, lower-case hex, whose key TLS has seen proved. */
  | { readonly username: string; readonly certificateFingerprint: string };

export interface StartOptions {
  /** Code page of the console: decides the bytes of what the tools print, e.g. 437, 850, 65001. */
  readonly codePage: number;
  readonly environment?: { readonly [name: string]: string };
  readonly workingDirectory?: string;
}

export interface MachineProcess {
  readonly stdin: { write(bytes: Uint8Array): void; end(): void };
  onOutput(listener: (stream: 'stdout' | 'stderr', bytes: Buffer) => void): void;
  /** Resolves with the unsigned 32-bit exit code after the last output; never rejects. A killed process ends with 1. */
  readonly exited: Promise<number>;
  kill(): void;
}

/** The file system as SFTP sees it. Paths are Windows paths such as `C:\Windows\Temp\x`, case ignored. */
export interface MachineFiles {
  stat(path: string): {
    readonly kind: 'file' | 'folder';
    readonly size: number;
    readonly modifiedAt: number;
  } | null;
  list(path: string): readonly string[] | null;
  read(path: string): Buffer | null;
  /** Writes at an offset, extending the file. @throws Error with `code` 'ENOSPC' or 'ENOENT' (no such folder) */
  write(path: string, offset: number, bytes: Uint8Array): void;
  truncate(path: string, size: number): void;
  makeFolder(path: string): void;
  remove(path: string): boolean;
  rename(from: string, to: string): boolean;
}

/** Management instrumentation, as a service sees it that gives it to clients. Names are taken in any case. */
export interface MachineWmi {
  /** What a data query of WQL gives: whole instances for `*`, else properties without a class. */
  query(namespace: string, wql: string): readonly WmiObject[] | WmiRefused;
  /** All instances of a class. */
  list(namespace: string, className: string): readonly WmiObject[] | WmiRefused;
  get(target: WmiTarget): WmiObject | WmiRefused;
  /** Calls a method of an instance, or of the class when there are no keys. */
  invoke(
    target: WmiTarget,
    method: string,
    parameters: WmiParameters,
  ): Promise<WmiObject | WmiRefused>;
}

export interface WmiTarget {
  /** e.g. `root/cimv2` */
  readonly namespace: string;
  readonly className: string;
  readonly keys: ReadonlyMap<string, string>;
}

/** Texts by name, as they stand in a message; null for what is given as having no value. */
export type WmiParameters = ReadonlyMap<string, readonly string[] | null>;

export interface WmiObject {
  /** Null for a projection, which does not tell. */
  readonly className: string | null;
  /** Sorted by name; of an answer to a method the parameters that it gives out. */
  readonly properties: readonly WmiProperty[];
}

export interface WmiProperty {
  readonly name: string;
  readonly type: CimType;
  /** A `datetime` is ISO 8601 in UTC. */
  readonly value: string | number | boolean | readonly string[] | readonly number[] | null;
}

export type CimType = CimScalar | 'string[]' | 'uint8[]' | 'sint32[]';

type CimScalar =
  | 'string'
  | 'boolean'
  | 'datetime'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'sint32'
  | 'sint64';

export interface WmiRefused {
  readonly problem:
    | 'no-such-namespace'
    | 'no-such-class'
    | 'no-such-instance'
    | 'no-such-method'
    | 'invalid-query'
    /** A key that the class has not. */
    | 'unexpected-keys'
    /** A key of the class that was not given. */
    | 'missing-keys'
    | 'invalid-parameters'
    /** The provider cannot do what is asked, or failed at it. */
    | 'provider-failure';
  /** What WMI says of it: the operation and what it was about. */
  readonly operation: 'ExecMethod' | 'ExecQuery' | 'GetObject';
  readonly about: string;
  /** In words, when it was the provider's; null when WMI has none. */
  readonly description: string | null;
}

/** The event logs, as a service sees them that gives their events to subscribers. */
export interface MachineEventLogs {
  /** Events of one channel by XPath expressions of the event log: what any of the first selects and none of the second. */
  select(
    channel: string,
    selected: readonly string[],
    suppressed: readonly string[],
  ): EventSelection | 'no-such-channel' | 'invalid-query';
}

export interface EventSelection {
  /** As the machine spells it. */
  readonly channel: string;
  /** Id of the channel's newest record; 0 when it has none. */
  newestRecordId(): number;
  /** Oldest first; `after` is the id of the last record that is not wanted any more, 0 for none. */
  read(after: number, limit: number, format: EventFormat): readonly SelectedEvent[];
}

/** `rendered` has the texts of the provider with it. */
export type EventFormat = 'plain' | 'rendered';

export interface SelectedEvent {
  readonly recordId: number;
  /** Epoch ms. */
  readonly at: number;
  /** An `Event` element of the event schema. */
  readonly xml: string;
}
