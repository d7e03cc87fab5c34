import type { WindowsFacts } from '../options';
import type { PackageFile } from './package-file';
import { type InstalledPackage, isActive, isPending } from './package-state';
import { createPackageStore } from './package-store';
import { createTransitions, type Transitions } from './transitions';
import { compareVersions } from './versions';

/** The component store: packages, and who is at work in it. */
export interface Servicing extends Transitions {
  list(): readonly InstalledPackage[];
  find(identity: string): InstalledPackage | null;
  /** Version that the packages in force give a file: the highest; null when none of them brings it. */
  fileVersion(path: string): string | null;
  /** Something waits for a reboot. */
  readonly isPending: boolean;
  /** Another operation is at work. */
  readonly isBusy: boolean;
  /** That operation is nobody's on this machine that the lab runs: the option `servicingBusyMs`. */
  readonly isBusyElsewhere: boolean;
  /** Takes the store for an operation; null when somebody has it. */
  begin(): { readonly end: () => void } | null;
}

export interface ServicingOptions {
  readonly windows: WindowsFacts;
  readonly now: () => number;
  /** Something else holds the store. */
  readonly isHeldElsewhere: () => boolean;
  readonly onPendingChanged: (isPending: boolean) => void;
}

/** What a package file has to tell in order to be installed. */
export type StagedFile = Pick<PackageFile, 'identity' | 'releaseType' | 'restart' | 'files'>;

export function createServicing(options: ServicingOptions): Servicing {
  const { windows, isHeldElsewhere } = options;
  const store = createPackageStore(windows);
  let operations = 0;
  const isBusy = (): boolean => operations > 0 || isHeldElsewhere();
  return {
    ...createTransitions(store, options),
    list: () => store.list(),
    find: (identity) => store.find(identity),
    fileVersion: (path) => highestVersion(path, store.list().filter(isActive)),
    get isPending() {
      return store.list().some(isPending);
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

function highestVersion(path: string, packages: readonly InstalledPackage[]): string | null {
  const versions = packages
    .flatMap(({ files = [] }) => files)
    .filter((file) => file.path.toLowerCase() === path.toLowerCase())
    .map(({ version }) => version);
  return versions.toSorted(compareVersions).at(-1) ?? null;
}
