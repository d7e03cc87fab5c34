import type { FileOfPackage } from './package-file';

export type PackageState =
  'Installed' | 'Install Pending' | 'Uninstall Pending' | 'Superseded' | 'Staged';

export interface InstalledPackage {
  /** `name~publicKeyToken~arch~~version` */
  readonly identity: string;
  /** e.g. `KB3004383`; null when it names none. */
  readonly kb: string | null;
  readonly releaseType: string;
  readonly state: PackageState;
  /** Epoch ms; null while it is not installed. */
  readonly installedAt: number | null;
  /** What it says of restarts. @default possible */
  readonly restart?: 'required' | 'possible' | 'none';
  /** Files that it brings, and their version in it. @default none that anybody asks for */
  readonly files?: readonly FileOfPackage[];
}

/** Waits for a reboot. */
export function isPending({ state }: InstalledPackage): boolean {
  return state === 'Install Pending' || state === 'Uninstall Pending';
}

/** In force now: until the reboot that removes it, and in the store when a later one took over. */
export function isActive({ state }: InstalledPackage): boolean {
  return state === 'Installed' || state === 'Uninstall Pending' || state === 'Superseded';
}

/** In the list of hotfixes (qfe): what is installed, without what a later one took over. */
export function isListed({ state }: InstalledPackage): boolean {
  return state === 'Installed' || state === 'Uninstall Pending';
}

/** `Package_for_KB3004383` of an identity. */
export function nameIn(identity: string): string {
  return identity.split('~')[0] ?? identity;
}

export function versionIn(identity: string): string {
  return identity.split('~').at(-1) ?? '';
}

/** e.g. `KB3004383` in an identity that names one */
export function kbOf(identity: string): string | null {
  return /KB\d+/i.exec(identity)?.[0].toUpperCase() ?? null;
}
