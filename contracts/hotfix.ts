/**
 * A hotfix is data: where it applies, how the affected state shows, what is installed and how, what its exit codes
 * mean, how success is proved and what is done when it cannot be had. All durations are milliseconds.
 */
export interface Hotfix {
  /** `KB` and digits, or another name by which the fix is known; scheduled tasks and folders on hosts begin with it. */
  readonly id: string;
  readonly title: string;
  readonly reference?: string;
  readonly applicability: Applicability;
  readonly affected: AffectedRule;
  readonly install: InstallDefinition;
  readonly verification: VerificationDefinition;
  readonly fallback: FallbackDefinition;
}

export type Architecture = 'x86' | 'x64' | 'ia64';
/** Win32_OperatingSystem.ProductType: 1 workstation, 2 domain controller, 3 server. */
export type ProductType = 'workstation' | 'domain-controller' | 'server';

export interface Applicability {
  readonly os: {
    /** `major.minor.build`, compared exactly with Win32_OperatingSystem.Version. */
    readonly version: string;
    /** Service pack major number, compared exactly. */
    readonly servicePack: number;
    readonly architectures: readonly Architecture[];
    readonly productTypes: readonly ProductType[];
  };
}

/** The only kind of rule so far: bursts of one event, judged against the list of servers that another event carries. */
export interface AffectedRule {
  readonly kind: 'event-burst';
  /** Event log channel, e.g. `Application`. */
  readonly log: string;
  readonly provider: string;
  readonly symptom: {
    readonly eventId: number;
    /** Index of the EventData item that holds the error code, and the code: upper-case hex without 0x. */
    readonly codeField: number;
    readonly code: string;
    /** Codes of the same event that are known to be another problem, with what they mean. */
    readonly otherProblems: { readonly [code: string]: string };
    /** Index of the EventData item that names the server that was lost. */
    readonly serverField: number;
    readonly processField: number;
    readonly pidField: number;
  };
  /** The event that lists the servers the host can use. */
  readonly servers: {
    readonly eventId: number;
    readonly inSiteField: number;
    readonly outOfSiteField: number;
  };
  /** Operator's own list; when not empty it is used in place of the `servers` event. */
  readonly domainControllers: readonly string[];
  /** Length of the sliding window that makes one burst. */
  readonly burstMs: number;
  /** How far back a burst still makes a host affected. */
  readonly lookbackMs: number;
  /** A burst needs at least so many servers, or at least so many (process, PID). */
  readonly minimumServers: number;
  readonly minimumProcesses: number;
  /**
   * Registry key, and the category in the value name (`Topology` matches `3 Topology`, not `9 Exchange Topology`), whose
   * number must be at least `atLeast` for the events to be written at all.
   */
  readonly logging: {
    readonly key: string;
    readonly valueEndsWith: string;
    readonly atLeast: number;
    /** What holds when the value is missing. */
    readonly defaultLevel: number;
  };
}

/** What a program's exit code means for the one who started it. */
export type ExitCodeMeaning =
  | 'done'
  | 'reboot-needed'
  | 'rebooting'
  | 'already-there'
  | 'not-applicable'
  | 'retry-after-reboot'
  | 'retry-later'
  | 'needs-a-person';

export interface InstallDefinition {
  /** Package identity, matched from its beginning, e.g. `Package_for_KB3004383~`. */
  readonly packageIdentity: string;
  /** How long the installer may run before the host is failed. @default 1 h */
  readonly timeoutMs: number;
  /** Free space on the system drive without which nothing is staged, in bytes. */
  readonly freeBytes: number;
  readonly reboot: 'required' | 'if-requested' | 'none';
  /** Meanings that differ from the common table of `domain/exit-codes.ts`, keyed by unsigned decimal code. */
  readonly exitCodes: { readonly [code: string]: { meaning: ExitCodeMeaning; message: string } };
}

export interface VerificationDefinition {
  /** `%windir%` and the like are expanded on the host. */
  readonly files: readonly { readonly path: string; readonly atLeast: string }[];
  /** How long the host is left alone after it is back, before it is believed. */
  readonly settleMs: number;
}

export interface FallbackDefinition {
  /** Patterns (JavaScript regular expressions, whole name, case ignored) of the services that are restarted. */
  readonly services: readonly string[];
  /** Services stopped first and started last: watchdogs that would restart the others meanwhile. */
  readonly watchdogs: readonly string[];
  /** The service that the others depend on: stopped after them, started before them. */
  readonly root: string | null;
  /** Patterns of the IIS application pools whose worker processes are recycled. */
  readonly appPools: readonly string[];
  /** How long the restarted services are watched for the symptom before they are believed. */
  readonly observeMs: number;
}

/** File name and digest of the package as the operator supplies it. */
export interface PackageRef {
  readonly fileName: string;
  /** 64 lower-case hex digits. */
  readonly sha256: string;
  /** Null for a package with a url: nobody has looked at it yet. */
  readonly bytes: number | null;
  /** From where each host pulls it by itself; without one it is uploaded. http or https, no credentials in it. */
  readonly url?: string;
}
