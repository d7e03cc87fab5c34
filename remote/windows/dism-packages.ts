import type { PackageFacts, PackageState } from '../../contracts/facts';
import type { Answer } from '../../contracts/reason';
import { known, unknown } from '../../contracts/reason';
import { linesOf } from './decode';

/** Texts of `dism /english /get-packages`, lower case, to ours. */
const states: { readonly [text: string]: PackageState } = {
  installed: 'installed',
  'install pending': 'install-pending',
  'uninstall pending': 'uninstall-pending',
  superseded: 'superseded',
  staged: 'staged',
  'not present': 'absent',
  resolved: 'absent',
};

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
  const blocks = packageBlocks(text);
  if (blocks.length === 0) return unknown('dism listed no package at all');
  const ours = blocks.filter((block) =>
    block.identity.toLowerCase().startsWith(identity.toLowerCase()),
  );
  const found: PackageFacts[] = [];
  for (const block of ours) {
    const state = states[block.state.toLowerCase()];
    if (state === undefined) {
      return unknown(`dism gave ${block.identity} the state ${JSON.stringify(block.state)}`);
    }
    found.push({ state, identity: block.identity });
  }
  const best = precedence
    .map((state) => found.find((one) => one.state === state))
    .find((one) => one !== undefined);
  return known(best ?? { state: 'absent', identity: null });
}

function packageBlocks(text: string): readonly { identity: string; state: string }[] {
  const blocks: { identity: string; state: string }[] = [];
  for (const line of linesOf(text)) {
    const identity = /^\s*Package Identity\s*:\s*(\S+)\s*$/.exec(line)?.[1];
    if (identity !== undefined) blocks.push({ identity: identity.slice(0, 300), state: '' });
    const state = /^\s*State\s*:\s*(\S.*?)\s*$/.exec(line)?.[1];
    const last = blocks.at(-1);
    if (state !== undefined && last !== undefined && last.state === '') {
      last.state = state.slice(0, 60);
    }
  }
  return blocks;
}
