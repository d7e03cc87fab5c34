import type { Predicate } from './predicate';

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
  /** How the problem shows in an event log; null: it does not, and nothing is watched for. */
  readonly symptom: SymptomPattern | null;
  readonly affected: AffectedRule;
  /** Shown beside the verdict, never decisive. */
  readonly corroboration: readonly Corroboration[];
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
    /** What to install on a host that lacks it, e.g. `KB976932`. */
    readonly servicePackKb?: string;
    readonly architectures: readonly Architecture[];
    readonly productTypes: readonly ProductType[];
  };
  /** What else must hold for the hotfix to be of any use, e.g. a product that is there; null: nothing. */
  readonly when: Predicate | null;
  /** What must be on a host first. A host that lacks one is not-applicable, and is told what to install. */
  readonly prerequisites: readonly Prerequisite[];
}

export interface Prerequisite {
  /** For people, e.g. `SHA-2 code signing support`. */
  readonly name: string;
  /** What to install, e.g. `KB4474419`. */
  readonly kb: string;
  readonly when: Predicate;
}

/** Yes to `rule`: affected. Otherwise yes to `suspect`: suspect. */
export interface AffectedRule {
  readonly rule: Predicate;
  readonly suspect: Predicate | null;
}

export interface Corroboration {
  /** A sentence that is true when the predicate says yes, e.g. `store.exe uses no processor time`. */
  readonly name: string;
  readonly when: Predicate;
}

/** One event, judged, where it names servers, against the list of servers that another event carries. */
export interface SymptomPattern {
  /** Event log channel, e.g. `Application`. */
  readonly log: string;
  readonly provider: string;
  readonly event: {
    readonly eventId: number;
    /** Which EventData item holds the error code; null: every such event is the symptom. */
    readonly code: {
      readonly field: number;
      /** Upper-case hex without 0x, as the event writes it. */
      readonly value: string;
      /** Codes of the same event that are known to be another problem, with what they mean. */
      readonly otherProblems: { readonly [code: string]: string };
    } | null;
    /** Index of the EventData item that names the server that was lost; null: the event names none. */
    readonly serverField: number | null;
    /** Items that name the process and its id; null: the event names none. */
    readonly process: { readonly nameField: number; readonly pidField: number } | null;
  };
  /** The event that lists the servers the host can use; null: there is none. */
  readonly servers: {
    readonly eventId: number;
    readonly inSiteField: number;
    readonly outOfSiteField: number;
  } | null;
  /** Operator's own list; when not empty it is used in place of the `servers` event. */
  readonly domainControllers: readonly string[];
  /** How long the provider keeps quiet about the same thing, 0 when it does not: no burst is shorter. */
  readonly logPeriodMs: number;
  /** Length of the sliding window that makes one burst. */
  readonly burstMs: number;
  /** How far back a burst still makes a host affected. */
  readonly lookbackMs: number;
  /** A burst needs so many events, and at least so many servers, or at least so many (process, PID). */
  readonly minimumEvents: number;
  readonly minimumServers: number;
  readonly minimumProcesses: number;
  /**
   * Registry key, and the category in the value name (`Topology` matches `3 Topology`, not `9 Exchange Topology`), whose
   * number must be at least `atLeast` for the events to be written at all; null: they are always written.
   */
  readonly logging: {
    readonly key: string;
    readonly valueEndsWith: string;
    readonly atLeast: number;
    /** What holds when the value is missing. */
    readonly defaultLevel: number;
  } | null;
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
  /**
   * How long a fixed host is watched for the symptom, back in service, before its outcome is given; 0: not at all.
   * @default 20 min with a symptom, 0 without
   */
  readonly quietForMs: number;
}

export interface FallbackDefinition {
  /** Patterns (JavaScript regular expressions, whole name, case ignored) of the services that the hotfix is about. */
  readonly services: readonly string[];
  /** Services stopped first and started last: watchdogs that would restart the others meanwhile. */
  readonly watchdogs: readonly string[];
  /** The service that the others depend on: stopped after them, started before them. */
  readonly root: string | null;
  /** Patterns of the IIS application pools whose worker processes are recycled. */
  readonly appPools: readonly string[];
  /**
   * Patterns of applications (`Default Web Site/rpc`, whole name, case ignored) whose pools are recycled too, whatever
   * they are called.
   */
  readonly applications: readonly string[];
  /** What is done, in this order. @default restart-services, recycle-pools */
  readonly actions: readonly FallbackAction[];
  /** How long a service may take to stop, and to start. @default 3 min */
  readonly stopTimeoutMs: number;
  readonly startTimeoutMs: number;
  /** How long the host is watched for the symptom afterwards before it is believed. */
  readonly observeMs: number;
}

/** What a fallback is made of. Each looks first, so that it can be done twice. */
export type FallbackAction =
  | { readonly kind: 'restart-services' }
  | { readonly kind: 'recycle-pools' }
  | {
      readonly kind: 'set-registry';
      readonly key: string;
      readonly value: string;
      /** A number is written as REG_DWORD, a text as REG_SZ. */
      readonly data: number | string;
    }
  | { readonly kind: 'delete-registry'; readonly key: string; readonly value: string }
  /** Stops one service and, when told to, keeps it from starting again. */
  | { readonly kind: 'stop-service'; readonly name: string; readonly disable: boolean }
  | {
      readonly kind: 'run-command';
      readonly command: string;
      readonly timeoutMs: number;
      /** Exit codes that mean done. */
      readonly done: readonly number[];
    };

/** File name and digest of the package as the operator supplies it. */
export interface PackageRef {
  readonly fileName: string;
  /** 64 lower-case hex digits. */
  readonly sha256: string;
  /** Null for a package with a url: nobody has looked at it yet. */
  readonly bytes: number | null;
  /** From where each host pulls it by itself; without one it is uploaded. http or https, no credentials in it. */
  readonly url?: string;
  /** What was read in it at preview; missing for one with a url, and in what earlier releases wrote. */
  readonly contents?: PackageContents;
}

/** What a package file says of itself. */
export interface PackageContents {
  /** e.g. `KB3004383`; null when it does not say. */
  readonly kb: string | null;
  readonly architecture: Architecture | null;
  /** Cabinets in the order in which they are installed; one named like the file itself for a .cab. */
  readonly cabinets: readonly {
    readonly name: string;
    /** e.g. `Package_for_KB3004383~31bf3856ad364e35~amd64~~6.1.1.0` */
    readonly identity: string;
  }[];
  /** What its manifest wants to be there first, each with its version; of its parent packages one is enough. Missing: nothing. */
  readonly requires?: readonly string[];
  /** The self-extracting archive that it was taken out of; missing when it came as it is. */
  readonly from?: { readonly fileName: string; readonly sha256: string };
}
