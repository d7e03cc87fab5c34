import type { WindowsFacts } from '../options';
import type { InstalledPackage } from './package-state';

type Update = readonly [kb: string, version: string, releaseType: string, installed: string];

const common: readonly Update[] = [
  ['KB2506143', '6.1.7600.16385', 'Update', '2014-05-20T22:14:00Z'],
  ['KB2533552', '6.1.1.1', 'Update', '2014-05-20T21:03:00Z'],
  ['KB2545698', '6.1.1.0', 'Update', '2014-05-20T21:05:00Z'],
  ['KB2862152', '6.1.1.1', 'Security Update', '2014-05-21T01:30:00Z'],
  ['KB2999226', '6.1.1.7', 'Update', '2014-11-12T03:10:00Z'],
  ['KB2992611', '6.1.1.5', 'Security Update', '2014-11-12T03:12:00Z'],
];

/** What marks Service Pack 1 in a list of hotfixes: not its own number, but this one. */
const servicePack: Update = ['KB976902', '6.1.1.17514', 'Update', '2010-11-21T03:40:00Z'];

const ofEdition = {
  '2008r2-sp1': [servicePack, ...common],
  '2008r2-rtm': common,
  // The update of April 2014, without which no later one is offered.
  '2012r2': [
    ['KB2919355', '6.3.1.14', 'Update', '2014-05-20T21:03:00Z'],
    ['KB2862152', '6.3.1.1', 'Security Update', '2014-05-21T01:30:00Z'],
    ['KB2999226', '6.3.1.7', 'Update', '2014-11-12T03:10:00Z'],
    ['KB2992611', '6.3.1.5', 'Security Update', '2014-11-12T03:12:00Z'],
  ],
} as const satisfies Readonly<Record<WindowsFacts['edition'], readonly Update[]>>;

const lists = new Map<string, readonly InstalledPackage[]>();

/** Updates that were there before: one list for all machines of an edition. */
export function baseUpdates({ edition }: WindowsFacts): readonly InstalledPackage[] {
  const known = lists.get(edition);
  if (known !== undefined) return known;
  const list = ofEdition[edition].map(([kb, version, releaseType, installed]) => ({
    identity: `Package_for_${kb}~31bf3856ad364e35~amd64~~${version}`,
    kb,
    releaseType,
    state: 'Installed' as const,
    installedAt: Date.parse(installed),
  }));
  lists.set(edition, list);
  return list;
}
