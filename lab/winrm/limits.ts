import type { LabHostOptions } from '../types';

/** Quotas and time-outs of a WinRM service, the defaults of the edition unless a test sets them. */
export interface WinRmLimits {
  readonly maxShellsPerUser: number;
  /** Commands a user may have; see `keepsEndedCommands`. */
  readonly maxOperationsPerUser: number;
  /** Whether a command that ended counts until its shell is deleted ([MS-WSMV], behaviour note 118: WinRM 2.0 does). */
  readonly keepsEndedCommands: boolean;
  readonly maxEnvelopeBytes: number;
  /** MaxTimeoutms: no request is held longer, whatever its OperationTimeout says. */
  readonly maxTimeoutMs: number;
  /** A shell without a request for so long is deleted. */
  readonly shellIdleMs: number;
  /** A connection without a request for so long is closed, and its login forgotten ([MS-WSMV], behaviour note 22). */
  readonly idleConnectionMs: number;
  /** An enumeration or subscription that is not asked for its next page for so long is closed. */
  readonly enumerationTimeoutMs: number;
  /** MaxBatchItems: no page has more items. */
  readonly maxBatchItems: number;
  /** 2.0 is that of 2008 R2. */
  readonly stack: '2.0' | '3.0';
}

const winRm2: WinRmLimits = {
  maxShellsPerUser: 5,
  maxOperationsPerUser: 15,
  keepsEndedCommands: true,
  maxEnvelopeBytes: 153_600,
  maxTimeoutMs: 60_000,
  shellIdleMs: 180_000,
  idleConnectionMs: 120_000,
  enumerationTimeoutMs: 60_000,
  maxBatchItems: 32_000,
  stack: '2.0',
};

const winRm3: WinRmLimits = {
  maxShellsPerUser: 30,
  maxOperationsPerUser: 1500,
  keepsEndedCommands: false,
  maxEnvelopeBytes: 512_000,
  maxTimeoutMs: 60_000,
  shellIdleMs: 7_200_000,
  idleConnectionMs: 120_000,
  enumerationTimeoutMs: 240_000,
  maxBatchItems: 32_000,
  stack: '3.0',
};

export function limitsOf(host: LabHostOptions): WinRmLimits {
  return host.windows?.edition === '2012r2' ? winRm3 : winRm2;
}
