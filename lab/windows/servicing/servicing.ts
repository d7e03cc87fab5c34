import type { WindowsFacts } from '../options';
import { createPackageStore, type PackageStore } from './package-store';

export { labHotfix } from './lab-hotfix';

export type PackageState = 'Installed' | 'Install Pending' | 'Uninstall Pending';

export interface InstalledPackage {
  /** `name~publicKeyToken~arch~~version` */
  readonly identity: string;
  /** e.g. `KB3004383`; null when it names none. */
  readonly kb: string | null;
  readonly releaseType: string;
  readonly state: PackageState;
  /** Epoch ms; null while it is not installed. */
  readonly installedAt: number | null;
}

/** The component store: packages, and who is at work in it. */
export interface Servicing {
  list(): readonly InstalledPackage[];
  find(identity: string): InstalledPackage | null;
  hasInstalled(kb: string): boolean;
  /** Something waits for a reboot. */
  readonly isPending: boolean;
  /** Another operation is at work. */
  readonly isBusy: boolean;
  /** That operation is nobody's on this machine that the lab runs: the option `servicingBusyMs`. */
  readonly isBusyElsewhere: boolean;
  /** Takes the store for an operation; null when somebody has it. */
  begin(): { readonly end: () => void } | null;
  stageInstall(identity: string, releaseType: string): void;
  stageRemoval(identity: string): void;
  /** A reboot carries out what was pending; returns what changed. */
  completePending(): readonly InstalledPackage[];
}

export interface ServicingOptions {
  readonly windows: WindowsFacts;
  readonly now: () => number;
  /** Something else holds the store. */
  readonly isHeldElsewhere: () => boolean;
  readonly onPendingChanged: (isPending: boolean) => void;
}

export function createServicing(options: ServicingOptions): Servicing {
  const { windows, isHeldElsewhere } = options;
  const store = createPackageStore(windows);
  let operations = 0;
  const isBusy = (): boolean => operations > 0 || isHeldElsewhere();
  return {
    ...createTransitions(store, options),
    list: () => store.list(),
    find: (identity) => store.find(identity),
    hasInstalled: (kb) =>
      store.list().some((one) => isKb(one, kb) && one.state !== 'Install Pending'),
    get isPending() {
      return store.list().some(({ state }) => state !== 'Installed');
    },
    get isBusy() {
      return isBusy();
    },
    get isBusyElsewhere() {
      return isHeldElsewhere();
    },
    begin() {
      if (isBusy()) return null;
      operations += 1;
      let isHeld = true;
      return {
        end() {
          if (isHeld) operations -= 1;
          isHeld = false;
        },
      };
    },
  };
}

function isKb({ kb }: InstalledPackage, wanted: string): boolean {
  return kb?.toLowerCase() === wanted.toLowerCase();
}

function createTransitions(
  store: PackageStore,
  { now, onPendingChanged }: ServicingOptions,
): Pick<Servicing, 'stageInstall' | 'stageRemoval' | 'completePending'> {
  const isPending = (): boolean => store.list().some(({ state }) => state !== 'Installed');
  return {
    stageInstall(identity, releaseType) {
      const kb = kbOf(identity);
      store.put({ identity, kb, releaseType, state: 'Install Pending', installedAt: null });
      onPendingChanged(true);
    },
    stageRemoval(identity) {
      const one = store.find(identity);
      if (one === null) return;
      if (one.state === 'Install Pending') store.drop(one);
      else store.put({ ...one, state: 'Uninstall Pending' });
      onPendingChanged(isPending());
    },
    completePending() {
      const done = store.list().filter(({ state }) => state !== 'Installed');
      for (const one of done) {
        if (one.state === 'Uninstall Pending') store.drop(one);
        else store.put({ ...one, state: 'Installed', installedAt: now() });
      }
      if (done.length > 0) onPendingChanged(false);
      return done;
    },
  };
}

/** e.g. `KB3004383` in an identity that names one */
export function kbOf(identity: string): string | null {
  return /KB\d+/i.exec(identity)?.[0].toUpperCase() ?? null;
}
