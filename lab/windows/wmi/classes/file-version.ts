import type { FileStat } from '../../files/file-system';
import { nameOf } from '../../files/paths';
import type { Host } from '../../host';
import { labHotfix } from '../../servicing/servicing';

const editionVersions = {
  '2008r2-sp1': '6.1.7601.17514',
  '2008r2-rtm': '6.1.7600.16385',
  '2012r2': '6.3.9600.16384',
} as const;

/** Files that the hotfix brings with it, and their version in it. */
const versionsOfHotfix: ReadonlyMap<string, string> = new Map([['appidapi.dll', '6.1.7601.22823']]);

/**
 * Null for a file without a version: no program or library, or one that somebody put there, which shows by its time
 * being another than that of the installation.
 */
export function fileVersion({ path, modifiedAt }: FileStat, host: Host): string | null {
  const { edition, installedAt } = host.windows;
  if (!/\.(com|dll|exe|sys)$/i.test(path) || modifiedAt !== installedAt) return null;
  const fixed = versionsOfHotfix.get(nameOf(path).toLowerCase());
  const isFixed = fixed !== undefined && host.servicing.hasInstalled(labHotfix.kb);
  return isFixed ? fixed : editionVersions[edition];
}
