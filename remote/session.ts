import type { ChannelFacts, ShellFacts } from '../contracts/facts';
import type { Credential } from '../contracts/fleet';
import type { EventSubscriptions, Wmi } from './wmi';

/**
 * How a host is asked. WinRM and SSH both implement this port; what is asked of Windows is written once, over it, in
 * remote/windows.
 */
export interface Session {
  /**
   * Runs one command line with the host's command interpreter (cmd.exe). A command that ran is a result, whatever its
   * exit code. Standard input is empty.
   *
   * @throws Failure when the command could not be run or its result could not be had; whether it ran is then unknown.
   */
  run(commandLine: string, options?: RunOptions): Promise<CommandResult>;

  /**
   * Puts bytes on the host under `path`: under a temporary name first, compared by SHA-256 on the host, then renamed,
   * so that a file under the final name is whole. Missing folders are made. An existing file is replaced.
   *
   * @throws Failure `upload-failed`, `upload-corrupt`, `disk-full`, or one of the connection.
   */
  upload(source: UploadSource, path: string, options?: UploadOptions): Promise<UploadResult>;

  /** Ways that need no shell; only WinRM has them. */
  readonly wmi?: Wmi;
  readonly events?: EventSubscriptions;
  /** How the host was reached, as it was agreed with it; for evidence and the doctor. */
  channel?(): ChannelFacts;
  /** What takes the command lines, where that is not always cmd.exe; null until the first command was run. */
  shell?(): ShellFacts | null;
  /**
   * Finds out what takes the command lines, unless it is known: for lines that depend on it. Every `run` does the same
   * before its own line.
   *
   * @throws Failure `unexpected-output` when it is nothing that can run a line for cmd.exe
   */
  findShell?(options?: Pick<RunOptions, 'timeoutMs' | 'signal'>): Promise<ShellFacts>;

  /** Frees what the session holds on the host. Never throws; safe to call twice. */
  close(): Promise<void>;
}

export interface RunOptions {
  /** Deadline of the whole command in milliseconds. Past it the command is ended and the result says timedOut. @default 60000 */
  readonly timeoutMs?: number;
  /** Bytes kept of each stream; what comes beyond is dropped and the result says truncated. @default 4 MiB */
  readonly maxOutputBytes?: number;
  /** Ends the command and rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Success and failure have the same fields; nobody ever parses a message. */
export interface CommandResult {
  /** Unsigned 32-bit, e.g. 3010 or 2148468766; null when timedOut. */
  readonly exitCode: number | null;
  /** Bytes as the host sent them: code page and UTF-16 are told in remote/windows. */
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly truncated: boolean;
  readonly timedOut: boolean;
  readonly durationMs: number;
}

export interface UploadSource {
  /** Local file. */
  readonly file?: string;
  /** Or the bytes themselves, for small texts. */
  readonly bytes?: Uint8Array;
  /** 64 lower-case hex digits. */
  readonly sha256: string;
}

export interface UploadOptions {
  readonly signal?: AbortSignal;
  /** Deadline of the whole upload in milliseconds. @default 30 min */
  readonly timeoutMs?: number;
  /** Bytes that are on the host so far, of how many; begins with those that were there already. */
  readonly onProgress?: (sent: number, total: number) => void;
}

export interface UploadResult {
  readonly bytes: number;
  /** How many of them an earlier upload that was cut had brought already. */
  readonly resumedFrom: number;
  readonly durationMs: number;
  /** How it came: by SFTP, or through commands whose standard input it was. */
  readonly way?: 'sftp' | 'commands';
}

/** Opens a session or throws a Failure that says what, where and what to do. */
export type OpenSession<C> = (
  connection: C,
  credential: Credential,
  options?: OpenSessionOptions,
) => Promise<Session>;

export interface OpenSessionOptions {
  readonly signal?: AbortSignal;
  /** For each server on the way: every jump host that must be reached first, and the host. @default 20000 over SSH */
  readonly connectTimeoutMs?: number;
  /** Whether what a command needs is made at once, or left out until one is run. @default at-once */
  readonly shell?: 'at-once' | 'when-needed';
  /** For jump hosts, which have credentials of their own. */
  readonly resolveCredential?: (credentialRef: string) => Promise<Credential>;
}
