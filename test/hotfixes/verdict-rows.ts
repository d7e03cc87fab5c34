import type { AffectedState } from '../../contracts/outcome';
import type { LabPackageState, WindowsOptions } from '../../lab/types';
import type { HostRow } from './lab-hosts';
import type { ShippedId } from './shipped';

/** A situation on a host and the verdict that the definition's own comments and sources ask for. */
export interface VerdictRow extends Omit<HostRow, 'name'> {
  readonly hotfix: ShippedId;
  /** What the host is like. */
  readonly of: string;
  readonly state: AffectedState;
  /** Code of the deciding reason. */
  readonly because: string;
  /** What the deciding reason's sentence must name. */
  readonly names?: string;
  /** Codes of further reasons that must be told. */
  readonly also?: readonly string[];
}

type Row = Omit<VerdictRow, 'hotfix'>;

/** Rows of one definition over what its hosts have in common. */
const rowsOf = (hotfix: ShippedId, common: WindowsOptions, rows: readonly Row[]): VerdictRow[] =>
  rows.map((row) => ({ ...row, hotfix, windows: { ...common, ...row.windows } }));

const otherWindows: Row = {
  of: 'Windows Server 2012 R2',
  state: 'not-applicable',
  because: 'other-windows-version',
  names: '6.3.9600',
  windows: { edition: '2012r2' },
};

/** KB976932 is Service Pack 1 of Windows Server 2008 R2. */
const noServicePack: Row = {
  of: 'a 2008 R2 without its service pack',
  state: 'not-applicable',
  because: 'needs-service-pack',
  names: 'KB976932',
  windows: { edition: '2008r2-rtm' },
};

// The KB article, Microsoft CSS HealthChecker (the file), and the comments of the definition (burst, lookback, codes).
const appidapi = '%windir%\\SysWOW64\\Appidapi.dll';
const stalls = rowsOf('KB3004383', {}, [
  {
    of: '0x55 for all domain controllers',
    state: 'affected',
    because: 'burst',
    windows: { ldap: 'stall' },
  },
  {
    of: '0x55 for one of three domain controllers',
    state: 'suspect',
    because: 'some-servers-only',
    windows: { ldap: 'stall-one-dc' },
  },
  {
    of: '0x51 for all of them',
    state: 'not-affected',
    because: 'other-errors-only',
    windows: { ldap: 'server-down' },
  },
  { of: 'a quiet log', state: 'not-affected', because: 'no-symptom' },
  {
    of: 'the package, with the old events still in the log',
    state: 'already-fixed',
    because: 'package-installed',
    windows: { ldap: 'stall', hotfix: 'installed' },
  },
  {
    of: '0x55 for all of them and the last file before the fix',
    state: 'affected',
    because: 'burst',
    windows: { ldap: 'stall', files: { [appidapi]: '6.1.7601.22822' } },
  },
  {
    of: 'the file of the fix without the package',
    state: 'already-fixed',
    because: 'files-new-enough',
    windows: { ldap: 'stall', files: { [appidapi]: '6.1.7601.22823' } },
  },
  {
    of: 'the file of a later rollup without the package',
    state: 'already-fixed',
    because: 'files-new-enough',
    windows: { ldap: 'stall', files: { [appidapi]: '6.1.7601.23313' } },
  },
  {
    of: 'the package, waiting for its reboot',
    state: 'affected',
    because: 'install-pending',
    windows: { hotfix: 'install-pending' },
  },
  { ...otherWindows, windows: { edition: '2012r2', ldap: 'stall' } },
  {
    of: 'a 2008 R2 without its service pack',
    state: 'not-applicable',
    because: 'needs-service-pack',
    windows: { edition: '2008r2-rtm', ldap: 'stall' },
  },
  {
    of: 'Topology logging at Lowest',
    state: 'unknown',
    because: 'logging-off',
    windows: { topologyLevel: 0 },
  },
  {
    of: 'a log that begins yesterday',
    state: 'unknown',
    because: 'log-too-short',
    windows: { logReachMs: 86_400_000 },
  },
]);

// MS17-010: srv.sys 6.1.7601.23689 has the fix; KB2696547: SMB1 = 0 switches SMB 1 off, no value leaves it on.
const srv = '%windir%\\System32\\drivers\\srv.sys';
const fileServer = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\LanmanServer\\Parameters';
const smb = rowsOf('KB4012212', { exchange: false }, [
  {
    of: 'the driver of Service Pack 1',
    state: 'affected',
    because: 'file-version',
    names: '17514',
  },
  {
    of: 'SMB 1 switched on by hand',
    state: 'affected',
    because: 'file-version',
    windows: { registry: { [fileServer]: { SMB1: 1 } } },
  },
  {
    of: 'the last driver before the fix',
    state: 'affected',
    because: 'file-version',
    windows: { files: { [srv]: '6.1.7601.23688' } },
  },
  {
    of: 'a driver whose version is older by number and newer by letters',
    state: 'affected',
    because: 'file-version',
    windows: { files: { [srv]: '6.1.7601.9999' } },
  },
  {
    of: 'the old driver with SMB 1 switched off',
    state: 'suspect',
    because: 'file-version',
    also: ['registry-value'],
    windows: { registry: { [fileServer]: { SMB1: 0 } } },
  },
  {
    of: 'a value SMB1 that is no number',
    state: 'suspect',
    because: 'file-version',
    also: ['registry-other-type'],
    windows: { registry: { [fileServer]: { SMB1: '0' } } },
  },
  {
    of: 'no such driver',
    state: 'not-affected',
    because: 'file-absent',
    windows: { files: { [srv]: null } },
  },
  {
    of: 'the package',
    state: 'already-fixed',
    because: 'package-installed',
    windows: { packages: { KB4012212: 'installed' } },
  },
  {
    of: 'the package, replaced by a later one',
    state: 'already-fixed',
    because: 'package-superseded',
    windows: { packages: { KB4012212: 'superseded' } },
  },
  {
    of: 'the driver of the fix without the package',
    state: 'already-fixed',
    because: 'files-new-enough',
    windows: { files: { [srv]: '6.1.7601.23689' } },
  },
  {
    of: 'the driver of a later rollup, which has the fix under another number',
    state: 'already-fixed',
    because: 'files-new-enough',
    windows: { files: { [srv]: '6.1.7601.24000' }, packages: { KB4338818: 'installed' } },
  },
  otherWindows,
  noServicePack,
  {
    of: 'a driver without a readable version',
    state: 'unknown',
    because: 'file-version-unreadable',
    windows: { files: { [srv]: '' } },
  },
]);

// KB4569509: an answer of more than 0xFF00 bytes over TCP is what the flaw needs; the value works below 0xFF01.
const dns = '%windir%\\System32\\dns.exe';
const dnsServer = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\DNS\\Parameters';
type Packages = { readonly [kb: string]: LabPackageState };
const sha2: Packages = { KB4474419: 'installed', KB4490628: 'installed' };
const received = (data: number | string): WindowsOptions => ({
  registry: { [dnsServer]: { TcpReceivePacketSize: data } },
});
const resolver = rowsOf('KB4565539', { exchange: false, dns: true, packages: sha2 }, [
  { of: 'the DNS server of Service Pack 1', state: 'affected', because: 'file-version' },
  {
    of: 'a domain controller, which has the role too',
    state: 'affected',
    because: 'file-version',
    windows: { role: 'domain-controller' },
  },
  {
    of: 'the last DNS server before the fix',
    state: 'affected',
    because: 'file-version',
    windows: { files: { [dns]: '6.1.7601.24556' } },
  },
  {
    of: 'a DNS server that is stopped, which the next boot starts',
    state: 'affected',
    because: 'file-version',
    also: ['services-down'],
    windows: { stoppedServices: ['DNS'] },
  },
  {
    of: 'answers of 0xFF01 bytes let through',
    state: 'affected',
    because: 'file-version',
    windows: received(0xff01),
  },
  {
    of: 'the workaround of KB4569509',
    state: 'suspect',
    because: 'file-version',
    also: ['registry-value'],
    windows: received(0xff00),
  },
  {
    of: 'no DNS server program',
    state: 'not-affected',
    because: 'file-absent',
    windows: { files: { [dns]: null } },
  },
  {
    of: 'the package',
    state: 'already-fixed',
    because: 'package-installed',
    windows: { packages: { ...sha2, KB4565539: 'installed' } },
  },
  {
    of: 'the program of the monthly rollup without the package',
    state: 'already-fixed',
    because: 'files-new-enough',
    windows: { files: { [dns]: '6.1.7601.24557' } },
  },
  {
    of: 'a server without the role',
    state: 'not-applicable',
    because: 'not-for-this-host',
    names: 'DNS',
    windows: { dns: false },
  },
  {
    of: 'a host that knows no SHA-2 signatures',
    state: 'not-applicable',
    because: 'prerequisite-missing',
    names: 'KB4474419',
    windows: { packages: { KB4490628: 'installed' } },
  },
  {
    of: 'a host with the servicing stack of before March 2019',
    state: 'not-applicable',
    because: 'prerequisite-missing',
    names: 'KB4490628',
    windows: { packages: { KB4474419: 'installed', KB3177467: 'installed' } },
  },
  {
    of: 'a host whose servicing stack waits for its reboot',
    state: 'not-applicable',
    because: 'prerequisite-missing',
    names: 'KB4490628',
    windows: { packages: { ...sha2, KB4490628: 'install-pending' } },
  },
  {
    of: 'a host with a later servicing stack instead',
    state: 'affected',
    because: 'file-version',
    windows: { packages: { KB4474419: 'superseded', KB4562030: 'installed' } },
  },
  otherWindows,
  noServicePack,
  {
    of: 'a host that gives the account no shell, so that its packages cannot be listed',
    state: 'unknown',
    because: 'prerequisite-unknown',
    names: 'KB4474419',
    faults: { shellsRefused: true },
    transport: 'winrm',
  },
  {
    of: 'a DNS server program without a readable version',
    state: 'unknown',
    because: 'file-version-unreadable',
    windows: { files: { [dns]: '' } },
  },
]);

// Microsoft's guidance for CVE-2021-34527: disable the spooler, or keep it from taking connections (policy 2 of 1 and 2).
const spooler = '%windir%\\System32\\spoolsv.exe';
const printers = 'HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Printers';
const print = rowsOf('KB5004951', { exchange: false, packages: sha2 }, [
  { of: 'the spooler of Service Pack 1', state: 'affected', because: 'file-version' },
  {
    of: 'the last spooler before the fix',
    state: 'affected',
    because: 'file-version',
    windows: { files: { [spooler]: '6.1.7601.25632' } },
  },
  {
    of: 'a spooler that is stopped, which the next boot starts',
    state: 'affected',
    because: 'file-version',
    also: ['services-down'],
    windows: { stoppedServices: ['Spooler'] },
  },
  {
    of: 'a policy that lets it take connections',
    state: 'affected',
    because: 'file-version',
    windows: { registry: { [printers]: { RegisterSpoolerRemoteRpcEndPoint: 1 } } },
  },
  {
    of: 'a spooler that is disabled',
    state: 'suspect',
    because: 'file-version',
    also: ['service-state'],
    windows: { services: { Spooler: { state: 'stopped', startMode: 'disabled' } } },
  },
  {
    of: 'a policy that keeps it from taking connections',
    state: 'suspect',
    because: 'file-version',
    also: ['registry-value'],
    windows: { registry: { [printers]: { RegisterSpoolerRemoteRpcEndPoint: 2 } } },
  },
  {
    of: 'no spooler',
    state: 'not-affected',
    because: 'file-absent',
    windows: { files: { [spooler]: null }, services: { Spooler: null } },
  },
  {
    of: 'the package',
    state: 'already-fixed',
    because: 'package-installed',
    windows: { packages: { ...sha2, KB5004951: 'installed' } },
  },
  {
    of: 'the spooler of the monthly rollup without the package',
    state: 'already-fixed',
    because: 'files-new-enough',
    windows: { files: { [spooler]: '6.1.7601.25633' } },
  },
  {
    of: 'a host that knows no SHA-2 signatures',
    state: 'not-applicable',
    because: 'prerequisite-missing',
    names: 'KB4474419',
    windows: { packages: { KB4490628: 'installed' } },
  },
  {
    of: 'a host with the servicing stack of before March 2019',
    state: 'not-applicable',
    because: 'prerequisite-missing',
    names: 'KB4490628',
    windows: { packages: { KB4474419: 'installed' } },
  },
  otherWindows,
  noServicePack,
  {
    of: 'a host that gives the account no shell, so that its packages cannot be listed',
    state: 'unknown',
    because: 'prerequisite-unknown',
    names: 'KB4474419',
    faults: { shellsRefused: true },
    transport: 'winrm',
  },
  {
    of: 'a spooler without a readable version',
    state: 'unknown',
    because: 'file-version-unreadable',
    windows: { files: { [spooler]: '' } },
  },
]);

// The KB article (a processor each) and Microsoft CSS HealthChecker (three files, 8.5.9600.17708).
const webServer = (versions: readonly (string | null)[]): NonNullable<WindowsOptions['files']> =>
  Object.fromEntries(
    ['Hwebcore.dll', 'Iiscore.dll', 'W3dt.dll'].map((name, index) => [
      `%windir%\\SysWOW64\\inetsrv\\${name}`,
      versions[index] ?? null,
    ]),
  );
const [older, newest] = ['8.5.9600.17707', '8.5.9600.17708'];
const busy = { w3wp: 97 };
const exchange = rowsOf('KB3041832', { edition: '2012r2', exchange: '2013' }, [
  {
    of: 'old files and a worker process that takes a processor',
    state: 'affected',
    because: 'file-version',
    also: ['counter-value'],
    windows: { processorTime: busy },
  },
  {
    of: 'one old file of three and a busy worker process, the third of its name',
    state: 'affected',
    because: 'file-version',
    windows: { files: webServer([newest, newest, older]), processorTime: { 'w3wp#2': 90 } },
  },
  {
    of: 'old files alone',
    state: 'suspect',
    because: 'file-version',
    also: ['counter-value'],
  },
  {
    of: 'old files and a worker process that is not quite as busy',
    state: 'suspect',
    because: 'file-version',
    windows: { processorTime: { w3wp: 89 } },
  },
  {
    of: 'old files and no worker process at all',
    state: 'suspect',
    because: 'file-version',
    also: ['counter-no-instance'],
    windows: { stoppedServices: ['W3SVC'] },
  },
  {
    of: 'a busy worker process without these files',
    state: 'not-affected',
    because: 'file-absent',
    windows: { files: webServer([null, null, null]), processorTime: busy },
  },
  {
    of: 'the package',
    state: 'already-fixed',
    because: 'package-installed',
    windows: { packages: { KB3041832: 'installed' }, processorTime: busy },
  },
  {
    of: 'all three files without the package',
    state: 'already-fixed',
    because: 'files-new-enough',
    windows: { files: webServer([newest, newest, newest]), processorTime: busy },
  },
  {
    of: 'a web server without Exchange',
    state: 'not-applicable',
    because: 'not-for-this-host',
    names: 'Microsoft Exchange Server',
    windows: { exchange: false, iis: true, processorTime: busy },
  },
  {
    of: 'a 2012 R2 without the update of April 2014',
    state: 'not-applicable',
    because: 'prerequisite-missing',
    names: 'KB2919355',
    windows: { packages: { KB2919355: 'absent' } },
  },
  {
    of: 'Windows Server 2008 R2',
    state: 'not-applicable',
    because: 'other-windows-version',
    names: '6.1.7601',
    windows: { edition: '2008r2-sp1', exchange: '2010' },
  },
  {
    of: 'a file without a readable version beside two new ones',
    state: 'unknown',
    because: 'file-version-unreadable',
    windows: { files: webServer([newest, '', newest]), processorTime: busy },
  },
]);

export const verdictRows: readonly VerdictRow[] = [
  ...stalls,
  ...exchange,
  ...smb,
  ...resolver,
  ...print,
];
