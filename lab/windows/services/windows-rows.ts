import type { ServiceRow } from './service-row';

export const windowsRows: readonly ServiceRow[] = [
  ['BFE', 'Base Filtering Engine', 'auto', 'RpcSs', 'svchost.exe'],
  ['CryptSvc', 'Cryptographic Services', 'auto', 'RpcSs', 'svchost.exe'],
  ['DcomLaunch', 'DCOM Server Process Launcher', 'auto', '', 'svchost.exe'],
  ['Dnscache', 'DNS Client', 'auto', '', 'svchost.exe'],
  ['EventLog', 'Windows Event Log', 'auto', '', 'svchost.exe'],
  ['LanmanServer', 'Server', 'auto', '', 'svchost.exe'],
  ['LanmanWorkstation', 'Workstation', 'auto', '', 'svchost.exe'],
  ['Netlogon', 'Netlogon', 'auto', 'LanmanWorkstation', 'lsass.exe'],
  ['NetTcpPortSharing', 'Net.Tcp Port Sharing Service', 'auto', '', 'SMSvcHost.exe'],
  ['RpcSs', 'Remote Procedure Call (RPC)', 'auto', 'DcomLaunch', 'svchost.exe'],
  ['Schedule', 'Task Scheduler', 'auto', 'RpcSs EventLog', 'svchost.exe'],
  ['Spooler', 'Print Spooler', 'auto', 'RpcSs', 'spoolsv.exe'],
  ['TermService', 'Remote Desktop Services', 'auto', 'RpcSs', 'svchost.exe'],
  ['TrustedInstaller', 'Windows Modules Installer', 'manual', '', 'TrustedInstaller.exe'],
  ['W32Time', 'Windows Time', 'manual', '', 'svchost.exe'],
  ['Winmgmt', 'Windows Management Instrumentation', 'auto', 'RpcSs', 'svchost.exe'],
  ['WinRM', 'Windows Remote Management (WS-Management)', 'auto', 'RpcSs', 'svchost.exe'],
  ['wuauserv', 'Windows Update', 'auto', 'RpcSs', 'svchost.exe'],
];

export const directoryRows: readonly ServiceRow[] = [
  ['NTDS', 'Active Directory Domain Services', 'auto', '', 'lsass.exe'],
  ['kdc', 'Kerberos Key Distribution Center', 'auto', 'NTDS', 'lsass.exe'],
];

export const webRows: readonly ServiceRow[] = [
  ['IISADMIN', 'IIS Admin Service', 'auto', 'RpcSs', 'inetinfo.exe'],
  ['W3SVC', 'World Wide Web Publishing Service', 'auto', 'WAS', 'svchost.exe'],
  ['WAS', 'Windows Process Activation Service', 'manual', 'RpcSs', 'svchost.exe'],
];

/** On a domain controller its zones are in the directory. */
export const dnsRow = (isDomainController: boolean): ServiceRow => [
  'DNS',
  'DNS Server',
  'auto',
  isDomainController ? 'NTDS' : 'RpcSs',
  'dns.exe',
];
