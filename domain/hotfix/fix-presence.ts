import type { HostFacts, PackageState } from '../../contracts/facts';
import type { Hotfix } from '../../contracts/hotfix';
import { type Reason, reason } from '../../contracts/reason';
import { compareVersions } from './compare-versions';

export interface FixPresence {
  /** `pending`: installed, but only the next boot makes it work. */
  readonly state: 'in' | 'pending' | 'out' | 'unknown';
  readonly reason: Reason;
}

/**
 * Whether the fix works on the host. The package tells it when it is there; the files tell it when a later rollup has
 * brought the fix without listing the package. Win32_QuickFixEngineering is not asked: it lists pending packages like
 * installed ones and misses rollups.
 */
export function findFix(facts: HostFacts, hotfix: Hotfix): FixPresence {
  return byPackage(facts, hotfix) ?? byFiles(facts, hotfix);
}

/** Package states that settle the question; absent and staged leave it to the files. */
const settled: {
  readonly [state in PackageState]?: readonly [FixPresence['state'], (id: string) => string];
} = {
  installed: ['in', (id) => `${id} is installed.`],
  superseded: ['in', (id) => `A later update replaces ${id}.`],
  'install-pending': ['pending', (id) => `${id} is installed but needs its reboot.`],
  // Its files are still the new ones, until the next boot.
  'uninstall-pending': ['out', (id) => `The next reboot removes ${id}.`],
};

function byPackage({ package: found }: HostFacts, hotfix: Hotfix): FixPresence | null {
  if (!found.known) return null;
  const { state, identity } = found.value;
  const entry = settled[state];
  if (entry === undefined) return null;
  const [presence, message] = entry;
  const code = state.endsWith('pending') ? state : `package-${state}`;
  const seen = { package: state, identity };
  return { state: presence, reason: reason(code, message(hotfix.id), seen) };
}

function byFiles(facts: HostFacts, hotfix: Hotfix): FixPresence {
  const { files } = hotfix.verification;
  const out = reason('fix-absent', `${hotfix.id} is not installed.`);
  if (files.length === 0)
    return facts.package.known ? { state: 'out', reason: out } : unasked(facts);
  if (!facts.fileVersions.known) return unasked(facts);
  const versions = facts.fileVersions.value;
  const compared = files.map(({ path, atLeast }) => {
    const version = versions[path];
    if (version === undefined) return 'unknown';
    if (version === null) return 'older';
    const order = compareVersions(version, atLeast);
    if (order === null) return 'unknown';
    return order >= 0 ? 'new' : 'older';
  });
  const seen = Object.fromEntries(files.map(({ path }) => [path, versions[path] ?? null]));
  if (compared.includes('older')) {
    return { state: 'out', reason: reason('fix-absent', `${hotfix.id} is not installed.`, seen) };
  }
  if (compared.includes('unknown')) return unasked(facts);
  const [first] = files;
  const message = `The files are as new as the fix: ${first?.path ?? ''} is ${String(versions[first?.path ?? ''])}.`;
  return { state: 'in', reason: reason('files-new-enough', message, seen) };
}

function unasked(facts: HostFacts): FixPresence {
  const whys = [facts.package, facts.fileVersions].flatMap((answer) =>
    answer.known ? [] : [answer.why],
  );
  const why = whys.length === 0 ? 'a file has no readable version' : whys.join('; ');
  return {
    state: 'unknown',
    reason: reason('fix-presence-unknown', `Whether the fix is there is not known: ${why}.`),
  };
}
