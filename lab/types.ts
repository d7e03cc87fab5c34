/**
 * The lab: emulated Windows hosts behind real WS-Management and real SSH on loopback sockets. Durations are
 * milliseconds of the host's own time; the lab divides them by `timeScale`. The clock of a host is not compressed.
 */
export interface LabOptions {
  readonly hosts: readonly LabHostOptions[];
  /** JSON lines, one per side effect; created when missing. Null keeps them in memory only. @default null */
  readonly ledgerFile?: string | null;
  /** How many times faster than life things on the hosts take. @default 1 */
  readonly timeScale?: number;
  /** SSH host keys are made of it and the host's id: the same seed gives the same keys. @default lab */
  readonly seed?: string;
  /** Folder for the lab's own CA, server key and certificate (made once). @default memory only */
  readonly stateDir?: string | null;
}

export interface LabHostOptions {
  readonly id: string;
  readonly transport: LabTransport;
  /** Accepted by the host as an administrator's. */
  readonly credential: {
    readonly username: string;
    readonly password?: string;
    readonly publicKey?: string;
    /** PEM of the client certificate that the host maps to the account. */
    readonly certificate?: string;
  };
  readonly windows?: WindowsOptions;
  readonly faults?: LabFaults;
}

export type LabTransport =
  /** Port 0 takes a free one. @default address 127.0.0.1 */
  | ({
      readonly kind: 'winrm';
      readonly scheme: 'https' | 'http';
      readonly address?: string;
      readonly port?: number;
    } & WinRmService)
  | ({ readonly kind: 'ssh'; readonly address?: string; readonly port?: number } & SshService);

/** How a host's sshd is configured. */
interface SshService {
  /** Whether it has an sftp subsystem. @default true */
  readonly sftp?: boolean;
  /** What the account's command lines are given to. @default cmd */
  readonly shell?: LabShell;
}

/**
 * `cmd`: as Win32-OpenSSH has it from the start; `powershell`: its DefaultShell in HKLM\SOFTWARE\OpenSSH; `posix`: bash of
 * MSYS2 or Cygwin, whose sshd cuts exit codes to 8 bits.
 */
export type LabShell = 'cmd' | 'powershell' | 'posix';

/** How a host's WinRM service is configured (`winrm get winrm/config/service`), and what its TLS can do. */
export interface WinRmService {
  /** Basic over plain http needs `allowUnencrypted` as well. @default basic and negotiate */
  readonly auth?: readonly WinRmLogin[];
  /** False, as Windows has it from the start: over http whatever is not sealed is refused. @default true */
  readonly allowUnencrypted?: boolean;
  /** CbtHardeningLevel: whether a login over https has to name the certificate that was shown. @default relaxed */
  readonly channelBindings?: 'none' | 'relaxed' | 'strict';
  /** What an unpatched 2008 R2 has: TLS 1.0 alone, with an RSA-1024 certificate signed with SHA-1. */
  readonly tls?: 'legacy';
  /** PEM of those whose client certificates are believed. @default none asked: the mapped one itself is enough */
  readonly clientCertificates?: string;
}

export type WinRmLogin = 'basic' | 'negotiate' | 'certificate';

/** What the host is and what has happened on it before the lab started. */
export interface WindowsOptions {
  /** @default 2008r2-sp1 */
  readonly edition?: '2008r2-sp1' | '2008r2-rtm' | '2012r2';
  /** @default member-server */
  readonly role?: 'member-server' | 'domain-controller';
  /** @default computer name made of the id, upper case */
  readonly computerName?: string;
  /**
   * Exchange with its services, application pools and 2080 events; true: 2010, false: a server without. With 2013 comes
   * managed availability, which starts services again that others stop. @default true
   */
  readonly exchange?: boolean | '2010' | '2013';
  /** IIS with its default site and pool. @default with Exchange */
  readonly iis?: boolean;
  /** The role DNS server. @default on a domain controller */
  readonly dns?: boolean;
  /** FQDNs that event 2080 lists in site. @default three of contoso.test */
  readonly domainControllers?: readonly string[];
  /** What the Application log shows of LDAP trouble. @default none */
  readonly ldap?: 'none' | 'stall' | 'stall-one-dc' | 'server-down' | 'unavailable';
  /** How long ago that began. @default 2 h */
  readonly ldapSinceMs?: number;
  /** Level of `MSExchange ADAccess\Diagnostics`, value `3 Topology`; null: no value. @default 1 */
  readonly topologyLevel?: number | null;
  /** How far back the logs reach. @default 30 days */
  readonly logReachMs?: number;
  /** State of the package of KB3004383. @default absent */
  readonly hotfix?: 'absent' | 'installed' | 'install-pending';
  /**
   * States of other packages, by KB number, by name (`Package_for_KB2919355`) or by whole identity. Those that Windows
   * brings can be made absent.
   */
  readonly packages?: { readonly [named: string]: LabPackageState };
  /**
   * Keys (`HKLM\…`) with their values over what the installation left: a number is REG_DWORD, a text REG_SZ, a list
   * REG_MULTI_SZ, null no such value. A key with nothing in it is there; null is no such key.
   */
  readonly registry?: {
    readonly [key: string]: {
      readonly [value: string]: number | string | readonly string[] | null;
    } | null;
  };
  /** Versions of files by path (`%windir%\…` too); a file that Windows has not is made. `''`: none; null: no such file. */
  readonly files?: { readonly [path: string]: string | null };
  /** Services that Windows has not, or has otherwise; null: not there. */
  readonly services?: { readonly [name: string]: LabService | null };
  /**
   * Processor time of services and worker processes as their counters give it, by instance (`store`, `w3wp#1`), over what
   * follows from `ldap`; until they are restarted or recycled.
   */
  readonly processorTime?: { readonly [instance: string]: number };
  /** Services that should run but do not. */
  readonly stoppedServices?: readonly string[];
  /** @default 40 GB */
  readonly freeBytes?: number;
  /** OEM code page of its console output. @default 437 */
  readonly codePage?: number;
  /** Time the host's clock is ahead of the machine's; negative is behind. @default 0 */
  readonly clockOffsetMs?: number;
  /** PEM certificates that its programs trust besides those that Windows brings. @default none */
  readonly trustedRoots?: readonly string[];
  /**
   * The Exchange 2010 management tools with PowerShell: it answers for these mailbox servers, by name, and keeps their
   * state. They need not be hosts of the lab. @default none, and no PowerShell
   */
  readonly managementShell?: { readonly [server: string]: LabMailboxServer };
  /** Another servicing operation that holds the installer for so long from the lab's start. @default 0 */
  readonly servicingBusyMs?: number;
}

export type LabPackageState =
  'absent' | 'installed' | 'install-pending' | 'uninstall-pending' | 'superseded' | 'staged';

/** A member of a database availability group, which has two databases: `<dag>-DB1` and `<dag>-DB2`. */
export interface LabMailboxServer {
  readonly dag: string;
  /** DatabaseCopyAutoActivationPolicy. @default Unrestricted */
  readonly activationPolicy?: 'Blocked' | 'IntrasiteOnly' | 'Unrestricted';
  /** Databases whose copy there somebody has suspended for activation. */
  readonly suspendedCopies?: readonly string[];
  /** An administrator has run StartDagServerMaintenance.ps1 for it. @default false */
  readonly inMaintenance?: boolean;
}

export interface LabService {
  readonly displayName?: string;
  /** How it is when the lab starts. @default running when it starts by itself */
  readonly state?: 'running' | 'stopped';
  /** @default auto */
  readonly startMode?: 'auto' | 'manual' | 'disabled';
  readonly dependsOn?: readonly string[];
  /** @default name and .exe */
  readonly image?: string;
}

export interface LabFaults {
  /** Port closed. `after-assessment`: closes once the first check has been answered. */
  readonly unreachable?: 'always' | 'after-first-session';
  readonly refuseLogin?: boolean;
  /**
   * Logins of the account get a filtered token, as those of local accounts do other than the built-in Administrator's
   * while LocalAccountTokenFilterPolicy is not 1: WinRM takes the login and denies access to everything.
   */
  readonly tokenFiltered?: boolean;
  /** Policy AllowRemoteShellAccess = 0: no shell over WinRM, while WMI works. */
  readonly shellsRefused?: boolean;
  /** Added to each command. */
  readonly slowMs?: number;
  /** Commands whose first word is one of these never answer. */
  readonly hang?: readonly string[];
  /** The n-th reply (1-based) is cut in the middle and the connection closed. */
  readonly cutReply?: number;
  /** dism /add-package ends with this code (unsigned or signed) and does not install. */
  readonly installExitCode?: number;
  /** dism /remove-package ends with this code (unsigned or signed) and removes nothing. */
  readonly removeExitCode?: number;
  /** Writing files fails with "There is not enough space on the disk." */
  readonly diskFull?: boolean;
  /** @default 40 s */
  readonly bootMs?: number;
  /** How long after a boot WinRM starts (delayed auto-start: 2 to 3 minutes); its port answers 503 until then. @default 0 */
  readonly winRmDelayMs?: number;
  /** Goes down for the reboot and stays down. */
  readonly neverReturns?: boolean;
  /** Starts a second reboot by itself this long after it came back. */
  readonly secondRebootAfterMs?: number;
  /** Clock steps by so much during the reboot. */
  readonly clockStepMs?: number;
  /** The 0x55 events go on after hotfix, reboot and restarts. */
  readonly symptomStays?: boolean;
  /** These services do not start again once stopped or rebooted (exit 1053). */
  readonly servicesStuck?: readonly string[];
  /** As servicesStuck, but only for `sc start`/`net start`, not across a reboot. */
  readonly startRefused?: readonly string[];
  /** These services take a stop and stay `STOP_PENDING` until their process is ended or the machine restarts. */
  readonly stopStuck?: readonly string[];
  /** How long dism works. @default 20 s */
  readonly installMs?: number;
}

/** One side effect on one host. */
export interface LedgerEntry {
  /** ISO 8601, the machine's clock. */
  readonly at: string;
  readonly host: string;
  readonly effect: LabEffect;
  /** What exactly: service, path, task, exit code. */
  readonly detail: { readonly [name: string]: string | number | boolean | null };
}

export type LabEffect =
  | 'session-opened'
  | 'login-refused'
  | 'file-written'
  | 'file-deleted'
  | 'task-created'
  | 'task-started'
  | 'task-ended'
  | 'task-deleted'
  | 'install-started'
  | 'install-ended'
  | 'result-written'
  | 'removal-started'
  | 'removal-ended'
  | 'package-removed'
  | 'service-stopped'
  | 'service-started'
  | 'service-configured'
  | 'process-ended'
  | 'pool-recycled'
  | 'shutdown-accepted'
  | 'shutdown-aborted'
  | 'port-closed'
  | 'booted'
  | 'registry-written'
  | 'registry-deleted'
  | 'url-fetched'
  | 'dag-maintenance-started'
  | 'dag-maintenance-stopped'
  | 'activation-policy-set'
  | 'activation-suspended'
  | 'command';

export interface LabEndpoint {
  readonly address: string;
  readonly port: number;
  /** `SHA256:…` of the SSH host key; only for ssh. */
  readonly hostKey?: string;
  /** SHA-256 of the certificate, hex; only for winrm over https. */
  readonly certificateFingerprint?: string;
}

export interface Lab {
  /** PEM of the CAs that signed the lab's server certificates; null when no host uses https. */
  readonly caPem: string | null;
  endpoint(hostId: string): LabEndpoint;
  /** Everything so far, in order. */
  readonly ledger: readonly LedgerEntry[];
  /** Calls back on each entry as it is written, synchronously; returns how to stop. */
  onEffect(listener: (entry: LedgerEntry) => void): () => void;
  /** Gives a running host other faults in place of those it has; it takes them up with the next thing it does. */
  setFaults(hostId: string, faults: LabFaults): void;
  /** Ends all servers, timers and connections. */
  close(): Promise<void>;
}
