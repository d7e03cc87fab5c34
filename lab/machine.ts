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
  /** Ends processes and timers; the machine is of no use afterwards. */
  dispose(): void;
}

export type LoginAttempt =
  | { readonly username: string; readonly password: string }
  /** Key in OpenSSH's one-line form, already proven by a signature. */
  | { readonly username: string; readonly publicKey: string };

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
