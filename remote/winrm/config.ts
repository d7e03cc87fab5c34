import { defaultSegmentBytes } from '../upload/segments';

/** Numbers of the WinRM client. Tests shorten the times; nothing else changes them. */
export interface WinRmTuning {
  /** How long the host may hold a Receive without output; MaxTimeoutms (60 s by default) caps it there. @default 20 s */
  readonly operationTimeoutMs: number;
  /** The same for the first Receive: past it, standard input is closed for a command that waits for it. @default 2 s */
  readonly firstReceiveMs: number;
  /** By how much an HTTP answer may be later than the operation timeout. @default 10 s */
  readonly readSlackMs: number;
  /** How long freeing a shell may take before it is left to the host's idle timeout. @default 5 s */
  readonly cleanupMs: number;
  /** A shell that the client lost is freed by the host after so long without a request. @default 180 s */
  readonly shellIdleMs: number;
  /** Largest message that every host takes: MaxEnvelopeSizekb is 150 on WinRM 2.0. @default 153600 */
  readonly maxEnvelopeBytes: number;
  /** Largest answer that is read. @default 2 MiB */
  readonly maxReplyBytes: number;
  /**
   * Commands after which a shell is replaced. WinRM 2.0 allows 15 operations per user and keeps the slot of a command
   * that ended until its shell is deleted ([MS-WSMV], behaviour note 118). @default 10
   */
  readonly commandsPerShell: number;
  /** How often the creation of a shell that met a full quota is repeated: shells of others end, and slots come late. @default 3 */
  readonly quotaRetries: number;
  /** Pause before that. @default 2 s */
  readonly quotaPauseMs: number;
  /** Pause before a Send that met a busy stream (fault 170) is repeated. @default 5 s */
  readonly busyPauseMs: number;
  /** How often such a Send is repeated. @default 3 */
  readonly busyRetries: number;
  /** How long the host may hold the Pull of a subscription that has no event at hand. @default 1 s */
  readonly eventPullMs: number;
  /** Bytes of a file that travel in one command; a cut upload goes on at a multiple of it. @default 6000000 */
  readonly uploadSegmentBytes: number;
  /** An idle connection is closed after so long, before the host does it under a request. @default 20 s */
  readonly idleSocketMs: number;
}

export const defaultTuning: WinRmTuning = {
  operationTimeoutMs: 20_000,
  firstReceiveMs: 2_000,
  readSlackMs: 10_000,
  cleanupMs: 5_000,
  shellIdleMs: 180_000,
  maxEnvelopeBytes: 153_600,
  maxReplyBytes: 2 * 1024 * 1024,
  commandsPerShell: 10,
  quotaRetries: 3,
  quotaPauseMs: 2_000,
  busyPauseMs: 5_000,
  busyRetries: 3,
  eventPullMs: 1_000,
  uploadSegmentBytes: defaultSegmentBytes,
  idleSocketMs: 20_000,
};

/** Time for connecting and for the first answer. */
export const defaultConnectTimeoutMs = 30_000;

/** What {@link Session.run} takes when it is told nothing; the same over SSH. */
export const defaultRun = { timeoutMs: 60_000, maxOutputBytes: 4 * 1024 * 1024 } as const;

export const defaultUploadTimeoutMs = 30 * 60_000;
