import type { Host } from '../../host';
import { type InstalledPackage, isListed } from '../../servicing/package-state';
import { type Instance, noMethods, type WmiClass } from './wmi-class';

/** What is installed through servicing; an installation that waits for its reboot is not listed. */
export const quickFixEngineering: WmiClass = {
  name: 'Win32_QuickFixEngineering',
  alias: 'qfe',
  key: 'HotFixID',
  keys: ['Description', 'HotFixID', 'InstalledOn', 'ServicePackInEffect'],
  takesKey: false,
  properties: {
    Caption: 'string',
    CSName: 'string',
    Description: 'string',
    FixComments: 'string',
    HotFixID: 'string',
    InstallDate: 'datetime',
    InstalledBy: 'string',
    InstalledOn: 'string',
    Name: 'string',
    ServicePackInEffect: 'string',
    Status: 'string',
  },
  brief: [
    'Description',
    'FixComments',
    'HotFixID',
    'InstallDate',
    'InstalledBy',
    'InstalledOn',
    'Name',
    'ServicePackInEffect',
    'Status',
  ],
  methods: noMethods,
  instances({ host }) {
    const byNumber = new Map<string, Instance>();
    for (const one of host.servicing.list()) {
      if (one.kb === null || !isListed(one)) continue;
      byNumber.set(one.kb, instanceOf(one, one.kb, host));
    }
    return [...byNumber.values()];
  },
};

function instanceOf(
  { releaseType, installedAt }: InstalledPackage,
  kb: string,
  host: Host,
): Instance {
  return {
    Caption: `http://support.microsoft.com/?kbid=${kb.replaceAll(/\D/g, '')}`,
    CSName: host.windows.computerName,
    Description: releaseType,
    FixComments: '',
    HotFixID: kb,
    InstalledBy: String.raw`NT AUTHORITY\SYSTEM`,
    InstalledOn: installedAt === null ? '' : americanDate(installedAt),
    ServicePackInEffect: '',
  };
}

/** Month, day, year without zeros, whatever the language of the machine. */
function americanDate(at: number): string {
  const date = new Date(at);
  return `${date.getUTCMonth() + 1}/${date.getUTCDate()}/${date.getUTCFullYear()}`;
}
