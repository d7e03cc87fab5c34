import { BadCabinet, readCabinet } from '../../cabinet';
import type { WindowsFacts } from '../options';

/** What a package's cabinet says of itself. */
export interface PackageFile {
  /** `name~publicKeyToken~arch~~version` */
  readonly identity: string;
  readonly releaseType: string;
  /** Windows version it is for, e.g. `6.1`; null when it does not say. */
  readonly applicableTo: string | null;
}

const read = new WeakMap<Buffer, PackageFile | null>();

/** Reads a package cabinet; null when it is none: no cabinet, or one without a manifest that names a package. */
export function readPackageFile(bytes: Buffer): PackageFile | null {
  const known = read.get(bytes);
  if (known !== undefined) return known;
  const found = parsePackage(bytes);
  read.set(bytes, found);
  return found;
}

function parsePackage(bytes: Buffer): PackageFile | null {
  const manifest = manifestIn(bytes);
  if (manifest === null) return null;
  const assembly = tagIn(manifest, 'assemblyIdentity');
  const release = tagIn(manifest, 'package');
  const name = attribute(assembly, 'name');
  const version = attribute(assembly, 'version');
  if (name === null || version === null) return null;
  const processor = attribute(assembly, 'processorArchitecture') ?? 'amd64';
  const token = attribute(assembly, 'publicKeyToken') ?? '';
  return {
    identity: `${name}~${token}~${processor}~~${version}`,
    releaseType: attribute(release, 'releaseType') ?? 'Update',
    applicableTo: attribute(release, 'applicableTo'),
  };
}

function manifestIn(bytes: Buffer): string | null {
  try {
    const found = readCabinet(bytes).find(({ name }) => name.toLowerCase() === 'update.mum');
    return found === undefined ? null : found.bytes.toString('utf8');
  } catch (error) {
    if (error instanceof BadCabinet) return null;
    throw error;
  }
}

function tagIn(manifest: string, name: string): string {
  return new RegExp(`<${name}\\b[^>]*>`).exec(manifest)?.[0] ?? '';
}

function attribute(tag: string, name: string): string | null {
  return new RegExp(`\\b${name}\\s*=\\s*["']([^"']*)["']`).exec(tag)?.[1] ?? null;
}

/** Packages of the 6.1 family that the lab carries are for Service Pack 1: that is what KB3004383 asks for. */
export function isApplicable(
  { applicableTo, identity }: PackageFile,
  { version, servicePack }: WindowsFacts,
): boolean {
  if (!identity.includes('~amd64~')) return false;
  if (applicableTo === null) return true;
  if (!version.startsWith(`${applicableTo}.`)) return false;
  return applicableTo !== '6.1' || servicePack !== '';
}
