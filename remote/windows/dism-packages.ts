import type { PackageFacts, PackageState } from '../../contracts/facts';
import type { Answer } from '../../contracts/reason';
import { known, unknown } from '../../contracts/reason';
import { dismFields } from './dism-fields';

/**
 * Texts of `dism /english`, lower case, to ours. A package that is only partly installed has none: nothing may be
 * decided on it (DismPackageFeatureState, Windows hardware documentation).
 */
const states: { readonly [text: string]: PackageState } = {
  installed: 'installed',
  'install pending': 'install-pending',
  'uninstall pending': 'uninstall-pending',
  superseded: 'superseded',
  staged: 'staged',
  'not present': 'absent',
  resolved: 'absent',
  removed: 'absent',
};

/** Undefined for a state that nobody here knows. */
export const packageStateIn = (text: string): PackageState | undefined =>
  states[text.trim().toLowerCase()];

/** The first that any listed version of the package has is the package's: two versions may be there side by side. */
const precedence: readonly PackageState[] = [
  'installed',
  'install-pending',
  'uninstall-pending',
  'superseded',
  'staged',
];

/**
 * State of the package whose identity begins with `identity`, told from `dism /online /english /get-packages`. The
 * identity is matched from its beginning: `Package_3_for_KB…` and `Package_for_KB…_SP1` are its children.
 */
export function packageStateOf(text: string, identity: string): Answer<PackageFacts> {
  const wanted = identity.toLowerCase();
  const listed = listedPackages(text, (one) => one.startsWith(wanted));
  if (!listed.known) return listed;
  const best = precedence
    .map((state) => listed.value.find((one) => one.state === state))
    .find((one) => one !== undefined);
  return known(best ?? { state: 'absent', identity: null });
}

/** States of these packages, by whole identities and in their order; one that is not listed is absent. */
export function packageStatesOf(
  text: string,
  identities: readonly string[],
): Answer<readonly ListedPackage[]> {
  const wanted = new Set(identities.map((identity) => identity.toLowerCase()));
  const listed = listedPackages(text, (one) => wanted.has(one));
  if (!listed.known) return listed;
  const byIdentity = new Map(listed.value.map((one) => [one.identity.toLowerCase(), one]));
  return known(
    identities.map(
      (identity) => byIdentity.get(identity.toLowerCase()) ?? { state: 'absent', identity },
    ),
  );
}

export interface ListedPackage extends PackageFacts {
  readonly identity: string;
}

function listedPackages(
  text: string,
  isWanted: (identity: string) => boolean,
): Answer<readonly ListedPackage[]> {
  const blocks = packageBlocks(text);
  if (blocks.length === 0) return unknown('dism listed no package at all');
  const found: ListedPackage[] = [];
  for (const { identity, state: said } of blocks) {
    if (!isWanted(identity.toLowerCase())) continue;
    const state = packageStateIn(said);
    if (state === undefined) {
      return unknown(`dism gave ${identity} the state ${JSON.stringify(said)}`);
    }
    found.push({ state, identity });
  }
  return known(found);
}

function packageBlocks(text: string): readonly { identity: string; state: string }[] {
  const blocks: { identity: string; state: string }[] = [];
  for (const { name, value } of dismFields(text)) {
    if (name === 'Package Identity' && value !== '') blocks.push({ identity: value, state: '' });
    const last = blocks.at(-1);
    if (name === 'State' && last?.state === '') last.state = value.slice(0, 60);
  }
  return blocks;
}
