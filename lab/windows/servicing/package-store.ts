import type { LabPackageState } from '../../types';
import type { WindowsFacts } from '../options';
import { baseUpdates } from './base-updates';
import { labHotfix } from './lab-hotfix';
import { type InstalledPackage, kbOf, nameIn, type PackageState } from './package-state';

/** Packages of one machine: those of its edition, and over them what has changed since. */
export interface PackageStore {
  list(): readonly InstalledPackage[];
  /** By the whole identity, case ignored. */
  find(identity: string): InstalledPackage | null;
  put(one: InstalledPackage): void;
  drop(one: Pick<InstalledPackage, 'identity'>): void;
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
  const { hotfix, packages } = windows;
  if (hotfix !== 'absent') putIn(store, windows, labHotfix.identity, hotfix);
  for (const [named, state] of Object.entries(packages)) {
    if (state === 'absent') dropNamed(store, named);
    else putIn(store, windows, identityOf(named, windows), state);
  }
  return store;
}

const states: Readonly<Record<Exclude<LabPackageState, 'absent'>, PackageState>> = {
  installed: 'Installed',
  'install-pending': 'Install Pending',
  'uninstall-pending': 'Uninstall Pending',
  superseded: 'Superseded',
  staged: 'Staged',
};

function putIn(
  store: PackageStore,
  { installedAt }: WindowsFacts,
  identity: string,
  given: Exclude<LabPackageState, 'absent'>,
): void {
  const state = states[given];
  const isThere = state !== 'Install Pending' && state !== 'Staged';
  store.put({
    identity,
    kb: kbOf(identity),
    releaseType: 'Hotfix',
    state,
    installedAt: isThere ? installedAt + 86_400_000 : null,
    ...(nameIn(identity) === nameIn(labHotfix.identity) && { files: labHotfix.files }),
  });
}

/** A KB number or a name stands for the identity that an update of this Windows usually has. */
function identityOf(named: string, { version }: WindowsFacts): string {
  if (named.includes('~')) return named;
  const name = /^KB\d+$/i.test(named) ? `Package_for_${named.toUpperCase()}` : named;
  return `${name}~31bf3856ad364e35~amd64~~${version.split('.').slice(0, 2).join('.')}.1.0`;
}

function dropNamed(store: PackageStore, named: string): void {
  const wanted = (/^KB\d+$/i.test(named) ? `Package_for_${named}` : named).toLowerCase();
  for (const one of store.list()) {
    const isNamed = wanted.includes('~')
      ? keyOf(one) === wanted
      : keyOf(one).startsWith(`${wanted}~`);
    if (isNamed) store.drop(one);
  }
}

function keyOf({ identity }: Pick<InstalledPackage, 'identity'>): string {
  return identity.toLowerCase();
}
