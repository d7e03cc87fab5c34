import type { HostId } from './ids';

/** How a host is reached. Never a secret: `credentialRef` is resolved by the worker process alone. */
export type Connection = WinRmConnection | SshConnection;

export interface WinRmConnection {
  readonly kind: 'winrm';
  readonly address: string;
  /** @default 5986, or 5985 when `scheme` is http */
  readonly port: number;
  readonly scheme: 'https' | 'http';
  readonly auth: 'basic';
  readonly credentialRef: string;
  /** Without it nothing is sent over plain HTTP. @default false */
  readonly allowUnencrypted: boolean;
  /** PEM file with the certificates that are trusted in place of the system's; relative to the fleet file. */
  readonly caFile?: string;
  /** SHA-256 of the server's certificate, 64 hex digits; pins it in place of a chain. */
  readonly certificateFingerprint?: string;
}

export interface SshConnection {
  readonly kind: 'ssh';
  readonly address: string;
  /** @default 22 */
  readonly port: number;
  readonly credentialRef: string;
  /** `SHA256:` and base64 without padding, as `ssh-keygen -l` prints it. Required: nothing is trusted on first use. */
  readonly hostKey: string;
}

export interface FleetHost {
  readonly hostId: HostId;
  readonly connection: Connection;
  readonly labels: { readonly [name: string]: string };
}

export interface AvailabilitySet {
  readonly name: string;
  /** @default 1 */
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
  | { readonly username: string; readonly password: string }
  | { readonly username: string; readonly privateKey: string; readonly passphrase?: string };
