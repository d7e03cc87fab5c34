import type { InstalledPackage } from '../servicing/package-state';
import type { EventContent } from './series';

const states = { installed: '5112', absent: '5000' } as const;

function done(kb: string, intended: keyof typeof states): EventContent {
  return {
    ...identity(2, kb, intended),
    message: `Package ${kb} was successfully changed to the ${intended === 'installed' ? 'Installed' : 'Absent'} state.`,
  };
}

/** What the component store writes into the Setup log. */
export const servicingEvents = {
  initiated: (kb: string, intended: keyof typeof states): EventContent => ({
    ...identity(1, kb, intended),
    message: `Initiating changes for package ${kb}. Current state is Absent. Target state is Installed. Client id: DISM Package Manager Provider.`,
  }),
  rebootNeeded: (kb: string, intended: keyof typeof states): EventContent => ({
    ...identity(4, kb, intended),
    message: `A reboot is necessary before package ${kb} can be changed to the ${intended === 'installed' ? 'Installed' : 'Absent'} state.`,
  }),
  done,
  /** What a reboot did with a package that was pending. */
  changed: ({ kb, identity: name, state }: InstalledPackage): EventContent =>
    done(kb ?? name, state === 'Uninstall Pending' ? 'absent' : 'installed'),
};

function identity(
  eventId: number,
  kb: string,
  intended: keyof typeof states,
): Omit<EventContent, 'message'> {
  return {
    provider: 'Microsoft-Windows-Servicing',
    providerGuid: '{bd12f3b8-fc40-4a61-a307-b7a013a069c1}',
    eventId,
    qualifiers: null,
    level: 0,
    task: 1,
    keywords: '0x8000000000000000',
    data: {
      kind: 'user',
      element: 'CbsPackageChangeState',
      namespace: 'http://manifests.microsoft.com/win/2004/08/windows/setup_provider',
      values: [
        ['PackageIdentifier', kb],
        ['IntendedPackageState', states[intended]],
        ['ErrorCode', '0x0'],
        ['Client', 'DISM Package Manager Provider'],
      ],
    },
  };
}
