import type { HostId } from './ids';
import type { Gate } from './gate';
import type { ApprovalPolicy } from './identity';
import type { NoticeChannel } from './notification';
import type { Calendar } from './window';

/** A count, or a percentage such as `"20%"` that is taken of the hosts to be changed and rounded down. */
export type CountOrPercent = number | `${number}%`;

/** A command that the plan's author supplies; exit 0 means done. */
export interface Hook {
  /** `{host}`, `{address}` and `{state}` stand for the host's id, its address and what was found before draining. */
  readonly command: string;
  readonly timeoutMs: number;
  /** Management host on which it runs. @default the host itself */
  readonly on?: HostId;
}

/** What a rollout does to the hosts: bring the hotfix, only its workaround, or take the hotfix away again. */
export type RolloutAction = 'fix' | 'mitigate' | 'rollback';

/** Steps after whose failure the fallback is carried out. */
export type FallbackCause = 'apply' | 'reboot' | 'verify';

/** What a person asks for, validated and with every default filled in. Durations are milliseconds. */
export interface Plan {
  readonly change: string;
  /** Id of the hotfix definition. */
  readonly hotfix: string;
  /** Null: none is named, which only a mitigation or a rollback can do without. */
  readonly package: PlanPackage | null;
  /** Either names or labels that a host must all carry; `all` is every host of the fleet. */
  readonly hosts: HostSelector;
  readonly policy: RolloutPolicy;
  readonly hostPolicy: HostPolicy;
  /** Set name to limit: overrides and adds limits to the sets of the fleet. */
  readonly availabilitySets: { readonly [name: string]: SetLimit };
  readonly approvals: ApprovalPolicy | null;
  /** Null: neither windows nor blackouts. */
  readonly calendar: Calendar | null;
  readonly order: readonly PlanOrder[];
  readonly gates: readonly Gate[];
  readonly notify: readonly NoticeChannel[];
}

/** `minAvailable` members stay up, however many the set has. */
export type SetLimit = { readonly maxUnavailable: number } | { readonly minAvailable: number };

/** As a plan says it; the preview has the hosts that it means. */
export interface PlanOrder {
  readonly hosts: HostSelector;
  /** Begun only when all of these have their outcome. */
  readonly after: HostSelector | 'all-others' | null;
  /** Never in work while one of these is, nor these while one of them is. */
  readonly notWhile: HostSelector | null;
  /** Name of a label: only hosts with the same value of it matter to each other. */
  readonly within: string | null;
}

/** Resolved: which hosts wait for which. */
export interface OrderRule {
  readonly hosts: readonly HostId[];
  readonly after?: readonly HostId[];
  readonly notWhile?: readonly HostId[];
}

/** A file that is uploaded to the hosts, or a url from which each of them pulls it. */
export type PlanPackage =
  | { readonly file: string; readonly sha256: string }
  | { readonly url: string; readonly fileName: string; readonly sha256: string };

export type HostSelector =
  | { readonly kind: 'all' }
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'labels'; readonly labels: { readonly [name: string]: string } };

/** What `decide` needs to know: how a fleet is walked through. */
export interface RolloutPolicy {
  /** Which hosts are changed: those that show the problem, or all to which the hotfix applies. @default affected */
  readonly scope: 'affected' | 'applicable';
  /** Sizes of the waves; the last value repeats. @default [1, "20%"] */
  readonly serial: readonly CountOrPercent[];
  /** Soak between waves; `until-resumed` waits for a person; null goes on at once. @default null */
  readonly pause: { readonly durationMs: number } | 'until-resumed' | null;
  /** 1 to 1000. @default 25 */
  readonly maxConcurrency: number;
  /** The rollout stops when errors are more than this. @default 0 */
  readonly maxErrors: CountOrPercent;
  /** The same for errors in a row, by finishing order; null does not look. @default null */
  readonly maxConsecutiveErrors: number | null;
  /** Hosts that may be unreachable during the assessment, of all hosts of the plan. @default "5%", at least 1 */
  readonly maxUnassessed: CountOrPercent;
  /** Whether a mitigated host is an error. @default true */
  readonly countMitigated: boolean;
  /** @default hold */
  readonly onSuspect: 'hold' | 'skip' | 'treat-as-affected';
  /** How long a hold may last. @default 24 h */
  readonly holdTimeoutMs: number;
  /** How long until a host that another rollout holds is tried again. @default 1 min */
  readonly takenRetryMs: number;
  /**
   * What check, stage, apply, reboot, verify and fallback of one host take at least: a host is begun only when so much,
   * or what was seen since if that is more, is left of the window. @default 30 min
   */
  readonly hostDurationMs?: number;
  /** Packages are brought to the hosts before the window opens. @default false */
  readonly stageAhead?: boolean;
}

/** What `hostWorkflow` needs to know: how one host is walked through. */
export interface HostPolicy {
  readonly reboot: {
    /** How long a host may be away. @default 30 min */
    readonly timeoutMs: number;
    /** Reboots that we ask for. @default 1 */
    readonly maxReboots: number;
    /** Reboots that the host makes by itself and that are still waited out. @default 2 */
    readonly maxOwn: number;
  };
  readonly fallback: {
    readonly when: readonly FallbackCause[];
    /** Whether the process of a service that does not stop in time may be ended. @default false */
    readonly endStuck?: boolean;
  };
  /** What becomes of a host on which somebody else's reboot is pending. Missing: it is not looked at. @default refuse */
  readonly pendingReboot?: 'refuse' | 'reboot-first';
  /** Whether the hotfix is removed again when its verification fails. @default false */
  readonly rollback?: boolean;
  readonly hooks: {
    /** Tells how the host stands before it is drained; reads only. */
    readonly priorState?: Hook | null;
    readonly drain: Hook | null;
    readonly restore: Hook | null;
  };
  /** How long a host is tried before it is `unreachable`. @default 5 min */
  readonly unreachableAfterMs: number;
  /** Overrides of the hotfix's own waits, for rehearsals. */
  readonly settleMs: number | null;
  readonly observeMs: number | null;
  readonly quietForMs?: number | null;
}
