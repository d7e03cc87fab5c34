import {
  type InstalledPackage,
  isActive,
  isPending,
  kbOf,
  nameIn,
  versionIn,
} from './package-state';
import type { PackageStore } from './package-store';
import type { ServicingOptions, StagedFile } from './servicing';
import { compareVersions } from './versions';

/** How packages come and go. What needs a restart waits for it; the rest is done at once. */
export interface Transitions {
  /** Whether it waits for a reboot now. */
  stageInstall(file: StagedFile): boolean;
  /** Whether it waits for a reboot now. */
  stageRemoval(identity: string): boolean;
  /** A reboot carries out what was pending; returns what changed. */
  completePending(): readonly InstalledPackage[];
}

export function createTransitions(
  store: PackageStore,
  { now, onPendingChanged }: Pick<ServicingOptions, 'now' | 'onPendingChanged'>,
): Transitions {
  const install = (one: InstalledPackage): void => {
    store.put({ ...one, state: 'Installed', installedAt: now() });
    for (const older of store.list()) {
      if (older.state === 'Installed' && isOlder(older, one)) {
        store.put({ ...older, state: 'Superseded' });
      }
    }
  };
  const remove = (one: InstalledPackage): void => {
    store.drop(one);
    restoreSuperseded(store, one);
  };
  return {
    stageInstall({ identity, releaseType, restart, files }) {
      const kb = kbOf(identity);
      const state = 'Install Pending';
      const one = { identity, kb, releaseType, restart, files, state, installedAt: null } as const;
      if (restart === 'none') {
        install(one);
        return false;
      }
      store.put(one);
      onPendingChanged(true);
      return true;
    },
    stageRemoval(identity) {
      const one = store.find(identity);
      if (one === null) return false;
      const isAtOnce = one.restart === 'none' || !isActive(one);
      if (isAtOnce) remove(one);
      else store.put({ ...one, state: 'Uninstall Pending' });
      if (!isAtOnce || isPending(one)) onPendingChanged(store.list().some(isPending));
      return !isAtOnce;
    },
    completePending() {
      const done = store.list().filter(isPending);
      for (const one of done) {
        if (one.state === 'Uninstall Pending') remove(one);
        else install(one);
      }
      onPendingChanged(false);
      return done;
    },
  };
}

function isOlder(one: InstalledPackage, other: InstalledPackage): boolean {
  const isSame = nameIn(one.identity).toLowerCase() === nameIn(other.identity).toLowerCase();
  return isSame && compareVersions(versionIn(one.identity), versionIn(other.identity)) < 0;
}

/** The newest one below it is in force again. */
function restoreSuperseded(store: PackageStore, gone: InstalledPackage): void {
  const [newest] = store
    .list()
    .filter((one) => one.state === 'Superseded' && isOlder(one, gone))
    .toSorted((a, b) => compareVersions(versionIn(b.identity), versionIn(a.identity)));
  if (newest !== undefined) store.put({ ...newest, state: 'Installed' });
}
