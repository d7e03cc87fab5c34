/** Keys that the machine itself reads or writes. */
const machine = 'HKEY_LOCAL_MACHINE';
const currentVersion = `${machine}\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion`;

export const keys = {
  adAccess: `${machine}\\SYSTEM\\CurrentControlSet\\Services\\MSExchange ADAccess`,
  adAccessDiagnostics: `${machine}\\SYSTEM\\CurrentControlSet\\Services\\MSExchange ADAccess\\Diagnostics`,
  servicing: `${currentVersion}\\Component Based Servicing`,
  servicingInterface: `${currentVersion}\\Component Based Servicing\\Interface`,
  rebootPending: `${currentVersion}\\Component Based Servicing\\RebootPending`,
  autoUpdate: `${currentVersion}\\WindowsUpdate\\Auto Update`,
  rebootRequired: `${currentVersion}\\WindowsUpdate\\Auto Update\\RebootRequired`,
  sessionManager: `${machine}\\SYSTEM\\CurrentControlSet\\Control\\Session Manager`,
  windowsNt: `${machine}\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion`,
  winlogon: `${machine}\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon`,
  computerName: `${machine}\\SYSTEM\\CurrentControlSet\\Control\\ComputerName\\ComputerName`,
  codePage: `${machine}\\SYSTEM\\CurrentControlSet\\Control\\Nls\\CodePage`,
  exchange14Setup: `${machine}\\SOFTWARE\\Microsoft\\ExchangeServer\\v14\\Setup`,
  exchange15Setup: `${machine}\\SOFTWARE\\Microsoft\\ExchangeServer\\v15\\Setup`,
  fileServer: `${machine}\\SYSTEM\\CurrentControlSet\\Services\\LanmanServer\\Parameters`,
  spooler: `${machine}\\SYSTEM\\CurrentControlSet\\Services\\Spooler`,
  printPolicies: `${machine}\\SOFTWARE\\Policies\\Microsoft\\Windows NT`,
  dns: `${machine}\\SYSTEM\\CurrentControlSet\\Services\\DNS\\Parameters`,
  policies: `${currentVersion}\\Policies\\System`,
} as const;

/** Value of the session manager: files that are renamed at the next boot. */
export const pendingRenames = 'PendingFileRenameOperations';

/** Value of the diagnostics key that sets how much the topology category logs. */
export const topologyValue = '3 Topology';
