import type { Host } from '../../host';
import { isListed } from '../../servicing/package-state';

export type Entry = readonly [label: string, value: string | readonly string[]];

/** What systeminfo tells, in its order; several lines of one value are a list. */
export function entriesOf(host: Host): Entry[] {
  const { windows, power } = host;
  const isController = windows.role === 'domain-controller';
  const controller = windows.domainControllers[0]?.split('.')[0]?.toUpperCase();
  return [
    ['Host Name', windows.computerName],
    ['OS Name', windows.caption],
    ['OS Version', `${windows.version} ${windows.servicePack || 'N/A'} Build ${windows.build}`],
    ['OS Manufacturer', 'Microsoft Corporation'],
    ['OS Configuration', isController ? 'Additional/Backup Domain Controller' : 'Member Server'],
    ['OS Build Type', 'Multiprocessor Free'],
    ['Registered Owner', 'Windows User'],
    ['Registered Organization', ''],
    ['Product ID', `00486-001-${String(windows.seed % 10_000_000).padStart(7, '0')}-84000`],
    ['Original Install Date', localTime(windows.installedAt)],
    ['System Boot Time', localTime(power.bootedAt)],
    ['System Manufacturer', 'VMware, Inc.'],
    ['System Model', 'VMware Virtual Platform'],
    ['System Type', 'x64-based PC'],
    [
      'Processor(s)',
      [
        '1 Processor(s) Installed.',
        '[01]: Intel64 Family 6 Model 44 Stepping 2 GenuineIntel ~2400 Mhz',
      ],
    ],
    ['BIOS Version', 'Phoenix Technologies LTD 6.00, 4/14/2014'],
    ['Windows Directory', 'C:\\Windows'],
    ['System Directory', 'C:\\Windows\\system32'],
    ['Boot Device', '\\Device\\HarddiskVolume1'],
    ['System Locale', 'en-us;English (United States)'],
    ['Input Locale', 'en-us;English (United States)'],
    ['Time Zone', '(UTC) Coordinated Universal Time'],
    ['Total Physical Memory', '16,384 MB'],
    ['Page File Location(s)', 'C:\\pagefile.sys'],
    ['Domain', windows.domain],
    ['Logon Server', controller === undefined ? 'N/A' : `\\\\${controller}`],
    ['Hotfix(s)', hotfixes(host)],
    ['Network Card(s)', ['1 NIC(s) Installed.', '[01]: Intel(R) PRO/1000 MT Network Connection']],
  ];
}

function hotfixes({ servicing }: Host): string[] {
  const names = servicing
    .list()
    .flatMap((one) => (isListed(one) && one.kb !== null ? [one.kb] : []))
    .map((kb, index) => `[${String(index + 1).padStart(2, '0')}]: ${kb}`);
  return names.length === 0 ? ['N/A'] : [`${names.length} Hotfix(s) Installed.`, ...names];
}

/** Written in the way of the locale, which is why nothing should be read from it. */
function localTime(at: number): string {
  const time = new Date(at);
  const hour = time.getUTCHours();
  const [minutes, seconds] = [time.getUTCMinutes(), time.getUTCSeconds()].map((part) =>
    String(part).padStart(2, '0'),
  );
  const date = `${time.getUTCMonth() + 1}/${time.getUTCDate()}/${time.getUTCFullYear()}`;
  return `${date}, ${hour % 12 === 0 ? 12 : hour % 12}:${minutes}:${seconds} ${hour < 12 ? 'AM' : 'PM'}`;
}
