import type { OsFacts } from '../../../../contracts/facts';
import { known, unknown } from '../../../../contracts/reason';
import { minutes, os } from '../host-facts';
import { affected, allLost, type Situation, someOnly, twoLost, unknownFor } from './situation';
import { sources } from './sources';

const newFile = { state: 'already-fixed', reason: 'files-new-enough', nearMiss: true } as const;

const fix: readonly Situation[] = [
  {
    when: 'the package is installed and the burst was before',
    events: allLost(),
    package: 'installed',
    state: 'already-fixed',
    reason: 'package-installed',
    nearMiss: true,
    source: sources.stays,
  },
  {
    when: 'the package is installed and a DC was lost a minute ago',
    events: allLost('55', 3 * minutes),
    package: 'installed',
    state: 'already-fixed',
    reason: 'package-installed',
    nearMiss: true,
    stalling: true,
    source: sources.stalling,
  },
  {
    when: 'the package is installed and the events were not answered',
    package: 'installed',
    facts: { events: unknown('wevtutil ended with 5') },
    state: 'already-fixed',
    reason: 'package-installed',
    source: sources.dism,
  },
  {
    when: 'a later update replaced the package',
    events: allLost(),
    package: 'superseded',
    state: 'already-fixed',
    reason: 'package-superseded',
    nearMiss: true,
    source: sources.dism,
  },
  {
    when: 'the package waits for its reboot and the burst was before',
    events: allLost(),
    package: 'install-pending',
    state: 'affected',
    reason: 'install-pending',
    source: sources.dism,
  },
  {
    when: 'the package is only staged',
    events: allLost(),
    package: 'staged',
    ...affected,
    source: sources.dism,
  },
  {
    when: 'the next reboot removes the package, whose file is still the new one',
    events: allLost(),
    package: 'uninstall-pending',
    file: '6.1.7601.22823',
    ...affected,
    source: sources.dism,
  },
  {
    when: 'the host lists the hotfix, but servicing does not know its package',
    events: allLost(),
    facts: { listedAsHotfix: known(true) },
    ...affected,
    source: sources.dism,
  },
  {
    when: 'a later rollup brought exactly the file of the fix',
    events: allLost(),
    file: '6.1.7601.22823',
    ...newFile,
    source: sources.healthChecker,
  },
  {
    when: 'a later rollup brought a newer file',
    events: allLost(),
    file: '6.1.7601.24557',
    ...newFile,
    source: sources.healthChecker,
  },
  {
    when: 'the file is one build older than the fix',
    events: allLost(),
    file: '6.1.7601.22822',
    ...affected,
    source: sources.healthChecker,
  },
  {
    when: 'the file is of the other branch (GDR), later but with a smaller number',
    events: allLost(),
    file: '6.1.7601.18933',
    ...affected,
    source: sources.healthChecker,
  },
  {
    when: 'the version of the file is greater as text only',
    events: allLost(),
    file: '6.1.7601.9999',
    ...affected,
    source: sources.healthChecker,
  },
  {
    when: 'the file is not there',
    events: allLost(),
    file: null,
    ...affected,
    source: sources.healthChecker,
  },
  {
    when: 'two of three DCs were lost and the file is new',
    events: twoLost(),
    file: '6.1.7601.22823',
    ...newFile,
    source: sources.healthChecker,
  },
  {
    when: 'two of three DCs were lost and the file is old',
    events: twoLost(),
    file: '6.1.7601.17514',
    ...someOnly,
    source: sources.some,
  },
  {
    when: 'the package is absent, the burst was logged and the file was not answered',
    events: allLost(),
    facts: { fileVersions: unknown('wmic failed') },
    ...unknownFor('fix-presence-unknown'),
    says: 'wmic failed',
    source: sources.unanswered,
  },
  {
    when: 'the package was not answered, but the file is new',
    events: allLost(),
    file: '6.1.7601.23000',
    facts: { package: unknown('dism ended with 740') },
    ...newFile,
    source: sources.healthChecker,
  },
];

const on = (change: Partial<OsFacts>) => ({
  events: allLost(),
  facts: { os: known({ ...os, ...change }) },
});
const notFor = (reason: string) => ({
  state: 'not-applicable' as const,
  reason,
  nearMiss: true as const,
  source: sources.appliesTo,
});

const applicability: readonly Situation[] = [
  {
    when: 'Windows Server 2008 R2 without its service pack',
    ...on({ version: '6.1.7600', servicePack: 0 }),
    ...notFor('needs-service-pack'),
  },
  {
    when: 'Windows Server 2008 SP2',
    ...on({ version: '6.0.6002', servicePack: 2 }),
    ...notFor('other-windows-version'),
  },
  {
    when: 'Windows Server 2012',
    ...on({ version: '6.2.9200', servicePack: 0 }),
    ...notFor('other-windows-version'),
  },
  {
    when: 'Windows Server 2012 R2',
    ...on({ version: '6.3.9600', servicePack: 0 }),
    ...notFor('other-windows-version'),
  },
  {
    when: 'Windows 7 SP1',
    ...on({ productType: 'workstation' }),
    ...notFor('other-product-type'),
  },
  { when: 'x86', ...on({ architecture: 'x86' }), ...notFor('other-architecture') },
  { when: 'Itanium', ...on({ architecture: 'ia64' }), ...notFor('other-architecture') },
  {
    when: 'Windows Server 2012 R2 on which the fix is said to be installed',
    ...on({ version: '6.3.9600', servicePack: 0 }),
    package: 'installed',
    ...notFor('other-windows-version'),
  },
  {
    when: 'a domain controller that is an Exchange server too',
    ...on({ productType: 'domain-controller' }),
    ...affected,
    source: sources.appliesTo,
  },
  {
    when: 'the Windows version is not known',
    events: allLost(),
    facts: { os: unknown('wmic failed') },
    ...unknownFor('os-unanswered'),
    says: 'wmic failed',
    source: sources.unanswered,
  },
];

export const theHost: readonly Situation[] = [...fix, ...applicability];
