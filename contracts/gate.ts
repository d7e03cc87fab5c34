import type { HostId, PreviewHash } from './ids';
import type { Reason } from './reason';

/**
 * A question about health that is asked before a wave or after a host. Names and meanings of count, interval and limits
 * are those of Argo Rollouts' analysis metrics (https://argo-rollouts.readthedocs.io/en/stable/features/analysis/).
 */
export interface Gate {
  readonly name: string;
  /** `wave`: before each wave, the first included unless `fromWave` is above 1; `host`: after each host that was changed. */
  readonly when:
    { readonly before: 'wave'; readonly fromWave: number } | { readonly after: 'host' };
  readonly check: GateCheck;
  /** Measurements that are taken. @default 1 */
  readonly count: number;
  /** Between two measurements. @default 30 s */
  readonly intervalMs: number;
  /** Before the first measurement. @default 0 */
  readonly initialDelayMs: number;
  /** The gate is closed when more than so many measurements failed. @default 0 */
  readonly failureLimit: number;
  /** It has no answer when more than so many in a row could not be taken. @default 4 */
  readonly consecutiveErrorLimit: number;
  /** It has no answer when more than so many said neither yes nor no. @default 0 */
  readonly inconclusiveLimit: number;
}

/** `{host}` and `{address}` in a command, an URL or a query stand for the host that the gate is asked about. */
export type GateCheck =
  | {
      readonly kind: 'command';
      readonly command: string;
      /** Where it runs; null: on the host that the gate is asked about. It must be a host of the plan's fleet. */
      readonly host: HostId | null;
      readonly timeoutMs: number;
      /** Exit codes that say yes. @default [0] */
      readonly success: readonly number[];
      /** Exit codes that say nothing; all others say no. @default [] */
      readonly inconclusive: readonly number[];
    }
  | {
      readonly kind: 'http';
      readonly url: string;
      readonly timeoutMs: number;
      /** Status codes that say yes; others say no, and no answer is an error. @default [200] */
      readonly status: readonly number[];
      /** Text that the body must hold; null: any body. */
      readonly contains: string | null;
      /** Certificates that are trusted in place of the system's; a PEM file; null: the system's. */
      readonly caFile: string | null;
      /** Of a bearer token; null: none. */
      readonly credentialRef: string | null;
    }
  | {
      readonly kind: 'prometheus';
      /** Base address of the server's HTTP API, without `/api/v1`. */
      readonly url: string;
      readonly query: string;
      readonly timeoutMs: number;
      /** Yes when all values of the answer fulfil it. */
      readonly success: Comparison | null;
      /** No when any value fulfils it; with both given, neither of them means inconclusive. */
      readonly failure: Comparison | null;
      readonly caFile: string | null;
      readonly credentialRef: string | null;
    }
  | {
      readonly kind: 'events';
      readonly host: HostId | null;
      readonly channel: string;
      readonly eventId: number;
      readonly provider: string | null;
      /** How far back from now, of the host's own clock. */
      readonly withinMs: number;
      /** No when there are more than so many. @default 0 */
      readonly max: number;
      readonly timeoutMs: number;
    };

/** `{ op: '<', value: 0.05 }`: the measured value is on the left. */
export interface Comparison {
  readonly op: '<' | '<=' | '>' | '>=' | '==' | '!=';
  readonly value: number;
}

/** `error`: could not be taken (no answer, unreachable). */
export type MeasurementPhase = 'successful' | 'failed' | 'inconclusive' | 'error';

export interface Measurement {
  readonly phase: MeasurementPhase;
  /** What was seen, one sentence. */
  readonly message: string;
  /** ISO 8601. */
  readonly at: string;
}

/** Open, closed, or no answer: nothing fails open, so that `inconclusive` and `error` wait for a person. */
export type GatePhase = 'successful' | 'failed' | 'inconclusive' | 'error';

export interface GateAnswer {
  readonly phase: GatePhase;
  readonly reason: Reason;
  /** Oldest first, at most the last 20. */
  readonly measurements: readonly Measurement[];
}

/** One measurement: of a gate that the preview has, exactly as it has it. */
export interface MeasureInput {
  /** Owner of the question: a rollout. */
  readonly owner: string;
  readonly previewHash: PreviewHash;
  readonly gate: Gate;
  /** Host that the gate is asked about; null: before a wave. */
  readonly hostId: HostId | null;
}

/** The gate is asked until it has an answer. */
export interface GateWorkflowInput extends MeasureInput {
  /** What an earlier run of the same workflow has measured. @default nothing */
  readonly record?: GateRecord;
  /** Events of one run's history after which it goes on in a new one. @default what the server suggests */
  readonly historyEvents?: number;
}

/** Measurements so far, counted, so that a long question does not carry all of them along. */
export interface GateRecord {
  readonly successful: number;
  readonly failed: number;
  readonly inconclusive: number;
  readonly errors: number;
  /** Errors since the last measurement that could be taken. */
  readonly consecutiveErrors: number;
  /** Oldest first, at most the last 20. */
  readonly last: readonly Measurement[];
}
