import type { Architecture, ProductType } from './hotfix';
import type { Observation } from './predicate';
import type { Answer } from './reason';

/**
 * Which boot of a host this is. The same boot if the record ids are equal or, when a log was cleared and an id is
 * missing or smaller, if the boot times differ by less than 120 s: a clock step moves LastBootUpTime, it is no reboot.
 */
export interface BootIdentity {
  /** EventRecordID of the newest event 6005 (the event log service was started) in the System log. */
  readonly recordId: number | null;
  /** Win32_OperatingSystem.LastBootUpTime as ISO 8601 in UTC. */
  readonly lastBootUpTime: string | null;
}

export interface OsFacts {
  /** e.g. `6.1.7601` */
  readonly version: string;
  readonly servicePack: number;
  readonly productType: ProductType;
  readonly architecture: Architecture;
  readonly caption: string;
  readonly computerName: string;
}

/** Win32_Service.State, lower-cased with blanks as hyphens. */
export type ServiceState =
  | 'stopped'
  | 'start-pending'
  | 'stop-pending'
  | 'running'
  | 'continue-pending'
  | 'pause-pending'
  | 'paused'
  | 'unknown';

export interface ServiceFacts {
  /** Key name, e.g. `MSExchangeADTopology`. */
  readonly name: string;
  readonly state: ServiceState;
  readonly startMode: 'auto' | 'manual' | 'disabled' | 'boot' | 'system' | 'unknown';
  /** 0 when it does not run. */
  readonly processId: number;
}

export interface AppPoolFacts {
  readonly name: string;
  readonly state: 'started' | 'stopped' | 'starting' | 'stopping' | 'unknown';
  /** Process ids of its workers, ascending. */
  readonly workers: readonly number[];
  /** Applications that live in it, e.g. `Default Web Site/rpc`; missing in what earlier releases recorded. */
  readonly applications?: readonly string[];
}

/** State of the hotfix's package, as servicing tells it. */
export type PackageState =
  'absent' | 'staged' | 'install-pending' | 'installed' | 'uninstall-pending' | 'superseded';

export interface PackageFacts {
  readonly state: PackageState;
  /** e.g. `Package_for_KB3004383~31bf3856ad364e35~amd64~~6.1.1.0`; null when absent. */
  readonly identity: string | null;
}

export interface PendingReboot {
  /** Component Based Servicing\RebootPending exists. */
  readonly servicing: boolean;
  /** WindowsUpdate\Auto Update\RebootRequired exists. */
  readonly windowsUpdate: boolean;
  /** PendingFileRenameOperations has entries; noisy, so it only warns. */
  readonly fileRename: boolean;
  /** Component Based Servicing\Interface\ServicingInProgress; missing is 0: 0 idle, 1 pending, 2 working. */
  readonly servicingInProgress: number;
}

export interface EventRecord {
  readonly recordId: number;
  /** ISO 8601, UTC; whole seconds on old hosts, so order by recordId. */
  readonly at: string;
  readonly eventId: number;
  /** EventData items in their order. */
  readonly data: readonly string[];
}

export interface EventLogFacts {
  /** Symptom events of the lookback, newest first. */
  readonly symptoms: readonly EventRecord[];
  /** Newest server-list events at most 8, newest first. */
  readonly servers: readonly EventRecord[];
  /** Whether the host sent every symptom event of the lookback that its log has. */
  readonly complete: boolean;
  /** Time of the oldest record of the log; tells how far back "no event" reaches. Null when the log is empty. */
  readonly oldestRecordAt: string | null;
}

/**
 * Everything that one composite probe saw. Each answer stands alone: a tool that failed leaves its own question open
 * and no other. Sizes in bytes.
 */
export interface HostFacts {
  /** Time of the host itself when it was asked, ISO 8601 UTC: the base for every age of its events. */
  readonly hostTime: Answer<string>;
  /** hostTime minus the asking clock, milliseconds. */
  readonly clockSkewMs: number | null;
  readonly os: Answer<OsFacts>;
  readonly boot: Answer<BootIdentity>;
  /** Services whose names match the hotfix's patterns. */
  readonly services: Answer<readonly ServiceFacts[]>;
  /** Pools whose names or applications match; an empty list on a host without IIS. */
  readonly appPools: Answer<readonly AppPoolFacts[]>;
  readonly package: Answer<PackageFacts>;
  /** Whether Win32_QuickFixEngineering lists the hotfix; misses superseding rollups. */
  readonly listedAsHotfix: Answer<boolean>;
  /** Path as the definition writes it to file version; null when there is no such file. */
  readonly fileVersions: Answer<{ readonly [path: string]: string | null }>;
  readonly pendingReboot: Answer<PendingReboot>;
  readonly freeBytes: Answer<number>;
  /**
   * Level at which the provider logs; the definition's default when the registry has no value. Not known, and not asked
   * for, when the definition has no symptom or its events are always written.
   */
  readonly loggingLevel: Answer<number>;
  /** Not known, and not asked for, when the definition has no symptom. */
  readonly events: Answer<EventLogFacts>;
  /** Answers to the definition's own questions, by `observationKey`; missing in what earlier releases recorded. */
  readonly observations?: { readonly [key: string]: Answer<Observation> };
  /** Which way the host was asked; missing in what older releases recorded. */
  readonly asked?: AskedBy;
}

/** The way of a question, so that evidence tells how an answer was come by. */
export interface AskedBy {
  /** `shell`: tools of a stock Windows; `wmi`: without any, because the host gives the account no shell. */
  readonly by: 'shell' | 'wmi';
  readonly events: 'wevtutil' | 'subscription';
  /** Null in what releases without it recorded of SSH. */
  readonly channel: ChannelFacts | null;
}

/** How a session was logged in and protected. */
export type ChannelFacts = WinRmChannelFacts | SshChannelFacts;

export interface WinRmChannelFacts {
  readonly method: 'basic' | 'ntlm' | 'kerberos' | 'certificate';
  /** Messages are sealed by the login itself, not only by TLS. */
  readonly isSealed: boolean;
  /** Null without TLS. */
  readonly tls: {
    /** e.g. `TLSv1.2` */
    readonly protocol: string;
    readonly cipher: string;
    /** TLS 1.0 or 1.1, or a connection for which weak keys and digests are allowed. */
    readonly isLegacy: boolean;
  } | null;
}

export interface SshChannelFacts {
  readonly kind: 'ssh';
  /** What the server calls itself (RFC 4253 section 4.2), e.g. `OpenSSH_for_Windows_8.1`. */
  readonly server: string;
  readonly login: 'password' | 'keyboard-interactive' | 'publickey' | 'agent' | 'certificate';
  /** e.g. `ssh-ed25519 SHA256:…` */
  readonly hostKey: string;
  readonly keyExchange: string;
  readonly cipher: string;
  /** Null where the cipher has its own (GCM, ChaCha20-Poly1305). */
  readonly mac: string | null;
  /** Weak algorithms were allowed for this host. */
  readonly isLegacy: boolean;
  /** Address and port of the jump hosts, nearest first. */
  readonly via: readonly string[];
  /** Null until a command was run. */
  readonly shell: ShellFacts | null;
}

/** What takes command lines on a host, as a probe found it. */
export interface ShellFacts {
  /** The account's shell: cmd.exe, PowerShell, or a POSIX shell that starts Windows programs (Cygwin, MSYS2). */
  readonly kind: 'cmd' | 'powershell' | 'posix';
  /** Bits of an exit code that arrive: POSIX servers cut the 32 of Windows to 8. */
  readonly exitCodeBits: 8 | 32;
  /** Whether `&&` and `||` look at the exit code, as cmd.exe does and some of its imitations do not. */
  readonly conditionals: boolean;
}
