import type { WindowsFacts } from '../options';
import type { Servicing } from '../servicing/servicing';
import { compareVersions } from '../servicing/versions';
import type { FileSystem } from './file-system';

const ofEdition = {
  '2008r2-sp1': '6.1.7601.17514',
  '2008r2-rtm': '6.1.7600.16385',
  '2012r2': '6.3.9600.16384',
} as const;

/** IIS counts for itself: 7.5 is that of 2008 R2, 8.5 that of 2012 R2. */
const ofWebServer = {
  '2008r2-sp1': '7.5.7601.17514',
  '2008r2-rtm': '7.5.7600.16385',
  '2012r2': '8.5.9600.16384',
} as const;

export interface FileVersionSources {
  readonly windows: WindowsFacts;
  readonly files: Pick<FileSystem, 'stat'>;
  readonly servicing: Pick<Servicing, 'fileVersion'>;
}

/** What a file's version is now: that of the installation, or the highest that a package in force gives it. */
export function createFileVersions(sources: FileVersionSources): (path: string) => string | null {
  const { windows, files, servicing } = sources;
  const given = new Map(
    Object.entries(windows.files).map(([path, version]) => [path.toLowerCase(), version]),
  );
  return (path) => {
    const stat = files.stat(path);
    // A file that somebody put there shows by its time being another than that of the installation.
    if (stat?.kind !== 'file' || stat.modifiedAt !== windows.installedAt) return null;
    const base = given.get(stat.path.toLowerCase()) ?? installedVersion(stat.path, windows);
    const serviced = servicing.fileVersion(stat.path);
    if (base === null || base === '') return serviced;
    return serviced === null || compareVersions(base, serviced) > 0 ? base : serviced;
  };
}

/** Null for what is no program or library: it has none. */
function installedVersion(path: string, { edition }: WindowsFacts): string | null {
  if (!/\.(?:com|dll|exe|sys)$/i.test(path)) return null;
  return /\\inetsrv\\/i.test(path) ? ofWebServer[edition] : ofEdition[edition];
}
