/** What the installation says about a service. */
export interface ServiceDefinition {
  readonly name: string;
  readonly displayName: string;
  readonly startMode: 'auto' | 'manual' | 'disabled';
  readonly dependsOn: readonly string[];
  readonly image: string;
  /** Shares its process with others of the same image. */
  readonly isShared: boolean;
  /** False for services that take no stop, such as RpcSs. */
  readonly isStoppable: boolean;
  readonly startMs: number;
  readonly stopMs: number;
}

type Row = readonly [
  name: string,
  displayName: string,
  startMode: ServiceDefinition['startMode'],
  dependsOn: string,
  image: string,
];

const windowsRows: readonly Row[] = [
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

const directoryRows: readonly Row[] = [
  ['NTDS', 'Active Directory Domain Services', 'auto', '', 'lsass.exe'],
  ['DNS', 'DNS Server', 'auto', 'NTDS', 'dns.exe'],
  ['kdc', 'Kerberos Key Distribution Center', 'auto', 'NTDS', 'lsass.exe'],
];

const webRows: readonly Row[] = [
  ['IISADMIN', 'IIS Admin Service', 'auto', 'RpcSs', 'inetinfo.exe'],
  ['W3SVC', 'World Wide Web Publishing Service', 'auto', 'WAS', 'svchost.exe'],
  ['WAS', 'Windows Process Activation Service', 'manual', 'RpcSs', 'svchost.exe'],
];

const root = 'MSExchangeADTopology';

const exchangeRows: readonly Row[] = [
  [
    'MSExchangeAB',
    'Microsoft Exchange Address Book',
    'auto',
    root,
    'Microsoft.Exchange.AddressBook.Service.exe',
  ],
  [
    root,
    'Microsoft Exchange Active Directory Topology',
    'auto',
    '',
    'MSExchangeADTopologyService.exe',
  ],
  [
    'MSExchangeAntispamUpdate',
    'Microsoft Exchange Anti-spam Update',
    'auto',
    root,
    'Microsoft.Exchange.AntispamUpdateSvc.exe',
  ],
  [
    'MSExchangeEdgeSync',
    'Microsoft Exchange EdgeSync',
    'auto',
    root,
    'Microsoft.Exchange.EdgeSyncSvc.exe',
  ],
  [
    'MSExchangeFBA',
    'Microsoft Exchange Forms-Based Authentication service',
    'auto',
    root,
    'exfba.exe',
  ],
  [
    'MSExchangeFDS',
    'Microsoft Exchange File Distribution',
    'auto',
    `${root} LanmanWorkstation`,
    'MSExchangeFDS.exe',
  ],
  [
    'MSExchangeImap4',
    'Microsoft Exchange IMAP4',
    'manual',
    root,
    'Microsoft.Exchange.Imap4Service.exe',
  ],
  [
    'MSExchangeIS',
    'Microsoft Exchange Information Store',
    'auto',
    `${root} RpcSs EventLog LanmanWorkstation LanmanServer`,
    'store.exe',
  ],
  [
    'MSExchangeMailSubmission',
    'Microsoft Exchange Mail Submission',
    'auto',
    root,
    'MSExchangeMailSubmission.exe',
  ],
  [
    'MSExchangeMailboxAssistants',
    'Microsoft Exchange Mailbox Assistants',
    'auto',
    root,
    'MSExchangeMailboxAssistants.exe',
  ],
  [
    'MSExchangeMailboxReplication',
    'Microsoft Exchange Mailbox Replication',
    'auto',
    `${root} NetTcpPortSharing`,
    'MSExchangeMailboxReplication.exe',
  ],
  [
    'MSExchangeMonitoring',
    'Microsoft Exchange Monitoring',
    'manual',
    '',
    'Microsoft.Exchange.Monitoring.exe',
  ],
  [
    'MSExchangePop3',
    'Microsoft Exchange POP3',
    'manual',
    root,
    'Microsoft.Exchange.Pop3Service.exe',
  ],
  [
    'MSExchangeProtectedServiceHost',
    'Microsoft Exchange Protected Service Host',
    'auto',
    root,
    'Microsoft.Exchange.ProtectedServiceHost.exe',
  ],
  ['MSExchangeRepl', 'Microsoft Exchange Replication', 'auto', root, 'msexchangerepl.exe'],
  [
    'MSExchangeRPC',
    'Microsoft Exchange RPC Client Access',
    'auto',
    root,
    'Microsoft.Exchange.RpcClientAccess.Service.exe',
  ],
  [
    'MSExchangeSA',
    'Microsoft Exchange System Attendant',
    'auto',
    `${root} RpcSs EventLog LanmanWorkstation LanmanServer`,
    'mad.exe',
  ],
  [
    'MSExchangeSearch',
    'Microsoft Exchange Search Indexer',
    'auto',
    `${root} msftesql-Exchange`,
    'Microsoft.Exchange.Search.ExSearch.exe',
  ],
  [
    'MSExchangeServiceHost',
    'Microsoft Exchange Service Host',
    'auto',
    root,
    'Microsoft.Exchange.ServiceHost.exe',
  ],
  [
    'MSExchangeThrottling',
    'Microsoft Exchange Throttling',
    'auto',
    root,
    'MSExchangeThrottling.exe',
  ],
  ['MSExchangeTransport', 'Microsoft Exchange Transport', 'auto', root, 'MSExchangeTransport.exe'],
  [
    'MSExchangeTransportLogSearch',
    'Microsoft Exchange Transport Log Search',
    'auto',
    root,
    'MSExchangeTransportLogSearch.exe',
  ],
  ['msftesql-Exchange', 'Microsoft Search  (Exchange)', 'manual', 'RpcSs', 'msftesql.exe'],
  [
    'wsbexchange',
    'Microsoft Exchange Server Extension for Windows Server Backup',
    'manual',
    '',
    'wsbexchange.exe',
  ],
];

const unstoppable = new Set(['DcomLaunch', 'RpcSs', 'EventLog']);
/** The store writes its databases back before it ends; the rest is quick. */
const slowMs: Readonly<Record<string, number>> = {
  MSExchangeIS: 8000,
  MSExchangeTransport: 5000,
  MSExchangeRPC: 4000,
};

const catalogues = new Map<string, readonly ServiceDefinition[]>();

/** Services of a machine with these roles; one list for all such machines. */
export function catalogueOf(
  exchange: boolean,
  isDomainController: boolean,
): readonly ServiceDefinition[] {
  const key = `${exchange} ${isDomainController}`;
  const known = catalogues.get(key);
  if (known !== undefined) return known;
  const rows = [
    ...windowsRows,
    ...(isDomainController ? directoryRows : []),
    ...(exchange ? [...webRows, ...exchangeRows] : []),
  ];
  const definitions = rows
    .map(definitionOf)
    .toSorted((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
  catalogues.set(key, definitions);
  return definitions;
}

function definitionOf([name, displayName, startMode, dependsOn, image]: Row): ServiceDefinition {
  const ms = slowMs[name] ?? (name.startsWith('MSExchange') ? 2000 : 500);
  return {
    name,
    displayName,
    startMode,
    dependsOn: dependsOn === '' ? [] : dependsOn.split(' '),
    image,
    isShared: image === 'svchost.exe' || image === 'lsass.exe',
    isStoppable: !unstoppable.has(name),
    startMs: ms,
    stopMs: ms,
  };
}
