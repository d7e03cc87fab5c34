import type { Host } from '../host';
import type { PackageFile } from './package-file';
import { isActive, nameIn, versionIn } from './package-state';
import { compareVersions } from './versions';

type Machine = Pick<Host, 'windows' | 'servicing' | 'files' | 'fileVersion'>;

/** CBS_E_NOT_APPLICABLE, CBS_E_NEW_SERVICING_STACK_REQUIRED, CRYPT_E_FILE_ERROR. */
const notApplicable = 0x800f081e;
const needsServicingStack = 0x800f0823;
const badCatalog = 0x80092004;

/** Whether a package is for this Windows, with what it needs, and nothing newer has taken its place. */
export function isApplicable(file: PackageFile, host: Machine): boolean {
  return isForWindows(file, host) && hasParents(file, host) && !isSuperseded(file, host);
}

/** Why it cannot be installed, 0 when it can. "Already there" and "wrong system" look the same from outside. */
export function refusalOf(file: PackageFile, host: Machine): number {
  if (file.needsSha2 && !knowsSha2(host)) return badCatalog;
  if (!isForWindows(file, host) || !hasParents(file, host)) return notApplicable;
  const { servicingStack } = file;
  if (servicingStack !== null && compareVersions(stackOf(host), servicingStack) < 0) {
    return needsServicingStack;
  }
  const there = host.servicing.find(file.identity);
  const isThere = there !== null && there.state !== 'Staged';
  return isThere || isSuperseded(file, host) ? notApplicable : 0;
}

/** Packages of the 6.1 family that the lab carries are for Service Pack 1: that is what KB3004383 asks for. */
function isForWindows({ applicableTo, identity }: PackageFile, { windows }: Machine): boolean {
  if (!identity.toLowerCase().includes('~amd64~')) return false;
  if (applicableTo === null) return true;
  if (!windows.version.startsWith(`${applicableTo}.`)) return false;
  return applicableTo !== '6.1' || windows.servicePack !== '';
}

function hasParents({ parents }: PackageFile, { servicing }: Machine): boolean {
  const names = new Set(
    servicing.list().flatMap((one) => (isActive(one) ? [nameIn(one.identity).toLowerCase()] : [])),
  );
  return parents.every((name) => names.has(name.toLowerCase()));
}

/** By a later version of itself, or because every file of it is there in a later version. */
function isSuperseded({ identity, files }: PackageFile, host: Machine): boolean {
  const name = nameIn(identity).toLowerCase();
  const isReplaced = host.servicing
    .list()
    .some(
      (one) =>
        isActive(one) &&
        nameIn(one.identity).toLowerCase() === name &&
        compareVersions(versionIn(one.identity), versionIn(identity)) > 0,
    );
  if (isReplaced || files.length === 0) return isReplaced;
  return files.every(({ path, version }) => {
    const now = host.fileVersion(path);
    return now !== null && compareVersions(now, version) > 0;
  });
}

/** Updates of the servicing stack of 6.1, and the version each brought. */
const stacks: readonly (readonly [kb: string, version: string])[] = [
  ['KB3020369', '6.1.7601.18766'],
  ['KB3177467', '6.1.7601.23505'],
  ['KB4490628', '6.1.7601.24383'],
];

function stackOf(host: Machine): string {
  const { version, servicePack } = host.windows;
  const base = `${version}.${servicePack === '' ? '16385' : '17514'}`;
  const found = stacks.filter(([kb]) => version === '6.1.7601' && hasInstalled(kb, host));
  return found.at(-1)?.[1] ?? base;
}

/** Windows of the 6.1 family learn SHA-2 signatures by KB4474419; later ones were born with it. */
function knowsSha2(host: Machine): boolean {
  return !host.windows.version.startsWith('6.1.') || hasInstalled('KB4474419', host);
}

function hasInstalled(kb: string, { servicing }: Machine): boolean {
  return servicing.list().some((one) => one.kb === kb && isActive(one));
}
