import type { WindowsFacts } from '../options';
import { baseUpdates } from './base-updates';
import { labHotfix } from './lab-hotfix';
import type { InstalledPackage } from './servicing';

/** Packages of one machine: those of its edition, and over them what has changed since. */
export interface PackageStore {
  list(): readonly InstalledPackage[];
  /** By the whole identity, case ignored. */
  find(identity: string): InstalledPackage | null;
  put(one: InstalledPackage): void;
  drop(one: InstalledPackage): void;
}

export function createPackageStore(windows: WindowsFacts): PackageStore {
  const base = baseUpdates(windows);
  const changed = new Map<string, InstalledPackage | null>();
  const store: PackageStore = {
    list: () => [
      ...base.filter((one) => !changed.has(keyOf(one))),
      ...[...changed.values()].filter((one) => one !== null),
    ],
    find: (identity) => store.list().find((one) => keyOf(one) === keyOf({ identity })) ?? null,
    put: (one) => void changed.set(keyOf(one), one),
    drop: (one) => void changed.set(keyOf(one), null),
  };
  if (windows.hotfix !== 'absent') store.put(hotfixPackage(windows));
  return store;
}

function hotfixPackage({ hotfix, installedAt }: WindowsFacts): InstalledPackage {
  const isInstalled = hotfix === 'installed';
  return {
    ...labHotfix,
    releaseType: 'Hotfix',
    state: isInstalled ? 'Installed' : 'Install Pending',
    installedAt: isInstalled ? installedAt + 86_400_000 : null,
  };
}

function keyOf({ identity }: Pick<InstalledPackage, 'identity'>): string {
  return identity.toLowerCase();
}
