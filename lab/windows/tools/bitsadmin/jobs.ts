import type { Host } from '../../host';
import { createProcessControl, type ProcessControl } from '../../process/process-control';
import type { WebFailure } from '../../web/web-failure';

export type BitsState =
  | 'SUSPENDED'
  | 'QUEUED'
  | 'CONNECTING'
  | 'TRANSFERRING'
  | 'TRANSIENT_ERROR'
  | 'ERROR'
  | 'TRANSFERRED';

/** One job of the BITS service. It belongs to the service: who made it may end. */
export interface BitsJob {
  readonly id: string;
  readonly name: string;
  file: { readonly url: string; readonly path: string } | null;
  priority: string;
  state: BitsState;
  transferred: number;
  total: number | null;
  error: WebFailure | null;
  noProgressMs: number;
  retryDelayMs: number;
  control: ProcessControl;
}

const daysMs = 86_400_000;
const jobsByHost = new WeakMap<Host, Map<string, BitsJob>>();

export function jobsOf(host: Host): Map<string, BitsJob> {
  const jobs = jobsByHost.get(host) ?? new Map<string, BitsJob>();
  jobsByHost.set(host, jobs);
  return jobs;
}

/** With the defaults of the service: a retry every ten minutes, for 14 days. */
export function createJob(id: string, name: string): BitsJob {
  return {
    id,
    name,
    file: null,
    priority: 'NORMAL',
    state: 'SUSPENDED',
    transferred: 0,
    total: null,
    error: null,
    noProgressMs: 14 * daysMs,
    retryDelayMs: 600_000,
    control: createProcessControl(),
  };
}

/** BITS keeps what has come beside its place, under a name of its own. */
export const temporaryOf = ({ id, file }: BitsJob): string =>
  `${(file?.path ?? '').replace(/[^\\]*$/, '')}BIT${id.slice(1, 5)}.tmp`;
