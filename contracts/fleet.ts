import type { HostId } from './ids';

/** How a host is reached. Never a secret: `credentialRef` is resolved by the worker process alone. */
export type Connection = WinRmConnection | SshConnection;

export interface WinRmConnection {
  readonly kind: 'winrm';
  readonly address: string;
  /** @default 5986, or 5985 when `scheme` is http */
  readonly port: number;
  readonly scheme: 'https' | 'http';
  /** @default negotiate */
  readonly auth: WinRmAuth;
  readonly credentialRef: string;
  /** Lets Basic go over plain HTTP; the other methods seal their messages there and need no leave. @default false */
  readonly allowUnencrypted: boolean;
  /** Accepts what an unpatched 2008 R2 speaks: TLS 1.0 with RSA-1024 and SHA-1. Off unless it is there. */
  readonly tls?: 'legacy';
  /** Kerberos name of the service. @default HTTP/<address> */
  readonly servicePrincipal?: string;
  /** MaxEnvelopeSizekb of the host, when it is known to differ. @default 150 until the host itself tells */
  readonly maxEnvelopeKb?: number;
  /**
   * PEM file with the certificates that are trusted in place of the system's, and perhaps revocation lists of every
   * issuer; relative to the fleet file.
   */
  readonly caFile?: string;
  /** SHA-256 of the server's certificate, 64 hex digits; pins it in place of a chain. */
  readonly certificateFingerprint?: string;
  /** Value of the host's label `site`, by which sessions are limited. */
  readonly site?: string;
}

/**
 * How a login over WinRM is proved. `basic` sends the password; `ntlm` is NTLMv2; `kerberos` needs the system's GSSAPI;
 * `certificate` is a client certificate over TLS; `negotiate` is Kerberos where it can be had, else NTLM.
 */
export type WinRmAuth = 'basic' | 'ntlm' | 'kerberos' | 'certificate' | 'negotiate';

export interface SshConnection extends SshEndpoint {
  readonly kind: 'ssh';
  /** Jump hosts on the way, the one nearest to us first; each is logged in to with a credential of its own. */
  readonly via?: readonly SshEndpoint[];
  /** Value of the host's label `site`, by which sessions are limited. */
  readonly site?: string;
}

/** An SSH server, its keys and who logs in to it. It has `hostKey`, `knownHosts` or both: nothing is trusted on first use. */
export interface SshEndpoint {
  readonly address: string;
  /** @default 22 */
  readonly port: number;
  readonly credentialRef: string;
  /** Fingerprints as `ssh-keygen -l` prints them (`SHA256:` and base64 without padding); any one of them is the host's. */
  readonly hostKey?: string | readonly string[];
  /** Files in the format of OpenSSH's known_hosts (sshd(8)). Beside `hostKey` only what they revoke counts. */
  readonly knownHosts?: readonly string[];
  /** Accepts key exchanges, ciphers, digests and host keys that are weak (SHA-1, CBC, 1024 bits). Off unless it is there. */
  readonly algorithms?: 'legacy';
}

export interface FleetHost {
  readonly hostId: HostId;
  readonly connection: Connection;
  readonly labels: { readonly [name: string]: string };
}

export interface AvailabilitySet {
  readonly name: string;
  /** 0 only where a set has no more members than must stay up. @default 1 */
  readonly maxUnavailable: number;
  /** In the order of the fleet. */
  readonly hosts: readonly HostId[];
}

/** The known hosts, resolved: defaults merged, sets expanded. */
export interface Fleet {
  readonly hosts: readonly FleetHost[];
  readonly availabilitySets: readonly AvailabilitySet[];
}

/** What a `credentialRef` resolves to, in the worker only. */
export type Credential =
  PasswordCredential | KeyCredential | AgentCredential | CertificateCredential | TicketCredential;

/** `username` is `name`, `DOMAIN\name` or `name@realm`. */
export interface PasswordCredential {
  readonly username: string;
  readonly password: string;
}

/** A private key for SSH, in OpenSSH or PEM form. */
export interface KeyCredential {
  readonly username: string;
  readonly privateKey: string;
  readonly passphrase?: string;
  /** OpenSSH certificate of that key: the one line of a `-cert.pub` file. */
  readonly sshCertificate?: string;
}

/** Keys of an ssh-agent, which signs and never hands them out. */
export interface AgentCredential {
  readonly username: string;
  /** `default` for SSH_AUTH_SOCK of the worker, or the path of the agent's socket. */
  readonly agent: string;
  /** Fingerprint (`SHA256:…`) of the one key to use; without it all of them are tried. */
  readonly key?: string;
}

/** A client certificate for WinRM, PEM; the host maps it to an account. */
export interface CertificateCredential {
  readonly certificate: string;
  readonly privateKey: string;
  readonly passphrase?: string;
}

/** A Kerberos principal whose ticket is in a cache, or can be had with a keytab. */
export type TicketCredential =
  /** `default`, or a cache as KRB5CCNAME names it, such as `FILE:/run/rollout/krb5cc`. */
  | { readonly username: string; readonly ticketCache: string }
  /** Path of a keytab. */
  | { readonly username: string; readonly keytab: string };
